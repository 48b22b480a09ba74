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
    /// A row has no moment in the form that it should have.
    #[error("{place}: `{text}` is not a moment in the form `{pattern}`")]
    Row {
        /// The row, or file and line.
        place: String,
        /// Its text.
        text: String,
        /// How moments are written.
        pattern: String,
    },
    /// The moments can be read in more ways than one.
    #[error("moments such as `{text}` can be read as {}", patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(" and as "))]
    Ambiguous {
        /// The first moment.
        text: String,
        /// The ways.
        patterns: Vec<String>,
    },
    /// An hour is missing, comes twice, or comes before the one before.
    #[error("{place}: {found} after {before}: {problem}")]
    Step {
        /// The row, or file and line.
        place: String,
        /// Its moment.
        found: String,
        /// The moment of the row before.
        before: String,
        /// What that means.
        problem: String,
    },
    /// A part of the split has nothing to forecast.
    #[error("the part {part}: {problem}")]
    Part {
        /// The part.
        part: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The hours that are given do not suffice for a forecast.
    #[error("{problem}")]
    Window {
        /// What is wrong.
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
            Self::Moment { .. } | Self::Pattern { .. } | Self::Row { .. } => "P0270",
            Self::Step { .. } => "P0271",
            Self::Series { .. } => "P0272",
            Self::Ambiguous { .. } => "P0273",
            Self::Part { .. } => "P0274",
            Self::Window { .. } => "P0275",
        }
    }
}
