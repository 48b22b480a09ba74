//! Hyperparameters of a random forest.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{ClassWeight, InvalidText};
use crate::check::Section;

/// Deepest level of a tree.
///
/// ```
/// use workload::MaxDepth;
///
/// assert_eq!("none".parse(), Ok(MaxDepth::Unlimited));
/// assert_eq!("8".parse(), Ok(MaxDepth::Levels(8)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxDepth {
    /// Trees grow until their leaves are pure or too small.
    Unlimited,
    /// So many levels, at least one.
    Levels(u32),
}

impl MaxDepth {
    pub(crate) const EXPECTED: &'static str = "`none` or a whole number from 1";
}

impl FromStr for MaxDepth {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match (text, text.parse()) {
            ("none", _) => Ok(Self::Unlimited),
            (_, Ok(levels @ 1..)) => Ok(Self::Levels(levels)),
            _ => Err(InvalidText::new(text, Self::EXPECTED)),
        }
    }
}

impl fmt::Display for MaxDepth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("none"),
            Self::Levels(levels) => write!(f, "{levels}"),
        }
    }
}

/// How many columns are looked at for a split.
///
/// ```
/// use workload::MaxFeatures;
///
/// assert_eq!("sqrt".parse(), Ok(MaxFeatures::Sqrt));
/// assert_eq!("3".parse(), Ok(MaxFeatures::Count(3)));
/// assert_eq!("0.5".parse(), Ok(MaxFeatures::Share(0.5)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFeatures {
    /// The square root of their number.
    Sqrt,
    /// The binary logarithm of their number.
    Log2,
    /// All.
    All,
    /// So many, at least one.
    Count(u32),
    /// This share of them, above 0 and at most 1.
    Share(f64),
}

impl MaxFeatures {
    pub(crate) const EXPECTED: &'static str =
        "`sqrt`, `log2`, `none`, a whole number from 1 or a share above 0.0 and at most 1.0";
}

impl FromStr for MaxFeatures {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let invalid = || InvalidText::new(text, Self::EXPECTED);
        match text {
            "sqrt" => return Ok(Self::Sqrt),
            "log2" => return Ok(Self::Log2),
            "none" => return Ok(Self::All),
            _ => {}
        }
        // As in scikit-learn `1` is one column and `1.0` is all of them.
        if !text.contains('.') {
            let count = text.parse().map_err(|_| invalid())?;
            return if count > 0 {
                Ok(Self::Count(count))
            } else {
                Err(invalid())
            };
        }
        let share = text.parse().map_err(|_| invalid())?;
        if share > 0.0 && share <= 1.0 {
            Ok(Self::Share(share))
        } else {
            Err(invalid())
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
            // Keeps the point, which tells a share from a count.
            Self::Share(share) => write!(f, "{share:?}"),
        }
    }
}

/// A random forest under scikit-learn's names and defaults.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RandomForest {
    /// Number of trees.
    pub n_estimators: u32,
    /// Deepest level of a tree.
    pub max_depth: MaxDepth,
    /// Rows that each side of a split keeps.
    pub min_samples_leaf: u32,
    /// Rows that a node needs to be split.
    pub min_samples_split: u32,
    /// Columns looked at for a split.
    pub max_features: MaxFeatures,
    /// Whether each tree sees a resample of the rows.
    pub bootstrap: bool,
    /// Weights of classes.
    pub class_weight: ClassWeight,
}

impl RandomForest {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            n_estimators: section.integer("n_estimators")?,
            max_depth: section.parsed("max_depth")?,
            min_samples_leaf: section.integer("min_samples_leaf")?,
            min_samples_split: section.integer("min_samples_split")?,
            max_features: section.parsed("max_features")?,
            bootstrap: section.boolean("bootstrap")?,
            class_weight: section.parsed("class_weight")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        let pairs = [
            ("n_estimators", self.n_estimators.to_string()),
            ("max_depth", self.max_depth.to_string()),
            ("min_samples_leaf", self.min_samples_leaf.to_string()),
            ("min_samples_split", self.min_samples_split.to_string()),
            ("max_features", self.max_features.to_string()),
            ("bootstrap", self.bootstrap.to_string()),
        ];
        pairs
            .into_iter()
            .chain(self.class_weight.hyperparameter())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_counts_and_shares_print_as_they_are_read() {
        for text in ["sqrt", "log2", "none", "1", "7", "0.25", "1.0"] {
            assert_eq!(
                text.parse::<MaxFeatures>().map(|m| m.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in ["none", "1", "30"] {
            assert_eq!(
                text.parse::<MaxDepth>().map(|m| m.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for text in ["0", "-1", "0.0", "1.5", "auto", "", "2.", "all"] {
            assert!(text.parse::<MaxFeatures>().is_err(), "{text}");
        }
        for text in ["0", "-1", "1.5", "null", ""] {
            assert!(text.parse::<MaxDepth>().is_err(), "{text}");
        }
    }
}
