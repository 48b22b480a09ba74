//! The penalized mean log loss of a linear classifier, with its gradient.
//!
//! Rows are taken in blocks of a fixed size, whatever the number of threads, and block sums are added in block order, so the
//! result does not depend on threads.

use networks::functions::{exp, ln, ln_1p};
use rayon::prelude::*;

use super::problem::Problem;

/// Rows of a block.
const BLOCK: usize = 256;
/// Values below which threads cost more than they bring.
const PARALLEL: usize = 1 << 18;

/// Value and gradient of one block.
type Part = (f64, Vec<f64>);

/// The objective over parameters `[weights of class 0.., intercept 0, weights of class 1.., ...]`; two classes have one set.
pub(super) struct Objective<'a> {
    problem: Problem<'a>,
    class_weights: Vec<f64>,
    total_weight: f64,
    penalty: f64,
    fit_intercept: bool,
}

impl<'a> Objective<'a> {
    /// `inverse_penalty` is scikit-learn's C.
    pub(super) fn new(
        problem: Problem<'a>,
        class_weights: Vec<f64>,
        inverse_penalty: f64,
        fit_intercept: bool,
    ) -> Self {
        let total_weight = problem
            .class_counts()
            .iter()
            .zip(&class_weights)
            .map(|(&count, weight)| count as f64 * weight)
            .sum::<f64>();
        let penalty = 1.0 / (inverse_penalty * total_weight);
        Self {
            problem,
            class_weights,
            total_weight,
            penalty,
            fit_intercept,
        }
    }

    /// Sets of weights: one for two classes, else one a class.
    pub(super) fn outputs(&self) -> usize {
        if self.problem.classes == 2 {
            1
        } else {
            self.problem.classes
        }
    }

    /// Number of parameters.
    pub(super) fn parameters(&self) -> usize {
        self.outputs() * (self.problem.features.columns + 1)
    }

    /// The value at a point; the gradient is written.
    pub(super) fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let rows = self.problem.features.rows;
        let blocks: Vec<usize> = (0..rows.div_ceil(BLOCK)).collect();
        let block =
            |&number: &usize| self.block(point, number * BLOCK..((number + 1) * BLOCK).min(rows));
        let parts: Vec<Part> = if self.problem.features.values.len() < PARALLEL {
            blocks.iter().map(block).collect()
        } else {
            blocks.par_iter().map(block).collect()
        };
        gradient.fill(0.0);
        let mut value = 0.0;
        for (loss, partial) in parts {
            value += loss;
            gradient.iter_mut().zip(partial).for_each(|(g, p)| *g += p);
        }
        value /= self.total_weight;
        for g in &mut *gradient {
            *g /= self.total_weight;
        }
        let width = self.problem.features.columns + 1;
        for output in 0..self.outputs() {
            let (start, intercept) = (output * width, output * width + width - 1);
            for place in start..intercept {
                value += 0.5 * self.penalty * point[place] * point[place];
                gradient[place] += self.penalty * point[place];
            }
            if !self.fit_intercept {
                gradient[intercept] = 0.0;
            }
        }
        value
    }

    fn block(&self, point: &[f64], rows: std::ops::Range<usize>) -> Part {
        let mut loss = 0.0;
        let mut gradient = vec![0.0; point.len()];
        let width = self.problem.features.columns + 1;
        let mut scores = vec![0.0; self.outputs()];
        for row in rows {
            let features = self.problem.features.row(row);
            for (score, set) in scores.iter_mut().zip(point.chunks_exact(width)) {
                *score = set[width - 1] + dot(set, features);
            }
            let label = self.problem.labels[row] as usize;
            let weight = self.class_weights[label];
            loss += weight
                * if scores.len() == 1 {
                    binary(&mut scores[0], label)
                } else {
                    softmax(&mut scores, label)
                };
            for (score, set) in scores.iter().zip(gradient.chunks_exact_mut(width)) {
                let slope = weight * score;
                for (g, &x) in set.iter_mut().zip(features) {
                    *g += slope * f64::from(x);
                }
                set[width - 1] += slope;
            }
        }
        (loss, gradient)
    }
}

fn dot(set: &[f64], features: &[f32]) -> f64 {
    set.iter()
        .zip(features)
        .map(|(w, &x)| w * f64::from(x))
        .sum()
}

/// The loss of a row; its score becomes the slope of the loss.
fn binary(score: &mut f64, label: usize) -> f64 {
    let margin = *score;
    let small = exp(-margin.abs());
    let probability = if margin >= 0.0 {
        1.0 / (1.0 + small)
    } else {
        small / (1.0 + small)
    };
    *score = probability - label as f64;
    let positive = if label == 1 { margin } else { 0.0 };
    margin.max(0.0) - positive + ln_1p(small)
}

/// The loss of a row; its scores become the slopes of the loss.
fn softmax(scores: &mut [f64], label: usize) -> f64 {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let own = scores[label] - most;
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = exp(*score - most);
        sum += *score;
    }
    for score in &mut *scores {
        *score /= sum;
    }
    scores[label] -= 1.0;
    ln(sum) - own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;
    use crate::random::Stream;

    fn check_gradient(classes: usize) {
        let mut stream = Stream::new(1, classes as u64);
        let mut uniform = || (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        let values: Vec<f32> = (0..600 * 3).map(|_| uniform() as f32).collect();
        let labels: Vec<u32> = (0..600).map(|row| (row % classes) as u32).collect();
        let features = Matrix {
            rows: 600,
            columns: 3,
            values,
        };
        let problem = Problem {
            features: &features,
            labels: &labels,
            classes,
        };
        let objective = Objective::new(problem, vec![1.5; classes], 0.7, true);
        let point: Vec<f64> = (0..objective.parameters()).map(|_| uniform()).collect();
        let mut gradient = vec![0.0; point.len()];
        let mut unused = gradient.clone();
        objective.evaluate(&point, &mut gradient);
        for place in 0..point.len() {
            let mut shifted = |by: f64| {
                let mut moved = point.clone();
                moved[place] += by;
                objective.evaluate(&moved, &mut unused)
            };
            let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
            assert!(
                (slope - gradient[place]).abs() < 1e-8,
                "{classes} classes, {place}: {slope}"
            );
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_value() {
        check_gradient(2);
        check_gradient(4);
    }

    #[test]
    fn far_scores_overflow_nothing() {
        for (margin, label) in [(800.0, 1), (-800.0, 0), (800.0, 0)] {
            let mut score = margin;
            let loss = binary(&mut score, label);
            assert!(loss.is_finite() && score.is_finite());
        }
        let mut scores = [900.0, -900.0, 0.0];
        assert!((softmax(&mut scores, 1) - 1800.0).abs() < 1e-9);
    }
}
