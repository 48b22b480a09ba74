//! Families of models.

use std::collections::BTreeMap;

use super::{LogisticRegression, RandomForest, Script};
use crate::check::Section;

/// A family with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// Logistic regression.
    LogisticRegression(LogisticRegression),
    /// Random forest.
    RandomForest(RandomForest),
    /// A program of the user's.
    Script(Script),
    /// A model that exists: the path of an ONNX file.
    Onnx(String),
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
            Self::Script(_) => "script",
            Self::Onnx(_) => "onnx",
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
            Self::Script(script) => script.hyperparameters.clone(),
            Self::Onnx(_) => BTreeMap::new(),
        }
    }

    /// The program, where the family is one.
    pub const fn script(&self) -> Option<&Script> {
        match self {
            Self::Script(script) => Some(script),
            _ => None,
        }
    }

    /// The file, where the family is a model that exists.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\ntask: { target: b }\nmodels: [{ onnx: m/forest.onnx }]\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.models[0].family.model(), Some("m/forest.onnx"));
    /// ```
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Onnx(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn read(name: &str, section: &Section) -> Option<Self> {
        match name {
            "logistic_regression" => {
                LogisticRegression::read(section).map(Self::LogisticRegression)
            }
            "random_forest" => RandomForest::read(section).map(Self::RandomForest),
            "script" => Script::read(section).map(Self::Script),
            "onnx" => section.parsed("onnx").map(Self::Onnx),
            _ => None,
        }
    }
}
