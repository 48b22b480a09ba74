//! Files of one format that form one table.

use std::path::PathBuf;

use ::csv::StringRecord;
use steps::{CsvFormat, SourceFormat};

use super::{Error, Limits, Place, csv, jsonl, parquet};

/// A file of a source.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name in messages.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// How the rows of a source are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values and their kin.
    Csv(CsvFormat),
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// A format; `csv` says how text is cut where it is CSV.
    pub fn new(format: SourceFormat, csv: &CsvFormat) -> Self {
        match format {
            SourceFormat::Csv => Self::Csv(csv.clone()),
            SourceFormat::Jsonl => Self::Jsonl,
            SourceFormat::Parquet => Self::Parquet,
        }
    }
}

/// What a typed format says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// `true` and `false`.
    Boolean,
    /// Dates, times, or both.
    Time,
    /// What no cell can hold; its cells are empty.
    Unread(String),
}

/// A column of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceColumn {
    /// Its name.
    pub name: String,
    /// What the format says of it; nothing where it has no types, or no value is there.
    pub declared: Option<Declared>,
}

/// Files of one format that form one table.
#[derive(Debug, Clone)]
pub struct Source {
    /// The files in reading order.
    pub files: Vec<File>,
    /// Their format.
    pub format: Format,
    /// Names of the columns where the files have none.
    pub names: Vec<String>,
    /// What the source may have at most.
    pub limits: Limits,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The place of its file among the files.
    pub file: usize,
    /// Its number in the file, from 0, the header not counted.
    pub number: u64,
    /// Its trimmed cells.
    pub cells: &'a StringRecord,
}

/// A source whose columns are known.
#[derive(Debug, Clone)]
pub struct Opened {
    source: Source,
    columns: Vec<SourceColumn>,
}

impl Source {
    /// Finds out the columns. JSON Lines are read through for that: every key of any line is a column.
    pub fn open(self) -> Result<Opened, Error> {
        let Some(first) = self.files.first() else {
            return Err(Error::NoRows {
                what: "the source".to_owned(),
            });
        };
        let columns = match &self.format {
            Format::Csv(format) => csv::columns(first, format, &self.names, self.limits)?,
            Format::Jsonl => jsonl::columns(&self.files, self.limits)?,
            Format::Parquet => parquet::columns(first, self.limits)?,
        };
        Ok(Opened {
            source: self,
            columns,
        })
    }
}

impl Opened {
    /// The columns in their order.
    pub fn columns(&self) -> &[SourceColumn] {
        &self.columns
    }

    /// The place of a column.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The format.
    pub fn format(&self) -> &Format {
        &self.source.format
    }

    /// The files.
    pub fn files(&self) -> &[File] {
        &self.source.files
    }

    /// The mark between whole and fraction in the cells.
    pub fn decimal(&self) -> char {
        match &self.source.format {
            Format::Csv(format) => format.decimal,
            Format::Jsonl | Format::Parquet => '.',
        }
    }

    /// Gives every row in order. A file without any row is an error.
    pub fn each<E: From<Error>>(
        &self,
        mut visit: impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut cells = 0;
        for (place, file) in self.source.files.iter().enumerate() {
            let mut failed = None;
            let mut rows = 0;
            self.each_of(file, &mut |number, record| {
                rows = number + 1;
                cells += record.len() as u64;
                if cells > self.source.limits.cells {
                    let limit = self.source.limits.cells;
                    return Err(Error::TooLarge {
                        place: self.place(place, number),
                        problem: format!("the source has more than {limit} cells"),
                    });
                }
                let row = Row {
                    file: place,
                    number,
                    cells: record,
                };
                match visit(row) {
                    Ok(()) => Ok(true),
                    Err(error) => {
                        failed = Some(error);
                        Ok(false)
                    }
                }
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
            if rows == 0 {
                let what = format!("`{}`", file.name);
                return Err(Error::NoRows { what }.into());
            }
        }
        Ok(())
    }

    /// Where a row stands. The file is read up to it once more: this happens once, for an error.
    pub fn place(&self, file: usize, number: u64) -> Place {
        let file = &self.source.files[file];
        let line = match &self.source.format {
            Format::Parquet => return Place::row(&file.name, number + 1),
            Format::Csv(format) => csv::line(file, format, number),
            Format::Jsonl => jsonl::line(file, number),
        };
        Place::line(&file.name, line)
    }

    fn each_of(&self, file: &File, visit: &mut Visit<'_>) -> Result<(), Error> {
        let (columns, limits) = (&self.columns, self.source.limits);
        match &self.source.format {
            Format::Csv(format) => csv::each(file, format, columns, limits, visit),
            Format::Jsonl => jsonl::each(file, columns, limits, visit),
            Format::Parquet => parquet::each(file, columns, limits, visit),
        }
    }
}

/// Takes a row by its number; answers whether the next is wanted.
pub(super) type Visit<'a> = dyn FnMut(u64, &StringRecord) -> Result<bool, Error> + 'a;

/// Columns by their names, none of which stands twice.
pub(super) fn named(file: &File, names: Vec<String>) -> Result<Vec<SourceColumn>, Error> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    if let Some([name, _]) = sorted.array_windows().find(|[a, b]| a == b) {
        return Err(Error::Header {
            file: file.name.clone(),
            problem: format!("two columns are named `{name}`"),
        });
    }
    let column = |name| SourceColumn {
        name,
        declared: None,
    };
    Ok(names.into_iter().map(column).collect())
}
