//! The prepared hours of one or more parts, with the hours that their examples look back to.

use std::path::Path;

use steps::{SCHEMA_FILE, Schema, SchemaSeries};

use super::error::Error;
use super::features::{Example, Features, examples};
use super::hours::Hours;
use super::rows::RowReader;
use crate::Truth;
use crate::files::Input;
use crate::part::{Labelled, PartError};
use crate::serve::read_csv;
use crate::table::Table;

/// The hours before a part.
pub(super) const HISTORY_FILE: &str = "history.csv";
/// A part's file at most.
const LIMIT: u64 = 1 << 30;

/// Hours of parts that follow each other.
#[derive(Debug, Clone)]
pub struct Material {
    /// What a model expects of the series.
    pub schema: Schema,
    /// Values as they were measured.
    pub measured: Hours,
    /// Values with missing ones replaced by the last before them.
    pub filled: Hours,
    /// The column to forecast.
    pub target: usize,
    series: SchemaSeries,
    /// The first hour that may be a target.
    begin: usize,
}

impl Material {
    /// Reads the folders of parts.
    pub fn read(folders: &[&Path]) -> Result<Self, PartError> {
        let mut parts = Vec::new();
        for folder in folders {
            let input = Input::open(folder)?;
            let schema: Schema = input.document(SCHEMA_FILE)?;
            let (hours, begin) = hours(&input, &schema, folder)?;
            parts.push((hours, begin, schema, folder.display().to_string()));
        }
        parts.sort_by_key(|(hours, begin, ..)| hours.moment(*begin));
        let mut parts = parts.into_iter();
        let (mut measured, begin, schema, _) = parts.next().ok_or_else(|| PartError::Empty {
            folder: "training data".to_owned(),
        })?;
        for (more, begin, other, folder) in parts {
            if other != schema {
                return Err(PartError::Schema { folder });
            }
            measured
                .append(&more.from(begin))
                .ok_or_else(|| Error::Series {
                    problem: format!("hours that do not follow those before in `{folder}`"),
                })?;
        }
        let series = schema.series.clone().ok_or_else(|| Error::Series {
            problem: "no hours in its schema".to_owned(),
        })?;
        Ok(Self {
            filled: measured.filled(),
            target: measured.column(&schema.target.name)?,
            measured,
            schema,
            series,
            begin,
        })
    }

    /// What is forecast.
    pub fn series(&self) -> &SchemaSeries {
        &self.series
    }

    /// The examples of a horizon whose target is in these parts.
    pub fn examples(&self, horizon: u32) -> Result<Vec<Example>, Error> {
        let mut all = examples(&self.measured, self.target, horizon, self.series.history())?;
        all.retain(|example| example.hour >= self.begin);
        Ok(all)
    }

    /// Examples as rows of features.
    pub fn rows(&self, examples: &[Example]) -> Labelled {
        let features = Features::new(&self.filled, self.target, &self.series.lags);
        Labelled {
            table: features.table(examples),
            truth: Truth::Numbers(examples.iter().map(|example| example.target).collect()),
        }
    }
}

/// The hours of a folder, its history before them, and the first that is its own.
fn hours(input: &Input, schema: &Schema, folder: &Path) -> Result<(Hours, usize), PartError> {
    let reader = RowReader::new(schema)?;
    let mut names = input.names_with_extension("csv")?;
    let has_history = names.iter().any(|name| name == HISTORY_FILE);
    names.retain(|name| name != HISTORY_FILE);
    let own = names.pop().filter(|_| names.is_empty());
    let own = own.ok_or_else(|| PartError::Empty {
        folder: folder.display().to_string(),
    })?;
    let mut table = reader.table();
    let mut known = 0;
    if has_history {
        read(input, HISTORY_FILE, &reader, &mut table)?;
        known = table.rows();
    }
    read(input, &own, &reader, &mut table)?;
    if table.rows() == known {
        return Err(PartError::Empty {
            folder: folder.display().to_string(),
        });
    }
    let place = |row: usize| {
        let (name, row) = if row < known {
            (HISTORY_FILE, row)
        } else {
            (own.as_str(), row - known)
        };
        format!("`{}`, line {}", input.path(name).display(), row + 2)
    };
    let (hours, places) = reader.hours(&table, &place)?;
    Ok((hours, places[known]))
}

fn read(input: &Input, name: &str, reader: &RowReader, table: &mut Table) -> Result<(), PartError> {
    let bytes = input.read(name, LIMIT)?;
    let before = table.rows();
    read_csv(reader.encoder(), table, &bytes, true).map_err(|error| PartError::Row {
        file: input.path(name).display().to_string(),
        line: (table.rows() - before + 2) as u64,
        problem: error.to_string(),
    })
}

/// Bodies of requests made of a part: each as many rows as one forecast needs. None where its rows are no series.
pub fn samples(folder: &Path, most: usize) -> Result<Option<Vec<Vec<u8>>>, PartError> {
    let input = Input::open(folder)?;
    let schema: Schema = input.document(SCHEMA_FILE)?;
    let Some(series) = &schema.series else {
        return Ok(None);
    };
    let mut names = input.names_with_extension("csv")?;
    names.sort_by_key(|name| name != HISTORY_FILE);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for name in names {
        let bytes = input.read(&name, LIMIT)?;
        let all = bytes.split_inclusive(|&byte| byte == b'\n');
        lines.extend(all.skip(1).map(<[u8]>::to_vec));
    }
    let bodies = lines.windows(series.history() as usize).take(most);
    Ok(Some(bodies.map(<[Vec<u8>]>::concat).collect()))
}
