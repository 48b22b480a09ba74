//! One part of the split as a folder: `<part>.csv` (feature columns in schema order, then the target; a header; missing cells
//! empty), `schema.json` and `manifest.json`. Each folder stands alone, so it can be a channel of a job.

mod reader;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use steps::{ColumnType, SCHEMA_FILE, Schema};

use crate::cell::{canonical, number_of};
use crate::files::{FileError, Input, Output, Streamed};
use crate::ingest::Survey;
use crate::preparation::sorted_labels;
use crate::table::Table;
use crate::truth::Truth;

/// A prepared part that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// A file could not be read or trusted.
    #[error(transparent)]
    File(#[from] FileError),
    /// The folder has no data file, or no row.
    #[error("`{folder}` has no rows")]
    Empty {
        /// The folder.
        folder: String,
    },
    /// A line does not fit the schema.
    #[error("`{file}`, line {line}: {problem}")]
    Row {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// The hours of a series cannot be used.
    #[error(transparent)]
    Series(#[from] crate::series::Error),
    /// Two folders that are read together have different schemas.
    #[error("`{folder}` has another schema than the folder before")]
    Schema {
        /// The folder.
        folder: String,
    },
}

impl PartError {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Series(error) => error.code(),
            Self::Empty { .. } => "P0204",
            Self::Row { .. } | Self::Schema { .. } => "P0223",
        }
    }
}

/// Rows with what is to be predicted of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The features.
    pub table: Table,
    /// The class or the number of each row.
    pub truth: Truth,
}

impl Labelled {
    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            table: self.table.select(rows),
            truth: self.truth.select(rows),
        }
    }
}

/// What was written of a column.
#[derive(Debug, Default)]
pub(crate) struct Written {
    levels: BTreeSet<String>,
    /// The smallest number.
    pub(crate) minimum: Option<f64>,
    /// The largest.
    pub(crate) maximum: Option<f64>,
}

impl Written {
    /// The categories, ascending.
    pub(crate) fn levels(&self) -> Vec<String> {
        sorted_labels(self.levels.iter().cloned().collect())
    }

    fn number(&mut self, number: f64) {
        self.minimum = Some(self.minimum.map_or(number, |least| least.min(number)));
        self.maximum = Some(self.maximum.map_or(number, |most| most.max(number)));
    }

    fn level(&mut self, level: &str) {
        if !self.levels.contains(level) {
            self.levels.insert(level.to_owned());
        }
    }
}

/// A part that is being written, row by row.
pub(crate) struct PartWriter {
    output: Output,
    name: String,
    writer: csv::Writer<Streamed>,
    columns: Vec<Written>,
    number: String,
}

impl PartWriter {
    /// Makes the folder and writes the header.
    pub(crate) fn create(survey: &Survey, folder: &Path, part: &str) -> Result<Self, FileError> {
        let output = Output::create(folder)?;
        let name = format!("{part}.csv");
        let mut writer = csv::WriterBuilder::new()
            .buffer_capacity(1 << 16)
            .from_writer(output.stream(&name)?);
        let columns = survey.opened.columns();
        let features = survey.features.iter().chain([&survey.target]);
        let names = features.map(|&place| columns[place].name.as_str());
        writer
            .write_record(names)
            .map_err(|error| output.unwritten(&name, error.into()))?;
        Ok(Self {
            columns: survey.features.iter().map(|_| Written::default()).collect(),
            output,
            name,
            writer,
            number: String::new(),
        })
    }

    /// Writes a row; `place` is its place among those that stay.
    pub(crate) fn row(
        &mut self,
        survey: &Survey,
        cells: &csv::StringRecord,
        place: usize,
    ) -> Result<(), FileError> {
        self.put(survey, cells, place)
            .map_err(|error| self.output.unwritten(&self.name, error.into()))
    }

    fn put(
        &mut self,
        survey: &Survey,
        cells: &csv::StringRecord,
        place: usize,
    ) -> Result<(), csv::Error> {
        let decimal = survey.opened.decimal();
        for (&column, written) in survey.features.iter().zip(&mut self.columns) {
            let cell = cells.get(column).unwrap_or_default();
            if survey.markers[column].mark(cell) {
                self.writer.write_field("")?;
                continue;
            }
            match survey.kinds[column] {
                // The first reading found a number in each cell; another one now is found by the reader of the part.
                ColumnType::Number => match number_of(cell, decimal) {
                    Some(number) => {
                        written.number(number);
                        self.number.clear();
                        write!(self.number, "{number}").expect("writing to a string never fails");
                        self.writer.write_field(&self.number)?;
                    }
                    None => self.writer.write_field(cell)?,
                },
                ColumnType::Category => {
                    let level = canonical(cell, decimal);
                    written.level(&level);
                    self.writer.write_field(level)?;
                }
            }
        }
        match &survey.truth {
            Truth::Classes(labels) => {
                self.writer
                    .write_field(&survey.classes[labels[place] as usize])?;
            }
            Truth::Numbers(numbers) => self.writer.write_field(numbers[place].to_string())?,
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// Ends the file; answers the folder, and what was written of each feature.
    pub(crate) fn finish(self) -> Result<(Output, Vec<Written>), FileError> {
        let Self {
            mut output,
            name,
            writer,
            columns,
            ..
        } = self;
        let file = writer.into_inner();
        let file = file.map_err(|error| output.unwritten(&name, error.into_error()))?;
        output.add(file)?;
        Ok((output, columns))
    }
}

/// Reads the rows of a prepared part with their schema.
pub fn read_part(folder: &Path) -> Result<(Schema, Labelled), PartError> {
    read(&[folder])
}

/// Reads one or more folders of the same schema, one after the other.
pub(crate) fn read(folders: &[&Path]) -> Result<(Schema, Labelled), PartError> {
    let mut all: Option<(Schema, Labelled)> = None;
    for folder in folders {
        let input = Input::open(folder)?;
        let schema: Schema = input.document(SCHEMA_FILE)?;
        let part = read_folder(&input, &schema, folder)?;
        match &mut all {
            None => all = Some((schema, part)),
            Some((first, rows)) if *first == schema => {
                rows.table.append(&part.table);
                rows.truth.append(part.truth);
            }
            Some(_) => {
                return Err(PartError::Schema {
                    folder: folder.display().to_string(),
                });
            }
        }
    }
    all.ok_or_else(|| PartError::Empty {
        folder: "training data".to_owned(),
    })
}

/// Whether the rows of the first folder are hours of a series.
pub(crate) fn is_series(folders: &[&Path]) -> Result<bool, PartError> {
    Ok(schema_of(folders)?.is_some_and(|schema| schema.series.is_some()))
}

/// Whether the model of a folder is one of a series; one that a user made may have no schema.
pub(crate) fn is_series_model(folder: &Path) -> Result<bool, FileError> {
    let input = Input::open(folder)?;
    if !input.path(SCHEMA_FILE).exists() {
        return Ok(false);
    }
    let schema: Schema = input.document(SCHEMA_FILE)?;
    Ok(schema.series.is_some())
}

/// Whether the rows of the first folder are images.
pub(crate) fn are_images(folders: &[&Path]) -> Result<bool, PartError> {
    Ok(schema_of(folders)?.is_some_and(|schema| schema.image.is_some()))
}

/// The schema of the first folder.
fn schema_of(folders: &[&Path]) -> Result<Option<Schema>, PartError> {
    let Some(folder) = folders.first() else {
        return Ok(None);
    };
    Ok(Some(Input::open(folder)?.document(SCHEMA_FILE)?))
}

/// Reads a folder of images with their paths.
pub(crate) fn read_images(
    folder: &Path,
    side: usize,
) -> Result<(Labelled, Vec<String>), PartError> {
    let input = Input::open(folder)?;
    let schema: Schema = input.document(SCHEMA_FILE)?;
    crate::images::read(&input, &schema, side)
}

/// Reads one folder that may have been changed since its manifest was written.
pub(crate) fn read_alone(folder: &Path) -> Result<(Schema, Labelled), PartError> {
    let input = Input::unchecked(folder);
    let schema: Schema = input.document(SCHEMA_FILE)?;
    let part = read_folder(&input, &schema, folder)?;
    Ok((schema, part))
}

fn read_folder(input: &Input, schema: &Schema, folder: &Path) -> Result<Labelled, PartError> {
    let mut part = None;
    reader::blocks(input, schema, (folder, usize::MAX), &mut |rows| {
        part = Some(rows);
        Ok::<(), PartError>(())
    })?;
    part.ok_or_else(|| PartError::Empty {
        folder: folder.display().to_string(),
    })
}

/// The schema of a folder.
pub(crate) fn schema(folder: &Path) -> Result<Schema, PartError> {
    Ok(Input::open(folder)?.document(SCHEMA_FILE)?)
}

/// Gives the rows of a folder in blocks of so many, so that a part that is larger than memory can be passed through.
pub(crate) fn each_block<E: From<PartError>>(
    folder: &Path,
    most: usize,
    visit: &mut dyn FnMut(Labelled) -> Result<(), E>,
) -> Result<(), E> {
    let input = Input::open(folder).map_err(PartError::from)?;
    let schema: Schema = input.document(SCHEMA_FILE).map_err(PartError::from)?;
    reader::blocks(&input, &schema, (folder, most), visit)
}

/// The place of a class label, given exactly or as another writing of the same number.
pub(crate) fn class(schema: &Schema, label: &str) -> Option<u32> {
    let place = |text: &str| schema.target.classes.iter().position(|class| class == text);
    place(label)
        .or_else(|| place(&canonical(label.trim(), '.')))
        .map(|place| place as u32)
}
