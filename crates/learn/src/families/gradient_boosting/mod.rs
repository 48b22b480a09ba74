//! Gradient boosting: leaf-wise histogram trees on at most 256 bins a column, one tree an output and round.
//!
//! Gradients are whole numbers (see `quantity`), so all sums are exact and the model is the same at any number of threads.

mod boosting;
mod grower;
mod held_out;
mod histogram;
mod loss;
mod parameters;
mod quantity;
mod sampling;
mod tree;

pub use boosting::{Boosting, Goal, fit};
pub use parameters::Parameters;
pub use tree::{Node, Tree};
