//! Scores of a classifier, by scikit-learn's definitions, with bootstrap intervals.

mod bootstrap;
mod metric;
mod ranking;
mod scorer;

pub use bootstrap::{BootstrapError, intervals};
pub use metric::Metric;
pub use scorer::Scorer;
