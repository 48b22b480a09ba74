//! Why a trace or a setting is refused.

use thiserror::Error;
use units::Span;

/// Why a trace or a setting is refused. Lines count from 1 and the first is the header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SimulateError {
    /// A column is missing.
    #[error("the trace has no column `{wanted}`, it has `{}`", found.join("`, `"))]
    Column {
        /// The column, or those of which one is wanted.
        wanted: String,
        /// The columns there are.
        found: Vec<String>,
    },
    /// A cell is not what its column holds.
    #[error("line {line}: `{text}` in column `{column}` is not {expected}")]
    Cell {
        /// Line of the cell.
        line: u64,
        /// Its column.
        column: String,
        /// What it holds.
        text: String,
        /// What a cell of that column is.
        expected: &'static str,
    },
    /// A time lies before that of the line above.
    #[error("line {line}: `{text}` lies before the time of the line above")]
    Unordered {
        /// Line of the time.
        line: u64,
        /// The time.
        text: String,
    },
    /// Periods are missing, or a time is not at the beginning of a period.
    #[error("line {line}: `{text}` is {after} after the line above where a period is {period}")]
    Gap {
        /// Line after the gap.
        line: u64,
        /// Its time.
        text: String,
        /// Time since the line above.
        after: Span,
        /// Length of a period.
        period: Span,
    },
    /// There is nothing, or more than can be simulated.
    #[error("the trace has {found}, expected {expected}")]
    Size {
        /// What there is.
        found: String,
        /// What there may be.
        expected: String,
    },
    /// A setting that has no meaning.
    #[error("`{setting}` is {found}, expected {expected}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What it was given.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
}

impl SimulateError {
    /// Code of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Column { .. } => "P0750",
            Self::Cell { .. } => "P0751",
            Self::Unordered { .. } => "P0752",
            Self::Gap { .. } => "P0753",
            Self::Size { .. } => "P0754",
            Self::Setting { .. } => "P0755",
        }
    }
}

/// Refuses a number that is not finite or not above zero.
pub(crate) fn above_zero(setting: &'static str, value: f64) -> Result<f64, SimulateError> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(SimulateError::Setting {
        setting,
        found: value.to_string(),
        expected: "a number above 0",
    })
}
