//! The step Prepare: cleans, splits and writes the parts. Nothing is fitted here; see [`crate::train`].
//!
//! The output is `train/`, `validation/`, `test/` (each stands alone: rows, schema, manifest; a part without a share is not
//! written), `schema.json`, `summary.json` and a `manifest.json` over all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use steps::{PrepareSpec, PrepareSummary, SCHEMA_FILE, Schema, SchemaColumn, SchemaTarget};

use crate::files::Output;
use crate::images;
use crate::ingest::{self, Cells, Cleaned, Error, Limits};
use crate::part;
use crate::preparation::sorted_labels;
use crate::split::{Part, Shares, parts};
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
    let raw = ingest::read_files(input, &spec.files, &spec.csv, &spec.columns, limits)?;
    let cleaned = ingest::clean(&raw, spec)?;
    drop(raw);
    let rows = deal(&cleaned, spec)?;
    let schema = schema(&cleaned, spec, &rows[&Part::Train.name()]);
    let mut folder = Output::create(output)?;
    for part in Part::ALL {
        let rows = &rows[part.name()];
        if rows.is_empty() {
            continue;
        }
        let mut own = Output::create(&output.join(part.name()))?;
        own.write(
            &format!("{}.csv", part.name()),
            &part::text(&cleaned, rows, &spec.target),
        )?;
        own.document(SCHEMA_FILE, &schema)?;
        folder.include(part.name(), &own.finish()?);
    }
    let summary = summary(&cleaned, &schema, &rows);
    folder.document(SCHEMA_FILE, &schema)?;
    folder.document(PrepareSummary::FILE, &summary)?;
    folder.finish()?;
    Ok(summary)
}

/// Rows by name of their part, ascending.
type Dealt = BTreeMap<&'static str, Vec<usize>>;

fn deal(cleaned: &Cleaned, spec: &PrepareSpec) -> Result<Dealt, Error> {
    let split = &spec.split;
    let shares = Shares {
        test_ppm: split.test_ppm,
        validation_ppm: split.validation_ppm,
    };
    let labels = match &cleaned.truth {
        Truth::Classes(labels) if split.stratify => labels,
        _ => &vec![0; cleaned.rows()],
    };
    let mut dealt: Dealt = Part::ALL
        .iter()
        .map(|part| (part.name(), Vec::new()))
        .collect();
    for (row, part) in parts(labels, split.seed, shares).into_iter().enumerate() {
        dealt.entry(part.name()).or_default().push(row);
    }
    let wanted = [
        (Part::Train, true),
        (Part::Validation, split.validation_ppm > 0),
        (Part::Test, split.test_ppm > 0),
    ];
    for (part, _) in wanted.iter().filter(|(_, wanted)| *wanted) {
        let rows = &dealt[part.name()];
        // Where there are classes, the first of them is named below.
        if rows.is_empty() && cleaned.classes.is_empty() {
            return Err(Error::NoRows {
                what: format!("the part {}", part.name()),
            });
        }
        let labels = cleaned.truth.labels();
        let present: BTreeSet<u32> = rows
            .iter()
            .filter_map(|&row| labels.get(row).copied())
            .collect();
        let absent = (0..cleaned.classes.len() as u32).find(|class| !present.contains(class));
        if let Some(class) = absent {
            return Err(Error::EmptyClass {
                class: cleaned.classes[class as usize].clone(),
                part: part.name(),
                rows: labels.iter().filter(|&&label| label == class).count(),
                of: cleaned.rows(),
            });
        }
    }
    Ok(dealt)
}

/// The schema of a clean table, with levels and ranges of the given training rows.
pub fn schema(cleaned: &Cleaned, spec: &PrepareSpec, train: &[usize]) -> Schema {
    let columns = cleaned.columns.iter().map(|column| {
        let mut described = SchemaColumn {
            name: column.name.clone(),
            kind: column.kind(),
            missing: column.missing.clone(),
            levels: Vec::new(),
            minimum: None,
            maximum: None,
        };
        match &column.cells {
            Cells::Numbers(numbers) => {
                let seen = || {
                    train
                        .iter()
                        .map(|&row| numbers[row])
                        .filter(|number| !number.is_nan())
                };
                described.minimum = seen().reduce(f64::min);
                described.maximum = seen().reduce(f64::max);
            }
            Cells::Categories(texts) => {
                let seen: BTreeSet<&str> = train
                    .iter()
                    .map(|&row| texts.get(row))
                    .filter(|text| !text.is_empty())
                    .collect();
                described.levels = sorted_labels(seen.into_iter().map(str::to_owned).collect());
            }
        }
        described
    });
    Schema {
        csv: spec.csv.clone(),
        columns: columns.collect(),
        target: SchemaTarget {
            name: spec.target.clone(),
            kind: spec.target_kind,
            classes: cleaned.classes.clone(),
            positive: spec.positive.clone(),
            naive_error: None,
        },
        image: None,
    }
}

fn summary(cleaned: &Cleaned, schema: &Schema, dealt: &Dealt) -> PrepareSummary {
    let size = |part: Part| dealt[part.name()].len() as u64;
    let missing = |column: &ingest::Column| {
        let count = (0..cleaned.rows())
            .filter(|&row| column.is_missing(row))
            .count();
        (column.name.clone(), count as u64)
    };
    let of_class = |(class, name): (u32, &String)| {
        let rows = cleaned
            .truth
            .labels()
            .iter()
            .filter(|&&label| label == class)
            .count();
        (name.clone(), rows as u64)
    };
    let encoded = |column: &SchemaColumn| match column.kind {
        steps::ColumnType::Number => 1,
        steps::ColumnType::Category => column.levels.len() as u64,
    };
    PrepareSummary {
        read: cleaned.read as u64,
        duplicates: cleaned.duplicates as u64,
        without_target: cleaned.without_target as u64,
        train: size(Part::Train),
        validation: size(Part::Validation),
        test: size(Part::Test),
        columns: schema.columns.len() as u64,
        features: schema.columns.iter().map(encoded).sum(),
        missing: cleaned.columns.iter().map(missing).collect(),
        classes: (0..).zip(&cleaned.classes).map(of_class).collect(),
        image_size: None,
    }
}
