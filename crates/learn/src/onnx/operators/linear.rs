//! `LinearClassifier` and `LinearRegressor`.

use super::scores::{Labels, Transform, largest, logistic};
use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, room};

/// One set of coefficients a score.
#[derive(Debug, Clone)]
struct Weights {
    coefficients: Vec<f32>,
    intercepts: Vec<f32>,
}

impl Weights {
    fn of(node: Node<'_>, sets: usize) -> Result<Self, Error> {
        let coefficients = node.floats("coefficients").to_vec();
        let mut intercepts = node.floats("intercepts").to_vec();
        if intercepts.is_empty() {
            intercepts = vec![0.0; sets];
        }
        if intercepts.len() != sets
            || sets == 0
            || coefficients.is_empty()
            || !coefficients.len().is_multiple_of(sets)
        {
            return Err(node.wrong(
                "coefficients",
                format!("{sets} sets of numbers and intercepts"),
            ));
        }
        Ok(Self {
            coefficients,
            intercepts,
        })
    }

    /// Scores of all rows, row by row, and the number of rows.
    fn scores(&self, value: &Tensor) -> Result<(Vec<f32>, usize), Fault> {
        let (rows, columns) = value.matrix();
        let sets = self.intercepts.len();
        if columns * sets != self.coefficients.len() {
            let expected = self.coefficients.len() / sets;
            return Err(format!("{columns} columns, expected {expected}").into());
        }
        let numbers = value.floats()?;
        let mut scores = Vec::with_capacity(room(&[rows, sets])?);
        for row in numbers.chunks_exact(columns) {
            for (set, intercept) in self
                .coefficients
                .chunks_exact(columns)
                .zip(&self.intercepts)
            {
                scores.push(set.iter().zip(row).map(|(w, x)| w * x).sum::<f32>() + intercept);
            }
        }
        Ok((scores, rows))
    }
}

pub(super) fn regressor(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let targets = usize::try_from(node.int("targets", 1)).unwrap_or(0);
    let weights = Weights::of(node, targets)?;
    let transform = Transform::of(node)?;
    Ok(one(move |inputs| {
        let (mut scores, rows) = weights.scores(inputs.get(0)?)?;
        scores
            .chunks_exact_mut(targets)
            .for_each(|row| transform.apply(row));
        Tensor::new(vec![rows, targets], Data::Floats(scores))
    }))
}

pub(super) fn classifier(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let labels = Labels::of(node)?;
    let transform = Transform::of(node)?;
    let classes = labels.count();
    let single = classes == 2 && node.floats("intercepts").len() == 1;
    let weights = Weights::of(node, if single { 1 } else { classes })?;
    Ok(Box::new(move |inputs| {
        let (mut scores, _) = weights.scores(inputs.get(0)?)?;
        if single {
            // One set of weights speaks for the second class.
            let best: Vec<usize> = scores
                .iter()
                .map(|&score| usize::from(score > 0.0))
                .collect();
            let pair = |score: f32| match transform {
                Transform::Logistic => [logistic(-score), logistic(score)],
                _ => [-score, score],
            };
            let both = scores.into_iter().flat_map(pair).collect();
            return labels.answer(&best, both);
        }
        let mut best = Vec::with_capacity(scores.len() / classes);
        for row in scores.chunks_exact_mut(classes) {
            best.push(largest(row));
            transform.apply(row);
        }
        labels.answer(&best, scores)
    }))
}
