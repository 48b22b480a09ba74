//! The steps Train and Refit: hyperparameters in, a model out.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Document;

/// Levels of a category that become numbers where nobody says another number.
pub const MAX_CATEGORIES: u32 = 100;

/// A hyperparameter that is missing, malformed or unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HyperparametersError {
    /// It has no default and was not given.
    #[error("hyperparameter `{name}` is missing")]
    Missing {
        /// Its name.
        name: String,
    },
    /// The text is not a value of its type.
    #[error("hyperparameter `{name}` has the value `{value}`, expected {expected}")]
    Invalid {
        /// Its name.
        name: String,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
    /// No algorithm reads it.
    #[error("hyperparameter `{name}` is not one of this algorithm's")]
    Unknown {
        /// Its name.
        name: String,
    },
}

/// Flat text hyperparameters, as SageMaker passes them. `algorithm` names the family; `impute_number`,
/// `impute_category`, `scale`, `encode` and `seed` say how the preparation is fitted; the rest are the family's own
/// under scikit-learn's names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hyperparameters(pub BTreeMap<String, String>);

impl Hyperparameters {
    /// The name of the family.
    pub const ALGORITHM: &'static str = "algorithm";

    /// A text, if given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A text that must be given.
    pub fn required(&self, name: &str) -> Result<&str, HyperparametersError> {
        self.text(name)
            .ok_or_else(|| HyperparametersError::Missing {
                name: name.to_owned(),
            })
    }

    /// A parsed value, or the default where it is not given; `expected` words the type for the error.
    pub fn parsed<T: FromStr>(
        &self,
        name: &str,
        default: T,
        expected: &str,
    ) -> Result<T, HyperparametersError> {
        let Some(value) = self.text(name) else {
            return Ok(default);
        };
        value.parse().map_err(|_| HyperparametersError::Invalid {
            name: name.to_owned(),
            value: value.to_owned(),
            expected: expected.to_owned(),
        })
    }

    /// Refuses names that nobody reads.
    pub fn only(&self, known: &[&str]) -> Result<(), HyperparametersError> {
        let ours = |name: &&String| {
            name.as_str() != crate::TUNING_OBJECTIVE && !known.contains(&name.as_str())
        };
        match self.0.keys().find(ours) {
            Some(name) => Err(HyperparametersError::Unknown { name: name.clone() }),
            None => Ok(()),
        }
    }
}

/// What the step says it did; `summary.json` beside the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainSummary {
    /// The family.
    pub algorithm: String,
    /// Rows it was fitted on.
    pub rows: u64,
    /// Columns after encoding.
    pub features: u64,
    /// Iterations of a solver, or trees of a forest.
    pub iterations: u64,
    /// Whether the solver met its tolerance; true for closed forms and forests.
    pub converged: bool,
    /// Scores by part and metric, such as `train:accuracy`.
    pub scores: BTreeMap<String, f64>,
    /// The instruction set that numbers may depend on, such as `x86-64-v4`.
    pub instruction_set: String,
}

impl Document for TrainSummary {
    const SCHEMA: &'static str = "plimsoll.train-summary/1";
}

impl TrainSummary {
    /// Name of the summary beside the model.
    pub const FILE: &'static str = "summary.json";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Hyperparameters {
        Hyperparameters(BTreeMap::from([
            ("C".to_owned(), "1.5".to_owned()),
            ("n".to_owned(), "x".to_owned()),
        ]))
    }

    #[test]
    fn values_are_parsed_defaulted_or_refused_by_name() {
        assert_eq!(some().parsed("C", 1.0, "a number"), Ok(1.5));
        assert_eq!(some().parsed("tol", 0.5, "a number"), Ok(0.5));
        assert_eq!(
            some()
                .parsed("n", 1_u32, "a whole number")
                .unwrap_err()
                .to_string(),
            "hyperparameter `n` has the value `x`, expected a whole number"
        );
        assert_eq!(
            some().required("algorithm").unwrap_err().to_string(),
            "hyperparameter `algorithm` is missing"
        );
        assert_eq!(
            some().only(&["C"]).unwrap_err().to_string(),
            "hyperparameter `n` is not one of this algorithm's"
        );
        assert_eq!(some().only(&["C", "n"]), Ok(()));
    }
}
