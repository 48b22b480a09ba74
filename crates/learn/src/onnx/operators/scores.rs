//! Scores of classes to labels and probabilities, under the rules that onnxruntime has for one score and two classes.

use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, room};

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transform {
    None,
    Logistic,
    Softmax,
    SoftmaxZero,
}

impl Transform {
    pub(super) fn of(node: Node<'_>) -> Result<Self, Error> {
        Ok(match node.text("post_transform", "NONE")? {
            "NONE" => Self::None,
            "LOGISTIC" => Self::Logistic,
            "SOFTMAX" => Self::Softmax,
            "SOFTMAX_ZERO" => Self::SoftmaxZero,
            _ => {
                let expected = "`NONE`, `LOGISTIC`, `SOFTMAX` or `SOFTMAX_ZERO`";
                return Err(node.wrong("post_transform", expected));
            }
        })
    }

    /// Changes the scores of one row.
    pub(super) fn apply(self, scores: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Logistic => scores.iter_mut().for_each(|x| *x = logistic(*x)),
            Self::Softmax => soften(scores, |_| true),
            // Scores of 0 stay.
            Self::SoftmaxZero => soften(scores, |x| x.abs() > 1e-7),
        }
    }
}

pub(super) fn logistic(x: f32) -> f32 {
    super::elementwise::sigmoid(f64::from(x)) as f32
}

fn soften(scores: &mut [f32], counts: impl Fn(f32) -> bool) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for x in scores.iter_mut() {
        if counts(*x) {
            *x = (*x - most).exp();
            sum += *x;
        }
    }
    for x in scores.iter_mut() {
        *x /= sum;
    }
}

/// Class labels of a classifier.
#[derive(Debug, Clone)]
pub(super) struct Labels(Data);

/// Classes of a classifier at most.
const MAX_CLASSES: usize = 100_000;

impl Labels {
    pub(super) fn of(node: Node<'_>) -> Result<Self, Error> {
        let data =
            labels(node)?.ok_or_else(|| node.wrong("classlabels_strings", "class labels"))?;
        Ok(Self(data))
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The labels of rows and their probabilities.
    pub(super) fn answer(
        &self,
        best: &[usize],
        probabilities: Vec<f32>,
    ) -> Result<Vec<Tensor>, Fault> {
        let rows = best.len();
        let columns = probabilities.len().checked_div(rows);
        let columns = columns.unwrap_or(self.count());
        room(&[rows, columns])?;
        Ok(vec![
            Tensor::list(self.0.pick(best.iter().copied())),
            Tensor::new(vec![rows, columns], Data::Floats(probabilities))?,
        ])
    }
}

/// Class labels that a node names.
pub(in crate::onnx) fn labels(node: Node<'_>) -> Result<Option<Data>, Error> {
    let texts = node.texts("classlabels_strings")?;
    let whole = [
        node.ints("classlabels_ints"),
        node.ints("classlabels_int64s"),
    ]
    .concat();
    let data = if texts.is_empty() {
        Data::Ints(whole)
    } else {
        Data::Texts(texts)
    };
    if data.len() > MAX_CLASSES {
        return Err(node.wrong(
            "classlabels_strings",
            format!("at most {MAX_CLASSES} classes"),
        ));
    }
    Ok((!data.is_empty()).then_some(data))
}

/// The place of the largest score; of equal ones the first.
pub(super) fn largest(scores: &[f32]) -> usize {
    let mut best = 0;
    for (place, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = place;
        }
    }
    best
}
