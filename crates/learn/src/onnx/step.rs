//! The steps of a compiled graph, each over a block of rows.

use std::collections::BTreeMap;
use std::ops::Range;

use networks::functions::exp_single;

use super::block::{Block, Columns};
use super::trees::Trees;
use crate::table::Table;

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transform {
    None,
    Logistic,
    Softmax,
}

/// What a row is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Norm {
    Max,
    L1,
    L2,
}

/// A linear estimator with one set of weights a class or number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    pub coefficients: Vec<f32>,
    pub intercepts: Vec<f32>,
}

/// How scores are computed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Classify {
    Linear(Weights),
    Trees(Trees),
    /// Trees with one score for two classes, the second from `above` on upwards.
    Pair {
        trees: Trees,
        above: f32,
    },
}

/// One step; ranges are slots.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Copies the rows' numbers.
    Numbers { to: Range<usize> },
    /// Writes a 1 at the place of a category's level.
    OneHot {
        column: usize,
        places: BTreeMap<String, Option<usize>>,
        otherwise: Option<usize>,
        to: Range<usize>,
    },
    /// Writes the number of a category.
    Code {
        column: usize,
        codes: BTreeMap<String, f32>,
        otherwise: f32,
        to: usize,
    },
    /// Replaces one value by others.
    Impute {
        from: Range<usize>,
        replaced: f32,
        values: Vec<f32>,
        to: Range<usize>,
    },
    /// Subtracts and multiplies.
    Scale {
        from: Range<usize>,
        offset: Vec<f32>,
        scale: Vec<f32>,
        to: Range<usize>,
    },
    /// Copies slots one by one.
    Gather { from: Vec<usize>, to: Range<usize> },
    /// Divides by a norm.
    Normalize {
        from: Range<usize>,
        norm: Norm,
        to: Range<usize>,
    },
    /// Computes numbers.
    Regress {
        from: Range<usize>,
        by: Classify,
        to: Range<usize>,
    },
    /// Scores the classes and names the best.
    Classify {
        from: Range<usize>,
        by: Classify,
        transform: Transform,
        to: Range<usize>,
    },
}

impl Step {
    /// Runs the step on the rows of a table from `first` on, as many as the block has; a classifying one writes the best class
    /// of each into `labels`.
    pub(super) fn run(&self, table: &Table, first: usize, block: &mut Block, labels: &mut [u32]) {
        match self {
            Self::Numbers { to } => {
                let rows = block.rows();
                let columns = block.columns(to);
                for row in 0..rows {
                    for (column, &number) in table.numbers(first + row).iter().enumerate() {
                        columns[column * rows + row] = number;
                    }
                }
            }
            Self::OneHot {
                column,
                places,
                otherwise,
                to,
            } => {
                let rows = block.rows();
                let columns = block.columns(to);
                columns.fill(0.0);
                for row in 0..rows {
                    let found = places.get(table.category(first + row, *column));
                    if let Some(place) = found.copied().unwrap_or(*otherwise) {
                        columns[place * rows + row] = 1.0;
                    }
                }
            }
            Self::Code {
                column,
                codes,
                otherwise,
                to,
            } => {
                for (row, code) in block.column(*to).iter_mut().enumerate() {
                    let found = codes.get(table.category(first + row, *column));
                    *code = found.copied().unwrap_or(*otherwise);
                }
            }
            Self::Gather { from, to } => {
                for (&from, to) in from.iter().zip(to.clone()) {
                    block.copy(from, to);
                }
            }
            numeric => numeric.compute(block, labels),
        }
    }

    /// Runs a step that computes numbers from numbers.
    fn compute(&self, block: &mut Block, labels: &mut [u32]) {
        match self {
            Self::Impute {
                from,
                replaced,
                values,
                to,
            } => {
                let (source, target) = block.apart(from, to);
                let columns = target.chunks_exact_mut(source.rows());
                for ((x, y), &value) in source.iter().zip(columns).zip(values) {
                    for (&x, y) in x.iter().zip(y) {
                        *y = if same(x, *replaced) { value } else { x };
                    }
                }
            }
            Self::Scale {
                from,
                offset,
                scale,
                to,
            } => {
                let (source, target) = block.apart(from, to);
                let columns = target.chunks_exact_mut(source.rows());
                let affine = offset.iter().zip(scale);
                for ((x, y), (&offset, &scale)) in source.iter().zip(columns).zip(affine) {
                    for (&x, y) in x.iter().zip(y) {
                        *y = (x - offset) * scale;
                    }
                }
            }
            Self::Normalize { from, norm, to } => {
                let (source, target) = block.apart(from, to);
                normalize(source, target, *norm);
            }
            Self::Regress { from, by, to } => {
                let (source, target) = block.apart(from, to);
                by.score(source, target);
            }
            Self::Classify {
                from,
                by,
                transform,
                to,
            } => {
                let (source, target) = block.apart(from, to);
                classify(source, by, *transform, (target, labels));
            }
            Self::Numbers { .. }
            | Self::OneHot { .. }
            | Self::Code { .. }
            | Self::Gather { .. } => {}
        }
    }
}

#[expect(clippy::float_cmp, reason = "the replaced value is an exact marker")]
fn same(value: f32, marker: f32) -> bool {
    value == marker || (value.is_nan() && marker.is_nan())
}

fn normalize(source: Columns<'_>, target: &mut [f32], norm: Norm) {
    let rows = source.rows();
    for row in 0..rows {
        let values = source.iter().map(|column| column[row]);
        let size = match norm {
            Norm::Max => values.fold(f32::NEG_INFINITY, f32::max),
            Norm::L1 => values.map(f32::abs).sum(),
            Norm::L2 => values.map(|x| x * x).sum::<f32>().sqrt(),
        };
        let divisor = if size == 0.0 { 1.0 } else { size };
        for (column, x) in source.iter().enumerate() {
            target[column * rows + row] = x[row] / divisor;
        }
    }
}

impl Classify {
    /// The plain scores, a column for each.
    fn score(&self, features: Columns<'_>, scores: &mut [f32]) {
        match self {
            Self::Pair { trees, .. } | Self::Trees(trees) => trees.score(features, scores),
            Self::Linear(weights) => {
                let columns = features.iter().count();
                let sets = weights.coefficients.chunks_exact(columns);
                let scores = scores.chunks_exact_mut(features.rows());
                for ((score, set), &intercept) in scores.zip(sets).zip(&weights.intercepts) {
                    score.fill(0.0);
                    for (x, &weight) in features.iter().zip(set) {
                        for (score, &x) in score.iter_mut().zip(x) {
                            *score += weight * x;
                        }
                    }
                    for score in score {
                        *score += intercept;
                    }
                }
            }
        }
    }
}

/// Scores and their best class; of equal ones the first.
fn classify(
    features: Columns<'_>,
    by: &Classify,
    transform: Transform,
    (scores, labels): (&mut [f32], &mut [u32]),
) {
    if let Classify::Pair { trees, above } = by {
        return pair((features, trees), *above, transform, (scores, labels));
    }
    by.score(features, scores);
    let rows = features.rows();
    let (first, others) = scores.split_at(rows);
    let mut best = first.to_vec();
    labels.fill(0);
    for (column, class) in others.chunks_exact(rows).zip(1..) {
        for ((&score, best), label) in column.iter().zip(&mut best).zip(&mut *labels) {
            if score > *best {
                (*best, *label) = (score, class);
            }
        }
    }
    match transform {
        Transform::None => {}
        Transform::Logistic => scores
            .iter_mut()
            .for_each(|score| *score = logistic(*score)),
        Transform::Softmax => softmax(scores, rows),
    }
}

/// One score for two classes.
fn pair(
    (features, trees): (Columns<'_>, &Trees),
    above: f32,
    transform: Transform,
    (scores, labels): (&mut [f32], &mut [u32]),
) {
    let (first, second) = scores.split_at_mut(features.rows());
    trees.score(features, second);
    for ((first, second), label) in first.iter_mut().zip(second).zip(labels) {
        let score = *second;
        *label = u32::from(score > above);
        (*first, *second) = match transform {
            Transform::Logistic => (logistic(-score), logistic(score)),
            _ => (1.0 - score, score),
        };
    }
}

fn logistic(score: f32) -> f32 {
    let small = exp_single(-score.abs());
    if score >= 0.0 {
        1.0 / (1.0 + small)
    } else {
        small / (1.0 + small)
    }
}

fn softmax(scores: &mut [f32], rows: usize) {
    let mut most = vec![f32::NEG_INFINITY; rows];
    for column in scores.chunks_exact(rows) {
        for (most, &score) in most.iter_mut().zip(column) {
            *most = most.max(score);
        }
    }
    let mut sums = vec![0.0; rows];
    for column in scores.chunks_exact_mut(rows) {
        for ((score, most), sum) in column.iter_mut().zip(&most).zip(&mut sums) {
            *score = exp_single(*score - most);
            *sum += *score;
        }
    }
    for column in scores.chunks_exact_mut(rows) {
        for (score, sum) in column.iter_mut().zip(&sums) {
            *score /= sum;
        }
    }
}
