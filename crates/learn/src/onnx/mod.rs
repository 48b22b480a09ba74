//! ONNX in and out: the few message types of the format, a writer of classifiers with their preparation inside, and an
//! evaluator for the operators that such files are made of.

mod build;
mod compile;
mod error;
mod program;
pub mod proto;
mod trees;
mod write;

pub use compile::compile;
pub use error::Error;
pub use program::Program;
pub use write::{Artifact, write};
