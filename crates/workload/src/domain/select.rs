//! How one of the candidates is chosen.

use super::{Metric, words};
use crate::check::Section;

words! {
    /// Rows that the choice is made on.
    pub enum SelectOn {
        /// The validation part.
        Validation = "validation",
    }
}

/// The choice among candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Select {
    /// The score to choose by.
    pub metric: Metric,
    /// Rows that it is computed on.
    pub on: SelectOn,
    /// Whether the chosen one is fitted again on train and validation rows.
    pub refit: bool,
}

impl Select {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            metric: section.parsed("metric")?,
            on: section.parsed("on")?,
            refit: section.boolean("refit")?,
        })
    }
}
