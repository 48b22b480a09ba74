//! Random forest: histogram trees on at most 256 bins a column, one random stream a tree.
//!
//! Class counts are integers and every tree is one unit of work, so the forest is the same at any number of threads.

mod classes;
mod criterion;
mod forest;
mod numbers;
mod parameters;
mod tree;

pub use forest::{Forest, fit, fit_numbers};
pub use parameters::{MaxFeatures, Parameters};
pub use tree::{Node, Tree};
