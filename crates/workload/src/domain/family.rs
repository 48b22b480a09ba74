//! Families of models.

use std::collections::BTreeMap;

use super::{LogisticRegression, RandomForest};
use crate::check::Section;

/// A family with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// Logistic regression.
    LogisticRegression(LogisticRegression),
    /// Random forest.
    RandomForest(RandomForest),
}

impl Family {
    /// The family's name, the value of the hyperparameter `algorithm`.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.models[1].family.name(), "random_forest");
    /// ```
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LogisticRegression(_) => "logistic_regression",
            Self::RandomForest(_) => "random_forest",
        }
    }

    /// The family's own hyperparameters under scikit-learn's names, defaults included.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.models[1].family.hyperparameters()["n_estimators"], "100");
    /// ```
    pub fn hyperparameters(&self) -> BTreeMap<String, String> {
        match self {
            Self::LogisticRegression(parameters) => parameters.hyperparameters(),
            Self::RandomForest(parameters) => parameters.hyperparameters(),
        }
    }

    pub(crate) fn read(name: &str, section: &Section) -> Option<Self> {
        match name {
            "logistic_regression" => {
                LogisticRegression::read(section).map(Self::LogisticRegression)
            }
            "random_forest" => RandomForest::read(section).map(Self::RandomForest),
            _ => None,
        }
    }
}
