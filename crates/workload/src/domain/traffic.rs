//! What the endpoint will see, and how often the pipeline runs.

use units::{Rate, Span};

use super::words;
use crate::check::Section;

words! {
    /// How often the pipeline runs.
    pub enum Retrain {
        /// Every hour.
        Hourly = "hourly",
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
    }
}

/// Counts of requests in a file, one row a period.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    /// The file, relative to the workload file.
    pub file: String,
    /// The column with the counts.
    pub column: String,
    /// The period of a row.
    pub every: Span,
}

/// Requests on the endpoint. It takes effect in a plan, not in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traffic {
    /// The same at all times.
    Steady(Rate),
    /// As measured.
    Trace(Trace),
}

impl Traffic {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        if let Some(rate) = section.parsed("rate") {
            return Some(Self::Steady(rate));
        }
        Some(Self::Trace(Trace {
            file: section.parsed("trace")?,
            column: section.parsed("column")?,
            every: section.parsed("every")?,
        }))
    }
}
