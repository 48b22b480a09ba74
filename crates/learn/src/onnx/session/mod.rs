//! Any graph, ready to be run: what it takes and answers, and one of two engines.
//!
//! Graphs of ONNX's own operators alone go to `rten`; those with operators of `ai.onnx.ml` are evaluated by the operators
//! of this crate. Everything about a file that can be refused is refused in loading, all unsupported operators at once.

mod check;
mod classes;
mod engine;
#[cfg(test)]
mod guide;
mod neural;
mod plan;
mod port;

pub use check::Unsupported;
pub use engine::{Engine, Session};
pub(super) use plan::Plan;
pub use port::{Element, Port};
