//! Hyperparameters of linear models of a number.

use std::collections::BTreeMap;

use crate::check::Section;

/// Linear regression under scikit-learn's names and defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinearRegression {
    /// Whether there is an intercept.
    pub fit_intercept: bool,
}

/// Ridge regression under scikit-learn's names and defaults.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ridge {
    /// Strength of the penalty on squared weights.
    pub alpha: f64,
    /// Whether there is an intercept.
    pub fit_intercept: bool,
}

impl LinearRegression {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            fit_intercept: section.boolean("fit_intercept")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("fit_intercept".to_owned(), self.fit_intercept.to_string())])
    }
}

impl Ridge {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            alpha: section.number("alpha")?,
            fit_intercept: section.boolean("fit_intercept")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("alpha".to_owned(), self.alpha.to_string()),
            ("fit_intercept".to_owned(), self.fit_intercept.to_string()),
        ])
    }
}
