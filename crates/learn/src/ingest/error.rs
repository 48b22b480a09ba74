//! What can be wrong with source data; each error says where.

use steps::{Check, Finding};

use crate::files::FileError;
use crate::rows::{self, Place};

/// Source data that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is not rows of its format.
    #[error(transparent)]
    Rows(#[from] rows::Error),
    /// The rows are no series that can be used.
    #[error(transparent)]
    Series(#[from] crate::series::Error),
    /// A folder of images, or one of them, cannot be used.
    #[error(transparent)]
    Images(#[from] crate::images::Error),
    /// A cell of a numeric column is not a number.
    #[error("{place}, column `{column}`: `{cell}` is not a number")]
    NotANumber {
        /// The row.
        place: Place,
        /// The column.
        column: String,
        /// The cell.
        cell: String,
    },
    /// A cell of a numeric column is no finite number.
    #[error(
        "{place}, column `{column}`: `{cell}` is not a finite number; `data.missing` can say that it is missing"
    )]
    NotFinite {
        /// The row.
        place: Place,
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
    /// A column has no value in any row.
    #[error("column `{column}` is missing in all {rows} rows")]
    AllMissing {
        /// The column.
        column: String,
        /// Rows of the data.
        rows: usize,
    },
    /// A column holds what no model here takes as a feature.
    #[error(
        "column `{column}` holds {what}, such as `{example}`, which are no feature: list it under `data.ignore`"
    )]
    NoFeature {
        /// The column.
        column: String,
        /// What it holds.
        what: &'static str,
        /// One of its values.
        example: String,
    },
    /// A categorical column has nearly as many levels as rows.
    #[error(
        "column `{column}` has {levels} distinct categories in {rows} rows: identifiers or texts"
    )]
    Levels {
        /// The column.
        column: String,
        /// Its distinct values, at least.
        levels: u64,
        /// Rows with a value.
        rows: u64,
    },
    /// A row is an exact copy, and copies are an error.
    #[error("{place}: an exact copy of {}", first.within())]
    Duplicate {
        /// The copy.
        place: Place,
        /// The first.
        first: Place,
    },
    /// The target does not make two or more classes, or is no number.
    #[error("target `{target}`: {problem}")]
    Target {
        /// The target column.
        target: String,
        /// What is wrong with its values.
        problem: String,
    },
    /// Rows cannot be dealt by a column.
    #[error("rows cannot be dealt by `{column}`: {problem}")]
    Split {
        /// The column.
        column: String,
        /// Why.
        problem: String,
    },
    /// Groups cannot be left out one after the other.
    #[error("groups by `{by}` cannot be left out: {problem}")]
    Group {
        /// What names the group of a row.
        by: String,
        /// Why.
        problem: String,
    },
    /// A part of the split has no row of a class.
    #[error(
        "the split leaves no row of class `{class}` in {part}: the class has {rows} row{} of {of}, the first of them {first}",
        if *rows == 1 { "" } else { "s" }
    )]
    EmptyClass {
        /// The class.
        class: String,
        /// The part.
        part: &'static str,
        /// Rows of the class.
        rows: usize,
        /// Where the first of them stands.
        first: String,
        /// All rows.
        of: usize,
    },
    /// A file is not what it was when it was read before.
    #[error("`{what}` changed while it was read")]
    Changed {
        /// The file, or the object.
        what: String,
    },
    /// A check found what makes scores worthless.
    #[error("{}", shown(.0))]
    Check(Box<Finding>),
}

/// The finding, its evidence, and how it is accepted.
fn shown(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for line in finding.table() {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    let accept = finding.check.name();
    format!("{text}\n  `data.accept: [{accept}]` takes the data as it is")
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Rows(error) => error.code(),
            Self::Series(error) => error.code(),
            Self::Images(error) => error.code(),
            Self::NotANumber { .. } => "P0202",
            Self::NoColumn { .. } => "P0203",
            Self::AllMissing { .. } => "P0205",
            Self::Duplicate { .. } => "P0206",
            Self::Target { .. } => "P0207",
            Self::EmptyClass { .. } => "P0208",
            Self::Levels { .. } => "P0211",
            Self::NoFeature { .. } => "P0215",
            Self::NotFinite { .. } => "P0217",
            Self::Changed { .. } => "P0218",
            Self::Split { .. } => "P0219",
            Self::Group { .. } => "P0645",
            Self::Check(finding) => match finding.check {
                Check::Constant => "P0216",
                Check::Duplicates | Check::Groups => "P0233",
                Check::Target => "P0234",
                Check::Missing => "P0235",
                Check::Time => "P0236",
            },
        }
    }
}
