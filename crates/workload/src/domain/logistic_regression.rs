//! Hyperparameters of logistic regression.

use std::collections::BTreeMap;

use super::ClassWeight;
use crate::check::Section;

/// Logistic regression under scikit-learn's names and defaults; softmax for more than two classes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogisticRegression {
    /// Inverse strength of the penalty, scikit-learn's `C`.
    pub c: f64,
    /// Steps of the solver at most.
    pub max_iter: u64,
    /// Largest entry of the gradient that counts as zero.
    pub tol: f64,
    /// Weights of classes.
    pub class_weight: ClassWeight,
}

impl LogisticRegression {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            c: section.number("C")?,
            max_iter: section.integer("max_iter")?,
            tol: section.number("tol")?,
            class_weight: section.parsed("class_weight")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        let pairs = [
            ("C", self.c.to_string()),
            ("max_iter", self.max_iter.to_string()),
            ("tol", self.tol.to_string()),
        ];
        pairs
            .into_iter()
            .chain(self.class_weight.hyperparameter())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
