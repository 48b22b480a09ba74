//! Why a request is refused.

use crate::images::PictureError;
use crate::row::BadCell;
use crate::series;

/// A request that is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A row does not fit the schema.
    #[error("row {row}: {problem}")]
    Row {
        /// The row, from 1.
        row: usize,
        /// What is wrong.
        problem: String,
    },
    /// A cell does not fit its column.
    #[error("row {row}, column `{column}`: {problem}")]
    Cell {
        /// The row, from 1.
        row: usize,
        /// The column.
        column: String,
        /// What is wrong.
        problem: String,
    },
    /// The body as a whole cannot be read.
    #[error("the body cannot be read: {problem}")]
    Body {
        /// What is wrong.
        problem: String,
    },
    /// The hours are none that can be forecast from.
    #[error(transparent)]
    Series(#[from] series::Error),
    /// The body is no image that the model takes.
    #[error("the image {problem}")]
    Image {
        /// What is wrong with it.
        problem: PictureError,
    },
    /// The model cannot be evaluated on these rows, or its answer not be written so.
    #[error("{problem}")]
    Model {
        /// Why.
        problem: String,
    },
    /// The body is of a type that is not read.
    #[error("content type `{given}` is not one of {}{}", super::Media::LIST, if *images { super::images::LIST } else { "" })]
    ContentType {
        /// What was given.
        given: String,
        /// Whether the model takes images.
        images: bool,
    },
    /// The answer is wanted in a type that is not written.
    #[error("accept `{given}` names none of {}", super::Media::LIST)]
    Accept {
        /// What was given.
        given: String,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Row { .. } | Self::Cell { .. } => "P0240",
            Self::Body { .. } => "P0241",
            Self::Series(error) => error.code(),
            Self::Image { problem } => problem.code(),
            Self::Model { .. } => "P0653",
            Self::ContentType { .. } => "P0242",
            Self::Accept { .. } => "P0243",
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Row { .. }
            | Self::Cell { .. }
            | Self::Body { .. }
            | Self::Series(_)
            | Self::Image { .. }
            | Self::Model { .. } => 400,
            Self::Accept { .. } => 406,
            Self::ContentType { .. } => 415,
        }
    }

    /// The error of a cell; rows are counted from 0 here.
    pub(super) fn cell(row: usize, bad: BadCell) -> Self {
        Self::Cell {
            row: row + 1,
            column: bad.column,
            problem: bad.problem,
        }
    }

    /// The error of a row; rows are counted from 0 here.
    pub(super) fn row(row: usize, problem: impl Into<String>) -> Self {
        Self::Row {
            row: row + 1,
            problem: problem.into(),
        }
    }

    /// The error of a body.
    pub(super) fn body(problem: impl Into<String>) -> Self {
        Self::Body {
            problem: problem.into(),
        }
    }
}
