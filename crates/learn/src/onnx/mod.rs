//! ONNX in and out: the few message types of the format, a writer of classifiers with their preparation inside, a fast
//! evaluator of such files ([`Program`]), and one of any graph ([`Session`]).

mod build;
mod compile;
mod constant;
mod error;
mod node;
mod operators;
mod program;
pub mod proto;
mod session;
pub mod tensor;
mod trees;
mod write;

pub use compile::compile;
pub use error::Error;
pub(crate) use operators::cast_texts as texts;
pub use program::Program;
pub use session::{Element, Engine, Port, Session, Unsupported};
pub use write::{Artifact, write};
