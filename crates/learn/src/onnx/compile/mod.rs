//! From a file's graph to a `Program`: each value becomes a range of slots, each node a step. Everything that could go
//! wrong in running is refused here, whatever the bytes.

mod classifiers;
mod features;
mod graph;
mod large_trees;
mod nodes;
mod regressors;
mod tree_lists;

pub use graph::{compile, compile_large};
