//! What can be wrong with the files of a source; each error says where.

use super::Place;
use crate::files::FileError;

/// A file that cannot be read as rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line has not as many cells as the table has columns.
    #[error("{place}: {found} cells, expected {expected}")]
    Ragged {
        /// The line.
        place: Place,
        /// Cells of the line.
        found: usize,
        /// Columns of the table.
        expected: usize,
        /// The delimiter, as it is printed.
        delimiter: String,
    },
    /// The text is not of its encoding.
    #[error("{place}: not {encoding} text")]
    NotText {
        /// The line.
        place: Place,
        /// The encoding.
        encoding: String,
    },
    /// A row or the table is beyond a limit.
    #[error("{place}: {problem}")]
    TooLarge {
        /// The row.
        place: Place,
        /// The limit that is passed.
        problem: String,
    },
    /// The column names cannot be told: a header that differs, a repeated name, or no names at all.
    #[error("`{file}`: {problem}")]
    Header {
        /// The file.
        file: String,
        /// What is wrong with the names.
        problem: String,
    },
    /// There is no row.
    #[error("{what} has no rows")]
    NoRows {
        /// A file, or the source as a whole.
        what: String,
    },
    /// A line is not one flat JSON object.
    #[error("{place}: {problem}")]
    Object {
        /// The line.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// A Parquet file is not whole.
    #[error("`{file}` cannot be read as Parquet: {problem}")]
    Parquet {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A column is of a type that no cell can hold.
    #[error("`{file}`: column `{column}` is {kind}, which is no cell of a table")]
    Type {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Ragged { .. } => "P0201",
            Self::NoRows { .. } => "P0204",
            Self::NotText { .. } | Self::TooLarge { .. } => "P0209",
            Self::Header { .. } => "P0210",
            Self::Object { .. } => "P0212",
            Self::Parquet { .. } => "P0213",
            Self::Type { .. } => "P0214",
        }
    }
}
