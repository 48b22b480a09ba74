//! Why a series is not used.

/// What is wrong with the hours of a series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text is no moment of the pattern.
    #[error("`{text}` is not a moment in the form `{pattern}`")]
    Moment {
        /// The text.
        text: String,
        /// How moments are written.
        pattern: String,
    },
    /// The pattern cannot be read.
    #[error("`{pattern}` is not a pattern of moments: {problem}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        problem: String,
    },
    /// An hour is missing, comes twice, or comes before the one before.
    #[error("row {row} is {found} after {before}: {problem}")]
    Step {
        /// The row, counted from 1.
        row: usize,
        /// Its moment.
        found: String,
        /// The moment of the row before.
        before: String,
        /// What that means.
        problem: String,
    },
    /// The series has not what is needed.
    #[error("the series has {problem}")]
    Series {
        /// What is wrong.
        problem: String,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Moment { .. } | Self::Pattern { .. } => "P0270",
            Self::Step { .. } => "P0271",
            Self::Series { .. } => "P0272",
        }
    }
}
