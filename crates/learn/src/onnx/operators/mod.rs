//! Operators that are evaluated here, one at a time on whole values: those of `ai.onnx.ml`, and the plain ones that
//! exporters put around them. A function here reads the attributes of a node once and returns what evaluates it.

#![expect(
    clippy::unnecessary_wraps,
    reason = "what reads a node has one form, whether its node can be wrong or not"
)]
#![expect(
    clippy::cast_possible_wrap,
    reason = "lengths of tensors that fit into memory fit into `i64`"
)]

mod arrange;
mod cast;
mod compare;
mod elementwise;
mod encode;
mod index;
mod linear;
mod matrix;
mod normalize;
mod prepare;
mod rank;
mod reduce;
mod scan;
mod scores;
mod shape;
mod svm;
mod table;
mod tree_lists;
mod trees;
mod trees_v5;

use super::tensor::{Fault, Tensor};

pub(crate) use cast::texts as cast_texts;
pub(super) use scan::scan;
pub(super) use scores::labels as class_labels;
pub(super) use table::{find, is_supported};

/// The versions of the operator sets of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Versions {
    /// Of ONNX's own.
    pub plain: i64,
}

/// What a node is given; optional ones may be left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a>(pub &'a [Option<&'a Tensor>]);

impl<'a> Inputs<'a> {
    /// An input that must be there.
    pub(super) fn get(self, place: usize) -> Result<&'a Tensor, Fault> {
        self.optional(place)
            .ok_or_else(|| Fault(format!("input {place} is not given")))
    }

    /// An input that may be left out.
    pub(super) fn optional(self, place: usize) -> Option<&'a Tensor> {
        self.0.get(place).copied().flatten()
    }

    /// All inputs that are given.
    pub(super) fn all(self) -> Vec<&'a Tensor> {
        self.0.iter().copied().flatten().collect()
    }
}

/// Evaluates a node.
pub(super) type Evaluate = Box<dyn Fn(Inputs<'_>) -> Result<Vec<Tensor>, Fault> + Send + Sync>;

/// What evaluates a node with one output.
fn one(evaluate: impl Fn(Inputs<'_>) -> Result<Tensor, Fault> + Send + Sync + 'static) -> Evaluate {
    Box::new(move |inputs| Ok(vec![evaluate(inputs)?]))
}
