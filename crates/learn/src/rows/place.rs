//! Where a row stands.

use std::fmt;

/// A row of a file, as a user finds it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The number, from 1: of a line, or of a row where the format has no lines.
    pub number: u64,
    /// Whether it is the number of a line.
    pub is_line: bool,
}

impl Place {
    pub(super) fn line(file: &str, number: u64) -> Self {
        Self {
            file: file.to_owned(),
            number,
            is_line: true,
        }
    }

    pub(super) fn row(file: &str, number: u64) -> Self {
        Self {
            file: file.to_owned(),
            number,
            is_line: false,
        }
    }

    /// The word for what is numbered, and the number.
    pub fn within(&self) -> String {
        let what = if self.is_line { "line" } else { "row" };
        format!("{what} {}", self.number)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, {}", self.file, self.within())
    }
}
