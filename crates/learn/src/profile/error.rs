//! Sources that cannot be described; each error says where and what to do.

use crate::files::FileError;
use crate::rows::{self, Place};

/// Why a source has no profile.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is not text.
    #[error("`{file}` is not text: {what}")]
    NotText {
        /// The file.
        file: String,
        /// What it seems to be, or the first byte that no text has.
        what: String,
    },
    /// Files of one source have different encodings.
    #[error("`{first}` is {one} and `{second}` is {other}: one source has one encoding")]
    Encodings {
        /// A file.
        first: String,
        /// Its encoding.
        one: &'static str,
        /// Another file.
        second: String,
        /// Its encoding.
        other: &'static str,
    },
    /// A line has not as many cells as the others.
    #[error("`{file}`, line {line}: {found} cells, expected {expected} (delimiter `{delimiter}`)")]
    Ragged {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// Cells of the line.
        found: usize,
        /// Cells of the other lines.
        expected: usize,
        /// The delimiter that was found or given, as it is printed.
        delimiter: String,
    },
    /// The header does not name the columns.
    #[error("`{file}`, line 1: {problem}")]
    Header {
        /// The file.
        file: String,
        /// What is wrong with the names.
        problem: String,
    },
    /// There is no row.
    #[error("`{file}` {problem}")]
    NoRows {
        /// The file.
        file: String,
        /// What it has instead.
        problem: &'static str,
    },
    /// A file of a format with types is not whole, or holds what no cell can.
    #[error(transparent)]
    Rows(rows::Error),
    /// A row or a table is beyond a limit.
    #[error("{place}: {problem}")]
    TooLarge {
        /// The row.
        place: Place,
        /// The limit that is passed.
        problem: String,
    },
}

impl From<rows::Error> for Error {
    fn from(error: rows::Error) -> Self {
        use rows::Error as Rows;
        match error {
            Rows::File(error) => Self::File(error),
            Rows::Ragged {
                place,
                found,
                expected,
                delimiter,
            } => Self::Ragged {
                file: place.file,
                line: place.number,
                found,
                expected,
                delimiter,
            },
            Rows::NotText { place, encoding } => Self::NotText {
                what: format!("line {} is not {encoding}", place.number),
                file: place.file,
            },
            Rows::TooLarge { place, problem } => Self::TooLarge { place, problem },
            Rows::Header { file, problem } => Self::Header { file, problem },
            Rows::NoRows { what } => {
                let file = what.trim_matches('`').to_owned();
                let is_empty = std::fs::metadata(&file).is_ok_and(|found| found.len() == 0);
                let problem = if is_empty { "is empty" } else { "has no rows" };
                Self::NoRows { file, problem }
            }
            other => Self::Rows(other),
        }
    }
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Rows(error) => error.code(),
            Self::NotText { .. } => "P0601",
            Self::Encodings { .. } => "P0602",
            Self::Ragged { .. } => "P0603",
            Self::Header { .. } => "P0604",
            Self::NoRows { .. } => "P0605",
            Self::TooLarge { .. } => "P0606",
        }
    }
}
