//! The step Prepare: cleans, splits and writes the parts. Nothing is fitted here; see [`crate::train`].
//!
//! The source is read twice: once to learn what its columns are and which rows stay, once to write them. Between the two a row
//! is a few bytes, so that memory does not grow with the width of the table.
//!
//! The output is `train/`, `validation/`, `test/` (each stands alone: rows, schema, manifest; a part without a share is not
//! written), `schema.json`, `summary.json` and a `manifest.json` over all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use steps::{
    ColumnType, PrepareSpec, PrepareSummary, SCHEMA_FILE, Schema, SchemaColumn, SchemaTarget,
    SplitBy,
};

use crate::checks;
use crate::files::Output;
use crate::images;
use crate::ingest::{Error, Survey, survey, write_groups};
use crate::part::{PartWriter, Written};
use crate::rows::{self, File, Format, Limits, Opened, Source};
use crate::series;
use crate::split::{Part, Shares, group_parts, parts, time_parts};
use crate::truth::Truth;

/// Prepares the source files below `input` into `output`.
pub fn run(spec: &PrepareSpec, input: &Path, output: &Path) -> Result<PrepareSummary, Error> {
    run_with(spec, input, output, Limits::default())
}

/// As [`run`], with other limits on the source.
pub fn run_with(
    spec: &PrepareSpec,
    input: &Path,
    output: &Path,
    limits: Limits,
) -> Result<PrepareSummary, Error> {
    if let Some(images) = &spec.images {
        return images::prepare(spec, images, input, output);
    }
    let opened = open(spec, input, limits)?;
    if let Some(series) = &spec.series {
        return series::prepare(spec, series, &opened, output);
    }
    let survey = survey(&opened, spec)?;
    let dealt = deal(&survey, spec)?;
    let findings = checks::run(&survey, &dealt, spec)?;
    let mut written = write_rows(&survey, &dealt, output)?;
    let schema = schema(&survey, spec, &written[&Part::Train.name()].1);
    let mut folder = Output::create(output)?;
    for part in Part::ALL {
        let Some((mut own, _)) = written.remove(part.name()) else {
            continue;
        };
        own.document(SCHEMA_FILE, &schema)?;
        write_groups(&survey, (&dealt, part), &mut own)?;
        folder.include(part.name(), &own.finish()?);
    }
    let mut summary = summary(&survey, &schema, &dealt);
    summary.findings = findings;
    folder.document(SCHEMA_FILE, &schema)?;
    folder.document(PrepareSummary::FILE, &summary)?;
    folder.finish()?;
    Ok(summary)
}

fn open(spec: &PrepareSpec, input: &Path, limits: Limits) -> Result<Opened, rows::Error> {
    let file = |name: &String| File {
        name: name.clone(),
        path: input.join(name),
    };
    let source = Source {
        files: spec.files.iter().map(file).collect(),
        format: Format::new(spec.format, &spec.csv),
        names: spec
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        limits,
    };
    source.open()
}

/// The part of every row that stays.
fn deal(survey: &Survey, spec: &PrepareSpec) -> Result<Vec<Part>, Error> {
    let split = &spec.split;
    let shares = Shares {
        test_ppm: split.test_ppm,
        validation_ppm: split.validation_ppm,
    };
    let rows = survey.truth.len();
    let dealt = match (&split.by, &survey.groups, &survey.times) {
        (SplitBy::Group(column), Some(groups), _) => group_parts(&groups.of, split.seed, shares)
            .ok_or_else(|| Error::Split {
                column: column.clone(),
                problem: format!("{} groups are too few for the parts", groups.names.len()),
            })?,
        (SplitBy::Time(column), _, Some(times)) => {
            time_parts(&times.of, shares).ok_or_else(|| Error::Split {
                column: column.clone(),
                problem: "too many rows are of one moment: a part would have no row".to_owned(),
            })?
        }
        _ => {
            let labels = match &survey.truth {
                Truth::Classes(labels) if split.stratify => labels,
                _ => &vec![0; rows],
            };
            parts(labels, split.seed, shares)
        }
    };
    let wanted = [
        (Part::Train, true),
        (Part::Validation, split.validation_ppm > 0),
        (Part::Test, split.test_ppm > 0),
    ];
    for (part, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        check_part(survey, &dealt, *part)?;
    }
    Ok(dealt)
}

/// A part has a row of each class, or a row where there are none.
fn check_part(survey: &Survey, dealt: &[Part], part: Part) -> Result<(), Error> {
    // Where there are classes, the first of them is named below.
    if !dealt.contains(&part) && survey.classes.is_empty() {
        return Err(rows::Error::NoRows {
            what: format!("the part {}", part.name()),
        }
        .into());
    }
    let labels = survey.truth.labels();
    let of_part = labels.iter().zip(dealt).filter(|(_, of)| **of == part);
    let present: BTreeSet<u32> = of_part.map(|(label, _)| *label).collect();
    let absent = (0..survey.classes.len() as u32).find(|class| !present.contains(class));
    match absent {
        None => Ok(()),
        Some(class) => Err(Error::EmptyClass {
            class: survey.classes[class as usize].clone(),
            part: part.name(),
            rows: labels.iter().filter(|&&label| label == class).count(),
            first: {
                let (file, row) = survey.class_first[class as usize];
                survey.opened.place(file, row).to_string()
            },
            of: labels.len(),
        }),
    }
}

/// Reads the source again and writes each row that stays into its part.
fn write_rows(
    survey: &Survey,
    dealt: &[Part],
    output: &Path,
) -> Result<BTreeMap<&'static str, (Output, Vec<Written>)>, Error> {
    let mut writers: BTreeMap<&'static str, PartWriter> = BTreeMap::new();
    for part in Part::ALL.into_iter().filter(|part| dealt.contains(part)) {
        let writer = PartWriter::create(survey, &output.join(part.name()), part.name())?;
        writers.insert(part.name(), writer);
    }
    let (mut read, mut stays) = (0, 0);
    survey.opened.each(|row| {
        let kept = survey.kept.get(read).copied();
        read += 1;
        let Some(kept) = kept else {
            return Err(changed(survey, row.file));
        };
        if !kept {
            return Ok(());
        }
        let place = stays;
        stays += 1;
        match dealt
            .get(place)
            .and_then(|part| writers.get_mut(part.name()))
        {
            Some(writer) => writer.row(survey, row.cells, place).map_err(Error::from),
            None => Err(changed(survey, row.file)),
        }
    })?;
    if (read, stays) != (survey.kept.len(), dealt.len()) {
        return Err(changed(survey, survey.opened.files().len() - 1));
    }
    let mut written = BTreeMap::new();
    for (name, writer) in writers {
        written.insert(name, writer.finish()?);
    }
    Ok(written)
}

/// The second reading found other rows than the first.
fn changed(survey: &Survey, file: usize) -> Error {
    Error::Changed {
        what: survey.opened.files()[file].name.clone(),
    }
}

/// The schema, with levels and ranges of the training rows.
fn schema(survey: &Survey, spec: &PrepareSpec, train: &[Written]) -> Schema {
    let columns = survey
        .features
        .iter()
        .zip(train)
        .map(|(&place, seen)| SchemaColumn {
            name: survey.opened.columns()[place].name.clone(),
            kind: survey.kinds[place],
            missing: survey.missing[place].clone(),
            levels: seen.levels(),
            minimum: seen.minimum,
            maximum: seen.maximum,
        });
    Schema {
        csv: spec.csv.clone(),
        columns: columns.collect(),
        target: SchemaTarget {
            name: spec.target.clone(),
            kind: spec.target_kind,
            classes: survey.classes.clone(),
            positive: spec.positive.clone(),
            naive_error: None,
        },
        series: None,
        image: None,
    }
}

fn summary(survey: &Survey, schema: &Schema, dealt: &[Part]) -> PrepareSummary {
    let size = |part: Part| dealt.iter().filter(|&&of| of == part).count() as u64;
    let missing = |&place: &usize| {
        let name = survey.opened.columns()[place].name.clone();
        (name, survey.facts[place].missing)
    };
    let mut of_class = vec![0_u64; survey.classes.len()];
    for &label in survey.truth.labels() {
        of_class[label as usize] += 1;
    }
    let encoded = |column: &SchemaColumn| match column.kind {
        ColumnType::Number => 1,
        ColumnType::Category => column.levels.len() as u64,
    };
    PrepareSummary {
        read: survey.kept.len() as u64,
        duplicates: survey.duplicates as u64,
        without_target: survey.without_target as u64,
        train: size(Part::Train),
        validation: size(Part::Validation),
        test: size(Part::Test),
        columns: schema.columns.len() as u64,
        features: schema.columns.iter().map(encoded).sum(),
        missing: survey.features.iter().map(missing).collect(),
        classes: survey.classes.iter().cloned().zip(of_class).collect(),
        series: None,
        findings: Vec::new(),
        image_size: None,
    }
}
