//! ONNX in and out: the few message types of the format, a writer of estimators with their preparation inside, a fast
//! evaluator of such files ([`Program`]), and one of any graph ([`Session`]).

mod block;
mod build;
mod compile;
mod constant;
mod error;
mod estimators;
mod forecaster;
mod forest_file;
mod image_classifier;
mod node;
mod operators;
mod own_graph;
mod program;
pub mod proto;
mod session;
mod skim;
mod step;
pub mod tensor;
mod trees;
mod write;

pub use compile::{compile, compile_large};
pub use error::Error;
pub use forecaster::{Forecaster, read_forecaster, write_forecaster};
pub use image_classifier::{ImageClassifier, read_image_classifier, write_image_classifier};
pub(crate) use operators::cast_texts as texts;
pub use program::Program;
pub use session::{Element, Engine, Port, Session, Unsupported};
pub use write::{Artifact, write, write_to};
