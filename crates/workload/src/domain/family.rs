//! Families of models.

use std::collections::BTreeMap;

use super::{
    ClassWeight, Cnn, GradientBoosting, LinearRegression, LogisticRegression, Lstm, RandomForest,
    Ridge, Script, TaskKind,
};
use crate::check::Section;

/// A family with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// Logistic regression.
    LogisticRegression(LogisticRegression),
    /// Random forest.
    RandomForest(RandomForest),
    /// Gradient boosting.
    GradientBoosting(GradientBoosting),
    /// Linear regression.
    LinearRegression(LinearRegression),
    /// Ridge regression.
    Ridge(Ridge),
    /// A recurrent network.
    Lstm(Lstm),
    /// Convolutional network for images.
    Cnn(Cnn),
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
            Self::GradientBoosting(_) => "gradient_boosting",
            Self::LinearRegression(_) => "linear_regression",
            Self::Ridge(_) => "ridge",
            Self::Lstm(_) => "lstm",
            Self::Cnn(_) => "cnn",
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
            Self::GradientBoosting(parameters) => parameters.hyperparameters(),
            Self::LinearRegression(parameters) => parameters.hyperparameters(),
            Self::Ridge(parameters) => parameters.hyperparameters(),
            Self::Lstm(parameters) => parameters.hyperparameters(),
            Self::Cnn(parameters) => parameters.hyperparameters(),
            Self::Script(script) => script.hyperparameters.clone(),
            Self::Onnx(_) => BTreeMap::new(),
        }
    }

    /// Whether it learns what a task asks for. A program and a model that exists may learn anything of rows.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\ntask: { target: b }\n";
    /// let workload = workload::parse(text).unwrap();
    /// let logistic = &workload.models[0].family;
    /// assert!(logistic.learns(workload::TaskKind::Classification));
    /// assert!(!logistic.learns(workload::TaskKind::Regression));
    /// ```
    pub const fn learns(&self, task: TaskKind) -> bool {
        match self {
            Self::LogisticRegression(_) | Self::Cnn(_) => {
                matches!(task, TaskKind::Classification)
            }
            Self::LinearRegression(_) | Self::Ridge(_) => {
                matches!(task, TaskKind::Regression | TaskKind::Forecast)
            }
            Self::RandomForest(_) | Self::GradientBoosting(_) => true,
            Self::Lstm(_) => matches!(task, TaskKind::Forecast),
            // Neither is told the hours that a forecast is made of.
            Self::Script(_) | Self::Onnx(_) => !matches!(task, TaskKind::Forecast),
        }
    }

    /// How much a row counts, where the family weighs rows by their classes.
    pub(crate) const fn class_weight(&self) -> ClassWeight {
        match self {
            Self::LogisticRegression(parameters) => parameters.class_weight,
            Self::RandomForest(parameters) => parameters.class_weight,
            Self::GradientBoosting(parameters) => parameters.class_weight,
            Self::Cnn(parameters) => parameters.class_weight,
            _ => ClassWeight::None,
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
            "gradient_boosting" => GradientBoosting::read(section).map(Self::GradientBoosting),
            "linear_regression" => LinearRegression::read(section).map(Self::LinearRegression),
            "ridge" => Ridge::read(section).map(Self::Ridge),
            "lstm" => Lstm::read(section).map(Self::Lstm),
            "cnn" => Cnn::read(section).map(Self::Cnn),
            "script" => Script::read(section).map(Self::Script),
            "onnx" => section.parsed("onnx").map(Self::Onnx),
            _ => None,
        }
    }
}
