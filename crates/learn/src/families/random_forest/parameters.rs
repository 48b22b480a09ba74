//! Hyperparameters of a forest under scikit-learn's names.

use std::fmt;
use std::str::FromStr;

use steps::{Hyperparameters, HyperparametersError};

use crate::families::choice::invalid;
use crate::families::problem::ClassWeight;
use crate::families::reading::at_least;

/// How many columns are looked at for a split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFeatures {
    /// The square root of their number, rounded down.
    Sqrt,
    /// The binary logarithm of their number, rounded down.
    Log2,
    /// All.
    All,
    /// So many.
    Count(u32),
    /// This share of them, rounded down.
    Share(f64),
}

impl MaxFeatures {
    /// The number of columns out of `features`, at least one.
    pub fn of(self, features: usize) -> usize {
        let all = features as f64;
        let count = match self {
            Self::Sqrt => all.sqrt() as usize,
            Self::Log2 => features.checked_ilog2().unwrap_or(0) as usize,
            Self::All => features,
            Self::Count(count) => count as usize,
            Self::Share(share) => (share * all) as usize,
        };
        count.clamp(1, features.max(1))
    }
}

impl FromStr for MaxFeatures {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "sqrt" => Ok(Self::Sqrt),
            "log2" => Ok(Self::Log2),
            "none" => Ok(Self::All),
            _ => match (text.parse::<u32>(), text.parse::<f64>()) {
                (Ok(count), _) if count > 0 => Ok(Self::Count(count)),
                (Err(_), Ok(share)) if share > 0.0 && share <= 1.0 => Ok(Self::Share(share)),
                _ => Err(()),
            },
        }
    }
}

impl fmt::Display for MaxFeatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqrt => f.write_str("sqrt"),
            Self::Log2 => f.write_str("log2"),
            Self::All => f.write_str("none"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Share(share) => write!(f, "{share:?}"),
        }
    }
}

/// Hyperparameters under scikit-learn's names, with its defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Number of trees.
    pub n_estimators: u32,
    /// Deepest level of a tree; none is without limit.
    pub max_depth: Option<u32>,
    /// Rows that each side of a split keeps.
    pub min_samples_leaf: u32,
    /// Rows that a node needs to be split.
    pub min_samples_split: u32,
    /// Columns looked at for a split; not given it is the square root of their number for classes, all for numbers.
    pub max_features: Option<MaxFeatures>,
    /// Whether each tree sees a resample of the rows.
    pub bootstrap: bool,
    /// Weights of classes.
    pub class_weight: ClassWeight,
}

/// Trees at most: beyond it a forest is a mistake.
const MAX_TREES: u32 = 10_000;

impl Default for Parameters {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            max_depth: None,
            min_samples_leaf: 1,
            min_samples_split: 2,
            max_features: None,
            bootstrap: true,
            class_weight: ClassWeight::None,
        }
    }
}

impl Parameters {
    /// Names that [`Self::parse`] reads.
    pub const NAMES: &'static [&'static str] = &[
        "n_estimators",
        "criterion",
        "max_depth",
        "min_samples_leaf",
        "min_samples_split",
        "max_features",
        "bootstrap",
        "class_weight",
    ];

    /// Reads the family's own hyperparameters.
    pub fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let default = Self::default();
        if let Some(criterion) = given
            .text("criterion")
            .filter(|&criterion| criterion != "gini" && criterion != "squared_error")
        {
            let expected = "`gini` for classes or `squared_error` for numbers";
            return Err(invalid("criterion", criterion, expected));
        }
        let max_depth = match given.text("max_depth") {
            None | Some("none") => None,
            Some(_) => Some(at_least(given, "max_depth", 1, 1)?),
        };
        let read = Self {
            n_estimators: at_least(given, "n_estimators", default.n_estimators, 1)?,
            max_depth,
            min_samples_leaf: at_least(given, "min_samples_leaf", default.min_samples_leaf, 1)?,
            min_samples_split: at_least(given, "min_samples_split", default.min_samples_split, 2)?,
            max_features: match given.text("max_features") {
                None => None,
                Some(_) => Some(given.parsed(
                    "max_features",
                    MaxFeatures::All,
                    "`sqrt`, `log2`, `none`, a whole number or a share",
                )?),
            },
            bootstrap: given.parsed("bootstrap", default.bootstrap, "`true` or `false`")?,
            class_weight: ClassWeight::parse(given)?,
        };
        if read.n_estimators > MAX_TREES {
            let expected = format!("at most {MAX_TREES}");
            return Err(invalid(
                "n_estimators",
                &read.n_estimators.to_string(),
                &expected,
            ));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_split_follow_their_rule() {
        let cases = [
            ("sqrt", 20, 4),
            ("log2", 20, 4),
            ("none", 20, 20),
            ("3", 20, 3),
            ("0.25", 20, 5),
            ("1.0", 20, 20),
            ("sqrt", 1, 1),
            ("50", 20, 20),
        ];
        for (text, features, expected) in cases {
            let rule: MaxFeatures = text.parse().unwrap();
            assert_eq!(rule.of(features), expected, "{text}");
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        for wrong in ["0", "-1", "1.5", "auto", ""] {
            assert!(wrong.parse::<MaxFeatures>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let parse = |name: &str, value: &str| {
            let given = Hyperparameters([(name.to_owned(), value.to_owned())].into());
            Parameters::parse(&given).map_err(|error| error.to_string())
        };
        assert_eq!(parse("max_depth", "none").unwrap(), Parameters::default());
        assert_eq!(parse("max_depth", "7").unwrap().max_depth, Some(7));
        let cases = [
            ("max_depth", "0", "a whole number from 1"),
            ("min_samples_split", "1", "a whole number from 2"),
            ("min_samples_leaf", "0.1", "a whole number from 1"),
            (
                "criterion",
                "entropy",
                "`gini` for classes or `squared_error` for numbers",
            ),
            ("n_estimators", "20000", "at most 10000"),
        ];
        for (name, value, expected) in cases {
            let message =
                format!("hyperparameter `{name}` has the value `{value}`, expected {expected}");
            assert_eq!(parse(name, value).unwrap_err(), message);
        }
    }
}
