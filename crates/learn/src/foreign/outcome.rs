//! What a model answers.

use crate::model::Predictions;
use crate::onnx::tensor::Tensor;

/// An answer for rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Labels and probabilities.
    Classes(Predictions),
    /// So many numbers a row.
    Values {
        /// Numbers a row.
        width: usize,
        /// All numbers, row by row.
        values: Vec<f32>,
    },
    /// The outputs of the graph by name, each with the rows as its first dimension.
    Tensors(Vec<(String, Tensor)>),
}
