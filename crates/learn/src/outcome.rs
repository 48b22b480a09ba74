//! What a model answers.

use crate::model::Predictions;
use crate::onnx::tensor::Tensor;

/// Answers for rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Classes and probabilities.
    Classes(Predictions),
    /// So many numbers a row.
    Values {
        /// Numbers a row.
        width: usize,
        /// All numbers, row by row.
        values: Vec<f32>,
    },
    /// The outputs of a foreign graph by name, each with the rows as its first dimension.
    Tensors(Vec<(String, Tensor)>),
}

impl Outcome {
    /// Appends answers of the same model; those of another kind are left out, and so are tensors.
    pub(crate) fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Classes(all), Self::Classes(more)) => {
                all.labels.extend(more.labels);
                all.probabilities.extend(more.probabilities);
            }
            (Self::Values { values: all, .. }, Self::Values { values, .. }) => all.extend(values),
            _ => {}
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes(predictions) => predictions.labels.len(),
            Self::Values { width, values } => values.len() / (*width).max(1),
            Self::Tensors(outputs) => outputs.first().map_or(0, |(_, tensor)| tensor.shape()[0]),
        }
    }
}
