//! The end of the network: averages, linear layer, and the loss with its slopes.

use crate::functions::{exp, ln};

/// Average of each channel over the pixels of a picture.
pub(super) fn average(picture: &[f32], out: &mut [f32]) {
    let channels = out.len();
    out.fill(0.0);
    for pixel in picture.chunks_exact(channels) {
        for (sum, &value) in out.iter_mut().zip(pixel) {
            *sum += value;
        }
    }
    let pixels = (picture.len() / channels) as f32;
    for sum in out {
        *sum /= pixels;
    }
}

/// A linear layer: one row of weights a class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Linear<'a> {
    pub weights: &'a [f32],
    pub bias: &'a [f32],
}

impl Linear<'_> {
    /// Scores of the classes.
    pub(super) fn scores(self, features: &[f32], out: &mut [f32]) {
        let rows = self.weights.chunks_exact(features.len());
        for ((score, row), &bias) in out.iter_mut().zip(rows).zip(self.bias) {
            let terms = row.iter().zip(features);
            *score = terms.fold(bias, |sum, (&weight, &x)| weight.mul_add(x, sum));
        }
    }
}

/// Turns scores into probabilities, in double precision; returns the logarithm of that of `class`.
pub(super) fn softmax(scores: &mut [f32], class: usize) -> f64 {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = |score: f32| f64::from(score) - f64::from(most);
    let sum: f64 = scores.iter().map(|&score| exp(shifted(score))).sum();
    let log = shifted(scores[class]) - ln(sum);
    for score in scores {
        *score = (exp(shifted(*score)) / sum) as f32;
    }
    log
}

/// The linear layer's weights while their slopes are gathered.
#[derive(Debug)]
pub(super) struct LinearSlopes<'a> {
    pub weights: &'a mut [f32],
    pub bias: &'a mut [f32],
}

impl LinearSlopes<'_> {
    /// Adds the slopes that follow from those of the scores.
    pub(super) fn add(&mut self, scores: &[f32], features: &[f32]) {
        let rows = self.weights.chunks_exact_mut(features.len());
        for ((row, bias), &slope) in rows.zip(self.bias.iter_mut()).zip(scores) {
            *bias += slope;
            for (weight, &x) in row.iter_mut().zip(features) {
                *weight = slope.mul_add(x, *weight);
            }
        }
    }
}

/// Slopes of the pixels of a picture whose averages are the features.
pub(super) fn spread(linear: Linear<'_>, scores: &[f32], picture: &mut [f32], channels: usize) {
    let pixels = (picture.len() / channels) as f32;
    let mut slopes = vec![0.0_f32; channels];
    for (row, &score) in linear.weights.chunks_exact(channels).zip(scores) {
        for (slope, &weight) in slopes.iter_mut().zip(row) {
            *slope = score.mul_add(weight, *slope);
        }
    }
    for slope in &mut slopes {
        *slope /= pixels;
    }
    for pixel in picture.chunks_exact_mut(channels) {
        pixel.copy_from_slice(&slopes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_and_loss_are_those_of_the_definition() {
        let mut scores = [1.0, 3.0, -2.0];
        let log = softmax(&mut scores, 0);
        let sum = 1.0_f64.exp() + 3.0_f64.exp() + (-2.0_f64).exp();
        assert!((log - (1.0 - sum.ln())).abs() < 1e-14);
        assert!((f64::from(scores[1]) - 3.0_f64.exp() / sum).abs() < 1e-7);
        let mut far = [-1000.0, 1000.0];
        assert_eq!(softmax(&mut far, 0), -2000.0);
        assert_eq!(far, [0.0, 1.0]);
    }

    #[test]
    fn slopes_are_those_of_a_linear_layer() {
        let linear = Linear {
            weights: &[1.0, 2.0, -1.0, 0.5],
            bias: &[0.25, -0.25],
        };
        let mut scores = [0.0; 2];
        linear.scores(&[2.0, 3.0], &mut scores);
        assert_eq!(scores, [8.25, -0.75]);
        let (mut weights, mut bias) = ([0.0; 4], [0.0; 2]);
        let mut slopes = LinearSlopes {
            weights: &mut weights,
            bias: &mut bias,
        };
        slopes.add(&[1.0, -2.0], &[2.0, 3.0]);
        assert_eq!((weights, bias), ([2.0, 3.0, -4.0, -6.0], [1.0, -2.0]));
        let mut picture = [9.0; 8];
        spread(linear, &[1.0, -2.0], &mut picture, 2);
        assert_eq!(picture, [0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25]);
        let mut features = [0.0; 2];
        average(&[1.0, 2.0, 3.0, 6.0], &mut features);
        assert_eq!(features, [2.0, 4.0]);
    }
}
