//! Hyperparameters of logistic regression.

use std::collections::BTreeMap;

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
}

impl LogisticRegression {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            c: section.number("C")?,
            max_iter: section.integer("max_iter")?,
            tol: section.number("tol")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("C".to_owned(), self.c.to_string()),
            ("max_iter".to_owned(), self.max_iter.to_string()),
            ("tol".to_owned(), self.tol.to_string()),
        ])
    }
}
