//! The model families: one file each, hyperparameters under scikit-learn's names and with its defaults.

mod bins;
mod cholesky;
pub mod cnn;
pub mod gradient_boosting;
mod lbfgs;
mod linear_objective;
pub mod linear_regression;
pub mod logistic_regression;
pub mod lstm;
pub mod majority;
pub mod mean;
pub mod random_forest;

mod choice;
mod problem;
mod reading;

pub(crate) use choice::invalid;
pub use choice::{Classifier, Estimator, Family, Fitted, Regressor};
pub use problem::{ClassWeight, Known, Problem, Regression, Task};
pub(crate) use reading::number;
