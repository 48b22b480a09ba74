//! What can be wrong with source data; each error says where.

use crate::files::FileError;

/// Source data that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder of images, or one of them, cannot be used.
    #[error(transparent)]
    Images(#[from] crate::images::Error),
    /// A line has not as many cells as the table has columns.
    #[error("`{file}`, line {line}: {found} cells, expected {expected}")]
    Ragged {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// Cells of the line.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A cell of a numeric column is not a number.
    #[error("`{file}`, line {line}, column `{column}`: `{cell}` is not a number")]
    NotANumber {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: String,
        /// The cell.
        cell: String,
    },
    /// A column is named that the data has not.
    #[error("there is no column `{column}`; the columns are {}", known.join(", "))]
    NoColumn {
        /// The column.
        column: String,
        /// The columns that are there.
        known: Vec<String>,
    },
    /// The column names cannot be told: a header that differs, an empty or repeated name, or no names at all.
    #[error("`{file}`: {problem}")]
    Header {
        /// The file.
        file: String,
        /// What is wrong with the names.
        problem: String,
    },
    /// No row is left, or none was there.
    #[error("{what} has no rows")]
    NoRows {
        /// A file, or the data as a whole.
        what: String,
    },
    /// The text is not UTF-8, or beyond a limit.
    #[error("`{file}`, line {line}: {problem}")]
    Text {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// A column has no value in any row.
    #[error("column `{column}` is missing in all {rows} rows")]
    AllMissing {
        /// The column.
        column: String,
        /// Rows of the data.
        rows: usize,
    },
    /// A categorical column has more levels than a model can take.
    #[error("column `{column}` has {levels} distinct categories, at most {limit} are possible")]
    Levels {
        /// The column.
        column: String,
        /// Its distinct values.
        levels: usize,
        /// The limit.
        limit: usize,
    },
    /// A row is an exact copy, and copies are an error.
    #[error("`{file}`, line {line}: an exact copy of line {first}")]
    Duplicate {
        /// The file.
        file: String,
        /// The line of the copy, from 1.
        line: u64,
        /// The line of the first.
        first: u64,
    },
    /// The target does not make two or more classes.
    #[error("target `{target}`: {problem}")]
    Target {
        /// The target column.
        target: String,
        /// What is wrong with its values.
        problem: String,
    },
    /// A part of the split has no row of a class.
    #[error(
        "the split leaves no row of class `{class}` in {part}: the class has {rows} rows of {of}"
    )]
    EmptyClass {
        /// The class.
        class: String,
        /// The part.
        part: &'static str,
        /// Rows of the class.
        rows: usize,
        /// All rows.
        of: usize,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Images(error) => error.code(),
            Self::Ragged { .. } => "P0201",
            Self::NotANumber { .. } => "P0202",
            Self::NoColumn { .. } => "P0203",
            Self::NoRows { .. } => "P0204",
            Self::AllMissing { .. } => "P0205",
            Self::Duplicate { .. } => "P0206",
            Self::Target { .. } => "P0207",
            Self::EmptyClass { .. } => "P0208",
            Self::Text { .. } => "P0209",
            Self::Header { .. } => "P0210",
            Self::Levels { .. } => "P0211",
        }
    }
}
