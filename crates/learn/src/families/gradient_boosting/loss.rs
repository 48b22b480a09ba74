//! The losses that are boosted, with their derivatives by the score.
//!
//! Squared error `(f - y)^2 / 2`: derivatives `f - y` and 1. Logistic loss with `p = 1 / (1 + exp(-f))`: `p - y` and
//! `p (1 - p)`. Softmax over `k` scores: `p - y` and `k / (k - 1) p (1 - p)`, the factor as in Friedman, "Greedy function
//! approximation: a gradient boosting machine" (2001), algorithm 6.

use networks::functions::{exp, ln, ln_1p};
use rayon::prelude::*;

/// Rows of a block; blocks are taken side by side.
const BLOCK: usize = 4096;

/// What is boosted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Loss<'a> {
    /// Squared error of numbers.
    Squared(&'a [f64]),
    /// Logistic loss of two classes; the score speaks for the second.
    Logistic(Classes<'a>),
    /// Softmax loss of more classes.
    Softmax(Classes<'a>),
}

/// Classes of rows and their weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes<'a> {
    pub labels: &'a [u32],
    /// Weight of a row of each class.
    pub weights: &'a [f64],
}

impl Loss<'_> {
    /// Scores of a row.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Self::Squared(_) | Self::Logistic(_) => 1,
            Self::Softmax(classes) => classes.weights.len(),
        }
    }

    /// The constant scores with the smallest loss on some rows: the mean; the logarithm of the odds; the logarithms of the
    /// shares.
    pub(super) fn start(&self, rows: &[u32]) -> Vec<f64> {
        let shares = |classes: &Classes<'_>| {
            let mut weights = vec![0.0; classes.weights.len()];
            for &row in rows {
                let label = classes.labels[row as usize] as usize;
                weights[label] += classes.weights[label];
            }
            let sum: f64 = weights.iter().sum();
            // A class without rows has a small share, not none.
            let share = |weight: f64| (weight / sum).clamp(1e-12, 1.0 - 1e-12);
            weights.into_iter().map(share).collect::<Vec<f64>>()
        };
        match self {
            Self::Squared(targets) => {
                let sum: f64 = rows.iter().map(|&row| targets[row as usize]).sum();
                vec![sum / rows.len() as f64]
            }
            Self::Logistic(classes) => {
                let shares = shares(classes);
                vec![ln(shares[1] / shares[0])]
            }
            Self::Softmax(classes) => shares(classes).into_iter().map(ln).collect(),
        }
    }

    /// Turns scores into what derivatives are computed from: probabilities, or the scores themselves.
    pub(super) fn link(&self, scores: &[f64], linked: &mut [f64]) {
        let outputs = self.outputs();
        let of = (BLOCK * outputs).max(1);
        linked
            .par_chunks_mut(of)
            .zip(scores.par_chunks(of))
            .for_each(|(linked, scores)| match self {
                Self::Squared(_) => linked.copy_from_slice(scores),
                Self::Logistic(_) => {
                    for (linked, &score) in linked.iter_mut().zip(scores) {
                        *linked = logistic(score);
                    }
                }
                Self::Softmax(_) => {
                    linked.copy_from_slice(scores);
                    linked.chunks_exact_mut(outputs).for_each(softmax);
                }
            });
    }

    /// First and second derivative by one output of a row.
    #[inline]
    pub(super) fn derivatives(&self, linked: &[f64], row: usize, output: usize) -> (f64, f64) {
        match self {
            Self::Squared(targets) => (linked[row] - targets[row], 1.0),
            Self::Logistic(classes) => {
                let label = classes.labels[row];
                let (p, weight) = (linked[row], classes.weights[label as usize]);
                (weight * (p - f64::from(label)), weight * p * (1.0 - p))
            }
            Self::Softmax(classes) => {
                let (label, outputs) = (classes.labels[row] as usize, classes.weights.len());
                let (p, weight) = (linked[row * outputs + output], classes.weights[label]);
                let own = f64::from(u8::from(label == output));
                let factor = outputs as f64 / (outputs as f64 - 1.0);
                (weight * (p - own), weight * factor * p * (1.0 - p))
            }
        }
    }

    /// The mean loss of some rows.
    pub(super) fn mean(&self, scores: &[f64], rows: &[u32]) -> f64 {
        let outputs = self.outputs();
        let (mut sum, mut all) = (0.0, 0.0);
        for &row in rows {
            let row = row as usize;
            let scores = &scores[row * outputs..(row + 1) * outputs];
            let (loss, weight) = match self {
                Self::Squared(targets) => ((scores[0] - targets[row]).powi(2), 1.0),
                Self::Logistic(classes) => {
                    let label = classes.labels[row] as usize;
                    let margin = if label == 1 { scores[0] } else { -scores[0] };
                    let loss = ln_1p(exp(-margin.abs())) + (-margin).max(0.0);
                    (loss, classes.weights[label])
                }
                Self::Softmax(classes) => {
                    let label = classes.labels[row] as usize;
                    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let sum: f64 = scores.iter().map(|score| exp(score - most)).sum();
                    (ln(sum) + most - scores[label], classes.weights[label])
                }
            };
            sum += weight * loss;
            all += weight;
        }
        sum / all
    }
}

fn logistic(score: f64) -> f64 {
    1.0 / (1.0 + exp(-score))
}

fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in &mut *scores {
        *score = exp(*score - most);
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: [f64; 3] = [1.0, 2.0, 0.5];

    fn classes(labels: &[u32], count: usize) -> Classes<'_> {
        Classes {
            labels,
            weights: &WEIGHTS[..count],
        }
    }

    /// The slope of a row's weighted loss by one score.
    fn slope(loss: Loss<'_>, scores: &[f64], output: usize, weight: f64) -> f64 {
        let at = |by: f64| {
            let mut moved = scores.to_vec();
            moved[output] += by;
            weight * loss.mean(&moved, &[0])
        };
        (at(1e-6) - at(-1e-6)) / 2e-6
    }

    #[test]
    fn first_derivatives_are_slopes_of_the_loss() {
        let scores = [0.3, -0.8, 1.7];
        let labels = [1, 1, 1];
        let targets = [2.5, 0.0, 0.0];
        let losses = [
            // The mean is of the square, twice the loss that is boosted.
            (Loss::Squared(&targets), 0.5),
            (Loss::Logistic(classes(&labels, 2)), 2.0),
            (Loss::Softmax(classes(&labels, 3)), 2.0),
        ];
        for (loss, weight) in losses {
            let outputs = loss.outputs();
            let mut linked = vec![0.0; outputs];
            loss.link(&scores[..outputs], &mut linked);
            for output in 0..outputs {
                let (first, second) = loss.derivatives(&linked, 0, output);
                let expected = slope(loss, &scores[..outputs], output, weight);
                assert!(
                    (first - expected).abs() < 1e-6,
                    "{loss:?} {first} {expected}"
                );
                assert!(second > 0.0);
            }
        }
    }

    #[test]
    fn the_start_is_the_best_constant() {
        let rows: Vec<u32> = (0..4).collect();
        let targets = [1.0, 2.0, 3.0, 6.0];
        assert_eq!(Loss::Squared(&targets).start(&rows), [3.0]);
        let labels = [0, 1, 0, 1];
        let start = Loss::Logistic(classes(&labels, 2)).start(&rows);
        assert!((start[0] - 2.0_f64.ln()).abs() < 1e-12, "weights 1 and 2");
        let labels = [0, 1, 2, 2];
        let start = Loss::Softmax(classes(&labels, 3)).start(&rows);
        let shares: Vec<f64> = start.iter().map(|log| log.exp()).collect();
        assert!((shares[1] - 0.5).abs() < 1e-12 && (shares[2] - 0.25).abs() < 1e-12);
    }

    #[test]
    fn far_scores_have_finite_losses_and_derivatives() {
        let labels = [0];
        let loss = Loss::Logistic(classes(&labels, 2));
        for score in [-800.0, 800.0] {
            let mut linked = [0.0];
            loss.link(&[score], &mut linked);
            let (first, second) = loss.derivatives(&linked, 0, 0);
            assert!(first.is_finite() && second.is_finite());
            assert!(loss.mean(&[score], &[0]).is_finite());
        }
    }
}
