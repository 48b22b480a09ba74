//! The step Prepare for a series: reads it, checks that its rows are hours, and writes each part with the hours that its first
//! examples look back to.
//!
//! A part's folder has its own hours in `<part>.csv`, in the form in which a model is given rows. `history.csv` holds the hours
//! before: their values are known when the part begins, and none of them is a target of the part. In the first row of the history
//! a value that is missing is the last one before it, so that features are those of the whole series.

use std::collections::BTreeMap;
use std::path::Path;

use steps::{
    ColumnType, PrepareSpec, PrepareSummary, SCHEMA_FILE, Schema, SchemaColumn, SchemaSeries,
    SchemaTarget, SeriesSpec, SeriesSummary,
};

use super::error::Error;
use super::features::{examples, feature_names, mase_scale};
use super::hours::Hours;
use super::part::HISTORY_FILE;
use super::read::{Source, read};
use super::split::Bounds;
use crate::files::Output;
use crate::ingest;
use crate::rows::Opened;
use crate::split::Part;

/// Prepares the series of a source into `output`.
pub(crate) fn run(
    spec: &PrepareSpec,
    series: &SeriesSpec,
    opened: &Opened,
    output: &Path,
) -> Result<PrepareSummary, ingest::Error> {
    let source = read(opened, spec, series)?;
    let bounds = Bounds::of(&source.hours, spec, series)?;
    let schema = schema(&source, spec, series, bounds)?;
    let target = source.hours.column(&spec.target)?;
    let counts = count(&source.hours, target, &schema, bounds)?;
    let mut folder = Output::create(output)?;
    for part in Part::ALL {
        let mut own = Output::create(&output.join(part.name()))?;
        let range = bounds.range(part);
        own.write(
            &format!("{}.csv", part.name()),
            &text(&source, &schema, range.clone(), &source.hours),
        )?;
        if part != Part::Train {
            let back = history(&schema) - 1;
            // The first row is one that was given, so that its time is.
            let first = range.start.saturating_sub(back);
            let first = source
                .places
                .iter()
                .rev()
                .find(|&&hour| hour <= first)
                .copied();
            let mut known = source.hours.clone();
            known.fill(first.unwrap_or(0));
            let history = first.unwrap_or(0)..range.start;
            own.write(HISTORY_FILE, &text(&source, &schema, history, &known))?;
        }
        own.document(SCHEMA_FILE, &schema)?;
        folder.include(part.name(), &own.finish()?);
    }
    let summary = summary(&source, (&schema, bounds), &counts);
    folder.document(SCHEMA_FILE, &schema)?;
    folder.document(PrepareSummary::FILE, &summary)?;
    folder.finish()?;
    Ok(summary)
}

/// Hours from the first that an example looks back to, to its target.
fn history(schema: &Schema) -> usize {
    let series = schema.series.as_ref();
    let horizons = series.iter().flat_map(|series| &series.horizons);
    let furthest = horizons.copied().max().unwrap_or(0);
    (series.map_or(0, SchemaSeries::history) + furthest) as usize
}

/// Rows of a part in the form in which a model is given them; hours that were missing are left out again.
fn text(source: &Source, schema: &Schema, range: std::ops::Range<usize>, hours: &Hours) -> Vec<u8> {
    let infallible = "a vector takes every row";
    let mut writer = csv::Writer::from_writer(Vec::new());
    let time = schema.series.iter().flat_map(|series| &series.time);
    writer
        .write_record(time.chain(hours.names()))
        .expect(infallible);
    let mut record = csv::StringRecord::new();
    for (cells, &hour) in source.times.iter().zip(&source.places) {
        if !range.contains(&hour) {
            continue;
        }
        record.clear();
        for cell in cells {
            record.push_field(cell);
        }
        for value in hours.row(hour) {
            if value.is_nan() {
                record.push_field("");
            } else {
                record.push_field(&value.to_string());
            }
        }
        writer.write_record(&record).expect(infallible);
    }
    writer.into_inner().expect(infallible)
}

/// Columns and target, with ranges of the training part; refused is what cannot be learned.
fn schema(
    source: &Source,
    spec: &PrepareSpec,
    series: &SeriesSpec,
    bounds: Bounds,
) -> Result<Schema, ingest::Error> {
    let hours = &source.hours;
    let mut columns = Vec::new();
    for (place, name) in hours.names().iter().enumerate() {
        let seen = || {
            let all = bounds
                .range(Part::Train)
                .map(|hour| hours.value(hour, place));
            all.filter(|value| !value.is_nan())
        };
        let (minimum, maximum) = (seen().reduce(f64::min), seen().reduce(f64::max));
        if minimum.is_none() {
            return Err(ingest::Error::AllMissing {
                column: name.clone(),
                rows: bounds.validation,
            });
        }
        if *name == spec.target && minimum == maximum {
            return Err(ingest::Error::Target {
                target: name.clone(),
                problem: "it has one number in all hours of the training part".to_owned(),
            });
        }
        columns.push(SchemaColumn {
            name: name.clone(),
            kind: ColumnType::Number,
            missing: source.missing[place].clone(),
            levels: Vec::new(),
            minimum,
            maximum,
        });
    }
    let target = hours.column(&spec.target)?;
    Ok(Schema {
        csv: spec.csv.clone(),
        columns,
        target: SchemaTarget {
            name: spec.target.clone(),
            kind: spec.target_kind,
            classes: Vec::new(),
            positive: None,
            naive_error: mase_scale(hours, target, hours.moment(bounds.validation)),
        },
        series: Some(SchemaSeries {
            time: series.time.clone(),
            format: source.format.clone(),
            horizons: series.horizons.clone(),
            lags: series.lags.clone(),
            gaps: series.gaps,
        }),
        image: None,
    })
}

/// Examples of each part at the first horizon; an error where a part has none at any.
fn count(
    hours: &Hours,
    target: usize,
    schema: &Schema,
    bounds: Bounds,
) -> Result<BTreeMap<&'static str, u64>, Error> {
    let mut counts = BTreeMap::new();
    if let Some(series) = &schema.series {
        for &horizon in &series.horizons {
            let all = examples(hours, target, horizon, series.history())?;
            for part in Part::ALL {
                let range = bounds.range(part);
                let own = all
                    .iter()
                    .filter(|example| range.contains(&example.hour))
                    .count();
                if own == 0 {
                    let problem = format!(
                        "no hour of it can be forecast {horizon} h ahead: it has {} hours, and {} hours before its first target must be known",
                        range.len(),
                        series.history() + horizon - 1
                    );
                    return Err(Error::Part {
                        part: part.name(),
                        problem,
                    });
                }
                counts.entry(part.name()).or_insert(own as u64);
            }
        }
    }
    Ok(counts)
}

fn summary(
    source: &Source,
    (schema, bounds): (&Schema, Bounds),
    counts: &BTreeMap<&'static str, u64>,
) -> PrepareSummary {
    let hours = &source.hours;
    let missing = |place: usize| {
        (0..hours.len())
            .filter(|&hour| hours.value(hour, place).is_nan())
            .count()
    };
    let missing: BTreeMap<String, u64> = hours
        .names()
        .iter()
        .enumerate()
        .map(|(place, name)| (name.clone(), missing(place) as u64))
        .collect();
    let lags = schema
        .series
        .as_ref()
        .map_or(&[][..], |series| &series.lags);
    let moment = |hour: usize| hours.moment(hour).to_string();
    PrepareSummary {
        read: source.read as u64,
        duplicates: source.duplicates as u64,
        without_target: missing.get(&schema.target.name).copied().unwrap_or(0),
        train: counts[Part::Train.name()],
        validation: counts[Part::Validation.name()],
        test: counts[Part::Test.name()],
        columns: schema.columns.len() as u64,
        features: feature_names(hours.names(), lags).len() as u64,
        missing,
        classes: BTreeMap::new(),
        findings: Vec::new(),
        image_size: None,
        series: Some(SeriesSummary {
            first: moment(0),
            last: moment(hours.len() - 1),
            validation_from: moment(bounds.validation),
            test_from: moment(bounds.test),
            format: source.format.clone(),
            empty_rows: source.empty as u64,
            filled_hours: (hours.len() - source.places.len()) as u64,
        }),
    }
}
