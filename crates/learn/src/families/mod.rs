//! The model families: one file each, hyperparameters under scikit-learn's names and with its defaults.

mod lbfgs;
mod linear_objective;
pub mod logistic_regression;
pub mod majority;
pub mod random_forest;

mod choice;
mod problem;

pub(crate) use choice::invalid;
pub use choice::{Classifier, Family, Fitted};
pub use problem::{ClassWeight, Problem};
