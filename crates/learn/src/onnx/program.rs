//! A compiled graph: steps over one row of slots, so that a prediction allocates nothing but its answer.

use std::collections::BTreeMap;
use std::ops::Range;

use super::trees::Trees;
use crate::Predictions;
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
    /// Copies the row's numbers.
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

/// A classifier or a model of numbers that is ready to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    pub(super) numeric: usize,
    pub(super) categorical: usize,
    pub(super) slots: usize,
    pub(super) steps: Vec<Step>,
    pub(super) classes: Vec<String>,
    pub(super) probabilities: Range<usize>,
    pub(super) metadata: BTreeMap<String, String>,
}

impl Program {
    /// Numeric columns that it takes.
    pub fn numeric_columns(&self) -> usize {
        self.numeric
    }

    /// Categorical columns that it takes.
    pub fn categorical_columns(&self) -> usize {
        self.categorical
    }

    /// Numbers that it answers of a row: probabilities, or what is predicted.
    pub fn width(&self) -> usize {
        self.probabilities.len()
    }

    /// Class labels in the order of the probabilities; none of a model of numbers.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Free texts of the file.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Classes and probabilities of all rows; a model of numbers answers these in place of probabilities.
    ///
    /// # Panics
    /// Where the table has not the columns that the program takes.
    pub fn run(&self, table: &Table) -> Predictions {
        assert_eq!(
            (table.numeric_columns(), table.categorical_columns()),
            (self.numeric, self.categorical),
            "a table has the columns of its model"
        );
        let classes = self.width();
        let mut slots = vec![0.0; self.slots];
        let mut labels = Vec::with_capacity(table.rows());
        let mut probabilities = Vec::with_capacity(table.rows() * classes);
        for row in 0..table.rows() {
            let mut label = 0;
            for step in &self.steps {
                if let Some(best) = step.run(table, row, &mut slots) {
                    label = best;
                }
            }
            labels.push(label);
            probabilities.extend_from_slice(&slots[self.probabilities.clone()]);
        }
        Predictions {
            classes,
            labels,
            probabilities,
        }
    }
}

impl Step {
    /// Runs the step; a classifying one answers the best class.
    fn run(&self, table: &Table, row: usize, slots: &mut [f32]) -> Option<u32> {
        match self {
            Self::Numbers { to } => slots[to.clone()].copy_from_slice(table.numbers(row)),
            Self::OneHot {
                column,
                places,
                otherwise,
                to,
            } => {
                slots[to.clone()].fill(0.0);
                let found = places.get(table.category(row, *column));
                if let Some(place) = found.copied().unwrap_or(*otherwise) {
                    slots[to.start + place] = 1.0;
                }
            }
            Self::Code {
                column,
                codes,
                otherwise,
                to,
            } => {
                slots[*to] = codes
                    .get(table.category(row, *column))
                    .copied()
                    .unwrap_or(*otherwise);
            }
            Self::Impute {
                from,
                replaced,
                values,
                to,
            } => {
                let (source, target) = apart(slots, from, to);
                for ((&x, &value), y) in source.iter().zip(values).zip(target) {
                    *y = if same(x, *replaced) { value } else { x };
                }
            }
            Self::Scale {
                from,
                offset,
                scale,
                to,
            } => {
                let (source, target) = apart(slots, from, to);
                let affine = source.iter().zip(offset).zip(scale);
                for (y, ((&x, &offset), &scale)) in target.iter_mut().zip(affine) {
                    *y = (x - offset) * scale;
                }
            }
            Self::Gather { from, to } => {
                for (&from, to) in from.iter().zip(to.clone()) {
                    slots[to] = slots[from];
                }
            }
            Self::Normalize { from, norm, to } => {
                normalize(apart(slots, from, to), *norm);
            }
            Self::Regress { from, by, to } => {
                by.score(apart(slots, from, to));
            }
            Self::Classify {
                from,
                by,
                transform,
                to,
            } => {
                let (source, target) = apart(slots, from, to);
                return Some(classify(source, by, *transform, target));
            }
        }
        None
    }
}

/// A step's slots to read and to write; those written always come after those read.
fn apart<'a>(
    slots: &'a mut [f32],
    from: &Range<usize>,
    to: &Range<usize>,
) -> (&'a [f32], &'a mut [f32]) {
    let (before, after) = slots.split_at_mut(to.start);
    (&before[from.clone()], &mut after[..to.len()])
}

#[expect(clippy::float_cmp, reason = "the replaced value is an exact marker")]
fn same(value: f32, marker: f32) -> bool {
    value == marker || (value.is_nan() && marker.is_nan())
}

fn normalize((source, target): (&[f32], &mut [f32]), norm: Norm) {
    let size = match norm {
        Norm::Max => source.iter().copied().fold(f32::NEG_INFINITY, f32::max),
        Norm::L1 => source.iter().map(|x| x.abs()).sum(),
        Norm::L2 => source.iter().map(|x| x * x).sum::<f32>().sqrt(),
    };
    let divisor = if size == 0.0 { 1.0 } else { size };
    target
        .iter_mut()
        .zip(source)
        .for_each(|(y, x)| *y = x / divisor);
}

impl Classify {
    /// The plain scores.
    fn score(&self, (features, scores): (&[f32], &mut [f32])) {
        match self {
            Self::Pair { trees, .. } | Self::Trees(trees) => trees.score(features, scores),
            Self::Linear(weights) => {
                let sets = weights.coefficients.chunks_exact(features.len());
                for ((score, set), intercept) in
                    scores.iter_mut().zip(sets).zip(&weights.intercepts)
                {
                    *score = set.iter().zip(features).map(|(w, x)| w * x).sum::<f32>() + intercept;
                }
            }
        }
    }
}

/// Scores and their best class; of equal ones the first.
fn classify(features: &[f32], by: &Classify, transform: Transform, scores: &mut [f32]) -> u32 {
    if let Classify::Pair { trees, above } = by {
        return pair(features, trees, *above, transform, scores);
    }
    by.score((features, &mut *scores));
    let mut best = 0;
    for (class, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = class;
        }
    }
    match transform {
        Transform::None => {}
        Transform::Logistic => {
            for score in scores {
                *score = logistic(*score);
            }
        }
        Transform::Softmax => softmax(scores),
    }
    best as u32
}

/// One score for two classes.
fn pair(
    features: &[f32],
    trees: &Trees,
    above: f32,
    transform: Transform,
    scores: &mut [f32],
) -> u32 {
    let mut score = [0.0];
    trees.score(features, &mut score);
    let [score] = score;
    let shares = match transform {
        Transform::Logistic => [logistic(-score), logistic(score)],
        _ => [1.0 - score, score],
    };
    scores.copy_from_slice(&shares);
    u32::from(score > above)
}

fn logistic(score: f32) -> f32 {
    let small = (-score.abs()).exp();
    if score >= 0.0 {
        1.0 / (1.0 + small)
    } else {
        small / (1.0 + small)
    }
}

fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}
