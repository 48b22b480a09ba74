//! The first reading of a source: what its columns are, which rows stay, what is to be predicted of each.

use std::collections::HashMap;

use steps::{ColumnType, PrepareSpec};

use super::error::Error;
use super::facts::Facts;
use super::surveyor::Surveyor;
use crate::cell::Markers;
use crate::rows::Opened;
use crate::truth::Truth;

/// What the first reading found.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) opened: Opened,
    pub(crate) markers: Vec<Markers>,
    /// Texts that mean a missing value, by column.
    pub(crate) missing: Vec<Vec<String>>,
    pub(crate) kinds: Vec<ColumnType>,
    pub(crate) facts: Vec<Facts>,
    /// Places of the feature columns.
    pub(crate) features: Vec<usize>,
    pub(crate) target: usize,
    /// Class labels, ascending; none where the target is a number.
    pub(crate) classes: Vec<String>,
    /// File and number of the first row of each class.
    pub(crate) class_first: Vec<(usize, u64)>,
    /// Class or number of each row that stays.
    pub(crate) truth: Truth,
    /// Whether each row that was read stays.
    pub(crate) kept: Vec<bool>,
    /// The group of each row that stays, where something names it.
    pub(crate) groups: Option<Groups>,
    /// When each row that stays is, by the column that rows are dealt by, or by the first that looks like a time.
    pub(crate) times: Option<Times>,
    /// What each row that stays says, where copies can be among them.
    pub(crate) keys: Vec<u64>,
    /// Values of columns of identifiers, with their places, of rows that stay.
    pub(crate) ids: Vec<(usize, Vec<u64>)>,
    /// Rows that stay by group, and the names of the groups: of the column that rows are dealt by, or of the files.
    pub(crate) group_rows: Vec<u64>,
    pub(crate) group_names: Vec<String>,
    /// Rows dropped as copies.
    pub(crate) duplicates: usize,
    /// Rows dropped since their target is missing.
    pub(crate) without_target: usize,
}

/// What names the group of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupedBy {
    /// The value of a column.
    Column(usize),
    /// The file that it stands in.
    File,
}

/// Groups of rows.
#[derive(Debug)]
pub(crate) struct Groups {
    /// What names them.
    pub(crate) by: GroupedBy,
    /// Their names in the order in which they first came.
    pub(crate) names: Vec<String>,
    places: HashMap<String, u32>,
    /// The group of each row that stays.
    pub(crate) of: Vec<u32>,
}

impl Groups {
    pub(super) fn new(by: GroupedBy) -> Self {
        Self {
            by,
            names: Vec::new(),
            places: HashMap::new(),
            of: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, name: String) {
        let next = self.names.len() as u32;
        let place = *self.places.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        });
        self.of.push(place);
    }
}

/// When rows are.
#[derive(Debug)]
pub(crate) struct Times {
    /// The column.
    pub(crate) column: usize,
    /// The moment of each row that stays; NaN where it is not known.
    pub(crate) of: Vec<f64>,
}

/// Reads a source through.
pub(crate) fn survey(opened: &Opened, spec: &PrepareSpec) -> Result<Survey, Error> {
    let mut surveyor = Surveyor::new(opened, spec)?;
    opened.each(|row| surveyor.row(&row))?;
    surveyor.finish()
}
