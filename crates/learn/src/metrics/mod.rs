//! Scores of classifiers and of models of numbers, by scikit-learn's definitions, with bootstrap intervals.

mod bootstrap;
mod calibration;
mod metric;
mod numbers;
mod ranking;
mod residuals;
mod roc;
mod score;
mod scorer;

pub use bootstrap::{BootstrapError, intervals};
pub(crate) use bootstrap::{checked, interval, times_drawn};
pub use calibration::calibration;
pub use metric::Metric;
pub use numbers::NumberScorer;
pub use residuals::residuals;
pub use roc::curves;
pub use score::{Score, compare};
pub use scorer::Scorer;
