//! What a family is fitted on.

use crate::Matrix;

/// How much a row counts, by its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassWeight {
    /// All rows count the same.
    #[default]
    None,
    /// Each class counts the same in sum: rows / (classes * rows of the class).
    Balanced,
}

/// Features and classes of the rows to fit on.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// Features, without missing values.
    pub features: &'a Matrix,
    /// Class of each row.
    pub labels: &'a [u32],
    /// Number of classes.
    pub classes: usize,
}

/// Features and numbers of the rows to fit on.
#[derive(Debug, Clone, Copy)]
pub struct Regression<'a> {
    /// Features, without missing values.
    pub features: &'a Matrix,
    /// Number of each row.
    pub targets: &'a [f64],
}

/// What is to be learned.
#[derive(Debug, Clone, Copy)]
pub enum Task<'a> {
    /// Classes.
    Classes(Problem<'a>),
    /// Numbers.
    Numbers(Regression<'a>),
}

/// What is known of the rows, apart from their features.
#[derive(Debug, Clone, Copy)]
pub enum Known<'a> {
    /// The class of each row, and the number of classes.
    Classes(&'a [u32], usize),
    /// The number of each row.
    Numbers(&'a [f64]),
}

impl<'a> Task<'a> {
    /// The features, and what is known beside them.
    pub fn apart(self) -> (&'a Matrix, Known<'a>) {
        match self {
            Self::Classes(problem) => (
                problem.features,
                Known::Classes(problem.labels, problem.classes),
            ),
            Self::Numbers(regression) => (regression.features, Known::Numbers(regression.targets)),
        }
    }
}

/// The mean of numbers.
pub(super) fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

impl Regression<'_> {
    /// The mean of the numbers.
    pub fn mean(&self) -> f64 {
        mean(self.targets)
    }
}

impl Problem<'_> {
    /// Rows of each class.
    pub fn class_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.classes];
        for &label in self.labels {
            counts[label as usize] += 1;
        }
        counts
    }

    /// Weight of a row of each class.
    pub fn class_weights(&self, rule: ClassWeight) -> Vec<f64> {
        rule.of_counts(&self.class_counts())
    }
}

impl ClassWeight {
    /// Weight of a row of each class.
    pub(crate) fn of_classes(self, labels: &[u32], classes: usize) -> Vec<f64> {
        let mut counts = vec![0; classes];
        for &label in labels {
            counts[label as usize] += 1;
        }
        self.of_counts(&counts)
    }

    fn of_counts(self, counts: &[u64]) -> Vec<f64> {
        let rows = counts.iter().sum::<u64>() as f64;
        let weight = |&count: &u64| match self {
            Self::None => 1.0,
            Self::Balanced if count == 0 => 0.0,
            Self::Balanced => rows / (counts.len() as f64 * count as f64),
        };
        counts.iter().map(weight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_classes_weigh_the_same_in_sum() {
        let features = Matrix {
            rows: 4,
            columns: 0,
            values: vec![],
        };
        let problem = Problem {
            features: &features,
            labels: &[0, 0, 0, 1],
            classes: 2,
        };
        assert_eq!(problem.class_counts(), [3, 1]);
        assert_eq!(problem.class_weights(ClassWeight::None), [1.0, 1.0]);
        let balanced = problem.class_weights(ClassWeight::Balanced);
        assert!((balanced[0] - 2.0 / 3.0).abs() < 1e-12 && (balanced[1] - 2.0).abs() < 1e-12);
    }
}
