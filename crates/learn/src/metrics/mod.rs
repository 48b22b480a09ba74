//! Scores of a classifier, by scikit-learn's definitions, with bootstrap intervals.

mod bootstrap;
mod calibration;
mod metric;
mod ranking;
mod roc;
mod scorer;

pub use bootstrap::{BootstrapError, intervals};
pub use calibration::calibration;
pub use metric::Metric;
pub use roc::curves;
pub use scorer::Scorer;
