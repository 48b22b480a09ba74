//! Hyperparameters of gradient boosting under the names and with the defaults of LightGBM's scikit-learn interface.

use steps::{Hyperparameters, HyperparametersError};

use crate::families::choice::invalid;
use crate::families::problem::ClassWeight;
use crate::families::reading::{at_least, at_least_or_none, not_negative, positive, share};

/// Hyperparameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Rounds at most; each adds a tree an output.
    pub n_estimators: u32,
    /// What each tree's answer is multiplied with.
    pub learning_rate: f64,
    /// Leaves of a tree at most.
    pub num_leaves: u32,
    /// Deepest level of a tree; none is without limit.
    pub max_depth: Option<u32>,
    /// Rows that each side of a split keeps, counted by their share of the leaf's second derivatives.
    pub min_child_samples: u32,
    /// Sum of second derivatives that each side of a split keeps.
    pub min_child_weight: f64,
    /// Penalty on squared answers of leaves.
    pub reg_lambda: f64,
    /// Share of the rows that a round sees, drawn anew for each.
    pub subsample: f64,
    /// Share of the columns that a tree sees, drawn anew for each.
    pub colsample_bytree: f64,
    /// Weights of classes.
    pub class_weight: ClassWeight,
    /// Rounds without a smaller loss on held-out rows that end the training; none trains all rounds on all rows.
    pub early_stopping_rounds: Option<u32>,
    /// Share of the rows that early stopping holds out.
    pub validation_fraction: f64,
}

/// Rounds at most: beyond it boosting is a mistake.
const MAX_ROUNDS: u32 = 10_000;
/// Leaves of a tree at most.
const MAX_LEAVES: u32 = 4096;

impl Default for Parameters {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            learning_rate: 0.1,
            num_leaves: 31,
            max_depth: None,
            min_child_samples: 20,
            min_child_weight: 1e-3,
            reg_lambda: 0.0,
            subsample: 1.0,
            colsample_bytree: 1.0,
            class_weight: ClassWeight::None,
            early_stopping_rounds: None,
            validation_fraction: 0.1,
        }
    }
}

impl Parameters {
    /// Names that [`Self::parse`] reads.
    pub const NAMES: &'static [&'static str] = &[
        "n_estimators",
        "learning_rate",
        "num_leaves",
        "max_depth",
        "min_child_samples",
        "min_child_weight",
        "reg_lambda",
        "subsample",
        "colsample_bytree",
        "class_weight",
        "early_stopping_rounds",
        "validation_fraction",
    ];

    /// Reads the family's own hyperparameters.
    pub fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let default = Self::default();
        let read = Self {
            n_estimators: at_least(given, "n_estimators", default.n_estimators, 1)?,
            learning_rate: positive(given, "learning_rate", default.learning_rate)?,
            num_leaves: at_least(given, "num_leaves", default.num_leaves, 2)?,
            max_depth: at_least_or_none(given, "max_depth", default.max_depth, 1)?,
            min_child_samples: at_least(given, "min_child_samples", default.min_child_samples, 1)?,
            min_child_weight: not_negative(given, "min_child_weight", default.min_child_weight)?,
            reg_lambda: not_negative(given, "reg_lambda", default.reg_lambda)?,
            subsample: share(given, "subsample", default.subsample)?,
            colsample_bytree: share(given, "colsample_bytree", default.colsample_bytree)?,
            class_weight: ClassWeight::parse(given)?,
            early_stopping_rounds: at_least_or_none(given, "early_stopping_rounds", None, 1)?,
            validation_fraction: share(given, "validation_fraction", default.validation_fraction)?,
        };
        let limits = [
            ("n_estimators", read.n_estimators, MAX_ROUNDS),
            ("num_leaves", read.num_leaves, MAX_LEAVES),
        ];
        for (name, value, most) in limits {
            if value > most {
                return Err(invalid(
                    name,
                    &value.to_string(),
                    &format!("at most {most}"),
                ));
            }
        }
        if read.validation_fraction > 0.5 {
            let value = read.validation_fraction.to_string();
            return Err(invalid("validation_fraction", &value, "at most 0.5"));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Parameters, String> {
        let given = pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Parameters::parse(&Hyperparameters(given)).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_those_of_lightgbm_and_each_value_is_read() {
        assert_eq!(parse(&[]).unwrap(), Parameters::default());
        let read = parse(&[
            ("n_estimators", "300"),
            ("learning_rate", "0.05"),
            ("max_depth", "6"),
            ("subsample", "0.8"),
            ("early_stopping_rounds", "10"),
            ("class_weight", "balanced"),
        ])
        .unwrap();
        assert_eq!((read.n_estimators, read.max_depth), (300, Some(6)));
        assert_eq!(read.early_stopping_rounds, Some(10));
        assert_eq!(read.class_weight, ClassWeight::Balanced);
        assert!((read.learning_rate - 0.05).abs() < 1e-12 && (read.subsample - 0.8).abs() < 1e-12);
        assert_eq!(
            parse(&[("early_stopping_rounds", "none")]).unwrap(),
            Parameters::default()
        );
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let cases = [
            ("n_estimators", "0", "a whole number from 1"),
            ("n_estimators", "10001", "at most 10000"),
            ("num_leaves", "1", "a whole number from 2"),
            ("num_leaves", "5000", "at most 4096"),
            ("learning_rate", "0", "a number above 0"),
            ("min_child_weight", "-1", "a number from 0"),
            ("subsample", "1.1", "a share above 0 and at most 1"),
            ("validation_fraction", "0.6", "at most 0.5"),
            ("max_depth", "-1", "a whole number from 1"),
        ];
        for (name, value, expected) in cases {
            let message =
                format!("hyperparameter `{name}` has the value `{value}`, expected {expected}");
            assert_eq!(parse(&[(name, value)]).unwrap_err(), message);
        }
    }
}
