//! A Gaussian process with a linear and a Matern 5/2 part, and its answers with any group of its examples left out.
//!
//! The settings stood before the first evaluation and were never changed after one.

use std::collections::BTreeMap;

use crate::matrix::{Factor, Matrix, dot};

/// Variance of the level, which is as good as free.
const LEVEL: f64 = 100.0;
/// Variance of the linear part.
const LINEAR: f64 = 10.0;
/// Variance of the smooth part.
const SMOOTH: f64 = 1.0;
/// Variance of the noise: figures of one processor differ by 14 %.
const NOISE: f64 = 0.02;
/// Features beyond so many standard deviations are cut.
const FARTHEST: f64 = 4.0;

/// Means and standard deviations of features, by which they become comparable.
#[derive(Debug, Clone)]
struct Standards(Vec<(f64, f64)>);

impl Standards {
    fn of(rows: &[Vec<f64>]) -> Self {
        let count = rows.len().max(1) as f64;
        let width = rows.first().map_or(0, Vec::len);
        let of_place = |place: usize| {
            let mean = rows.iter().map(|row| row[place]).sum::<f64>() / count;
            let square = rows.iter().map(|row| (row[place] - mean).powi(2));
            (mean, (square.sum::<f64>() / count).sqrt() + 1e-9)
        };
        Self((0..width).map(of_place).collect())
    }

    fn apply(&self, row: &[f64], weights: &[f64]) -> Vec<f64> {
        let pairs = row.iter().zip(&self.0).zip(weights);
        pairs
            .map(|((value, (mean, deviation)), weight)| {
                ((value - mean) / deviation).clamp(-FARTHEST, FARTHEST) * weight
            })
            .collect()
    }
}

/// Examples: features, values, and the group of each.
#[derive(Debug, Clone)]
pub(crate) struct Examples {
    pub(crate) features: Vec<Vec<f64>>,
    pub(crate) values: Vec<f64>,
    pub(crate) groups: Vec<usize>,
    /// How much each feature counts.
    pub(crate) weights: Vec<f64>,
}

/// A fitted process.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    standards: Standards,
    weights: Vec<f64>,
    features: Vec<Vec<f64>>,
    groups: Vec<usize>,
    factor: Factor,
    inverse: Matrix,
    /// What the inverse maps to the values.
    duals: Vec<f64>,
}

/// A mean and its standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Normal {
    pub(crate) mean: f64,
    pub(crate) deviation: f64,
}

impl Process {
    pub(crate) fn fit(examples: Examples) -> Self {
        let standards = Standards::of(&examples.features);
        let features: Vec<Vec<f64>> = examples
            .features
            .iter()
            .map(|row| standards.apply(row, &examples.weights))
            .collect();
        let cell = |row: usize, column: usize| {
            let noise = if row == column { NOISE } else { 0.0 };
            kernel(&features[row], &features[column]) + noise
        };
        let factor = Matrix::symmetric(features.len(), cell).factor();
        let inverse = factor.inverse();
        Self {
            duals: factor.solve(&examples.values),
            weights: examples.weights,
            groups: examples.groups,
            standards,
            features,
            factor,
            inverse,
        }
    }

    /// What it expects at these features.
    pub(crate) fn at(&self, row: &[f64]) -> Normal {
        let row = self.standards.apply(row, &self.weights);
        let with = self.kernels(&row);
        let explained = self.factor.forward(&with);
        normal(&row, dot(&with, &self.duals), dot(&explained, &explained))
    }

    /// What it would expect, had it never seen this group.
    pub(crate) fn without(&self, group: usize) -> Without<'_> {
        let left: Vec<usize> = (0..self.groups.len())
            .filter(|place| self.groups[*place] == group)
            .collect();
        let block = Matrix::symmetric(left.len(), |row, column| {
            self.inverse.row(left[row])[left[column]]
        });
        let block = block.factor();
        let own: Vec<f64> = left.iter().map(|place| self.duals[*place]).collect();
        let shares = block.solve(&own);
        let mut duals = self.duals.clone();
        for (share, place) in shares.iter().zip(&left) {
            for (dual, cell) in duals.iter_mut().zip(self.inverse.row(*place)) {
                *dual -= share * cell;
            }
        }
        Without {
            process: self,
            left,
            block,
            duals,
        }
    }

    /// Errors of the examples in standard deviations, each CPU model left out as a whole, by group.
    pub(crate) fn scores(&self, values: &[f64]) -> BTreeMap<usize, Vec<f64>> {
        let mut scores: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (place, group) in self.groups.iter().enumerate() {
            scores.entry(*group).or_default().push(values[place]);
        }
        for (group, own) in &mut scores {
            let without = self.without(*group);
            let of_group = (0..self.groups.len()).filter(|place| self.groups[*place] == *group);
            for (score, place) in own.iter_mut().zip(of_group) {
                let found = without.at_standardised(&self.features[place]);
                *score = (*score - found.mean).abs() / found.deviation;
            }
        }
        scores
    }

    fn kernels(&self, row: &[f64]) -> Vec<f64> {
        self.features
            .iter()
            .map(|other| kernel(row, other))
            .collect()
    }
}

/// At standardised features, with what the examples explain of the variance there.
fn normal(row: &[f64], mean: f64, explained: f64) -> Normal {
    let variance = kernel(row, row) - explained;
    Normal {
        mean,
        deviation: (variance.max(0.0) + NOISE).sqrt(),
    }
}

/// A process that has never seen a group.
#[derive(Debug)]
pub(crate) struct Without<'a> {
    process: &'a Process,
    left: Vec<usize>,
    block: Factor,
    duals: Vec<f64>,
}

impl Without<'_> {
    /// What it expects at these features.
    pub(crate) fn at(&self, row: &[f64]) -> Normal {
        let process = self.process;
        self.at_standardised(&process.standards.apply(row, &process.weights))
    }

    fn at_standardised(&self, row: &[f64]) -> Normal {
        let process = self.process;
        let with = process.kernels(row);
        let explained = process.factor.forward(&with);
        // The inverse without the group is the inverse less what goes through the group's block.
        let through: Vec<f64> = self
            .left
            .iter()
            .map(|place| dot(process.inverse.row(*place), &with))
            .collect();
        let through = self.block.forward(&through);
        let explained = dot(&explained, &explained) - dot(&through, &through);
        normal(row, dot(&with, &self.duals), explained)
    }
}

fn kernel(left: &[f64], right: &[f64]) -> f64 {
    let width = left.len().max(1) as f64;
    let square: f64 = left.iter().zip(right).map(|(a, b)| (a - b) * (a - b)).sum();
    LEVEL + LINEAR * dot(left, right) / width + SMOOTH * matern(square / width)
}

/// Matern 5/2 of a squared distance in length scales.
pub(crate) fn matern(square: f64) -> f64 {
    let scaled = (5.0 * square).sqrt();
    (1.0 + scaled + scaled * scaled / 3.0) * (-scaled).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(count: usize) -> Examples {
        let at = |place: usize| place as f64 / 10.0;
        Examples {
            features: (0..count)
                .map(|place| vec![at(place), at(place).sin()])
                .collect(),
            values: (0..count)
                .map(|place| 3.0 * at(place) + at(place).cos())
                .collect(),
            groups: (0..count).map(|place| place % 5).collect(),
            weights: vec![1.0, 1.0],
        }
    }

    #[test]
    fn a_smooth_function_is_learned() {
        let process = Process::fit(examples(60));
        let found = process.at(&[2.55, 2.55_f64.sin()]);
        let expected = 3.0 * 2.55 + 2.55_f64.cos();
        assert!((found.mean - expected).abs() < 0.1, "{found:?} {expected}");
        let far = process.at(&[30.0, 0.0]);
        assert!(far.deviation > 2.0 * found.deviation);
    }

    /// The closed form against a process that was fitted without the group; the standards stay those of all.
    #[test]
    fn leaving_a_group_out_is_as_never_having_seen_it() {
        let all = examples(40);
        let process = Process::fit(all.clone());
        let kept: Vec<usize> = (0..40).filter(|place| place % 5 != 2).collect();
        let cell = |row: usize, column: usize| {
            let noise = if row == column { NOISE } else { 0.0 };
            kernel(
                &process.features[kept[row]],
                &process.features[kept[column]],
            ) + noise
        };
        let factor = Matrix::symmetric(kept.len(), cell).factor();
        let values: Vec<f64> = kept.iter().map(|at| all.values[*at]).collect();
        let with: Vec<f64> = kept
            .iter()
            .map(|at| kernel(&process.features[2], &process.features[*at]))
            .collect();
        let mean = dot(&with, &factor.solve(&values));
        let explained = factor.forward(&with);
        let own = kernel(&process.features[2], &process.features[2]);
        let deviation = (own - dot(&explained, &explained) + NOISE).sqrt();
        let found = process.without(2).at(&all.features[2]);
        assert!((found.mean - mean).abs() < 1e-6, "{found:?} {mean}");
        assert!(
            (found.deviation - deviation).abs() < 1e-6,
            "{found:?} {deviation}"
        );
        let scores = process.scores(&all.values);
        let expected = (all.values[2] - mean).abs() / deviation;
        assert!((scores[&2][0] - expected).abs() < 1e-6);
        assert_eq!(scores.values().map(Vec::len).sum::<usize>(), 40);
    }

    #[test]
    fn matern_falls_from_one() {
        assert_eq!(matern(0.0), 1.0);
        assert!((matern(1.0) - 0.523_994).abs() < 1e-6);
        assert!(matern(9.0) < matern(4.0));
    }
}
