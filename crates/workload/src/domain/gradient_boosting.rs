//! Hyperparameters of gradient boosting.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{ClassWeight, InvalidText, MaxDepth};
use crate::check::Section;

/// When boosting ends before its last round.
///
/// ```
/// use workload::EarlyStopping;
///
/// assert_eq!("none".parse(), Ok(EarlyStopping::Never));
/// assert_eq!("10".parse(), Ok(EarlyStopping::Rounds(10)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlyStopping {
    /// Every round is made, on all rows.
    Never,
    /// After so many rounds without a smaller loss on held-out rows, at least one.
    Rounds(u32),
}

impl EarlyStopping {
    pub(crate) const EXPECTED: &'static str = "`none` or a whole number from 1";
}

impl FromStr for EarlyStopping {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match (text, text.parse()) {
            ("none", _) => Ok(Self::Never),
            (_, Ok(rounds @ 1..)) => Ok(Self::Rounds(rounds)),
            _ => Err(InvalidText::new(text, Self::EXPECTED)),
        }
    }
}

impl fmt::Display for EarlyStopping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("none"),
            Self::Rounds(rounds) => write!(f, "{rounds}"),
        }
    }
}

/// Gradient boosting under the names and defaults of LightGBM's scikit-learn interface.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GradientBoosting {
    /// Rounds at most.
    pub n_estimators: u32,
    /// What each tree's answer is multiplied with.
    pub learning_rate: f64,
    /// Leaves of a tree at most.
    pub num_leaves: u32,
    /// Deepest level of a tree.
    pub max_depth: MaxDepth,
    /// Rows that each side of a split keeps.
    pub min_child_samples: u32,
    /// Sum of second derivatives that each side of a split keeps.
    pub min_child_weight: f64,
    /// Penalty on squared answers of leaves.
    pub reg_lambda: f64,
    /// Share of the rows that a round sees.
    pub subsample: f64,
    /// Share of the columns that a tree sees.
    pub colsample_bytree: f64,
    /// Weights of classes.
    pub class_weight: ClassWeight,
    /// When it ends before the last round.
    pub early_stopping_rounds: EarlyStopping,
    /// Share of the training rows that early stopping holds out.
    pub validation_fraction: f64,
}

impl GradientBoosting {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            n_estimators: section.integer("n_estimators")?,
            learning_rate: section.number("learning_rate")?,
            num_leaves: section.integer("num_leaves")?,
            max_depth: section.parsed("max_depth")?,
            min_child_samples: section.integer("min_child_samples")?,
            min_child_weight: section.number("min_child_weight")?,
            reg_lambda: section.number("reg_lambda")?,
            subsample: section.number("subsample")?,
            colsample_bytree: section.number("colsample_bytree")?,
            class_weight: section.parsed("class_weight")?,
            early_stopping_rounds: section.parsed("early_stopping_rounds")?,
            validation_fraction: section.number("validation_fraction")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        let pairs = [
            ("n_estimators", self.n_estimators.to_string()),
            ("learning_rate", self.learning_rate.to_string()),
            ("num_leaves", self.num_leaves.to_string()),
            ("max_depth", self.max_depth.to_string()),
            ("min_child_samples", self.min_child_samples.to_string()),
            ("min_child_weight", self.min_child_weight.to_string()),
            ("reg_lambda", self.reg_lambda.to_string()),
            ("subsample", self.subsample.to_string()),
            ("colsample_bytree", self.colsample_bytree.to_string()),
            (
                "early_stopping_rounds",
                self.early_stopping_rounds.to_string(),
            ),
            ("validation_fraction", self.validation_fraction.to_string()),
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
    fn early_stopping_prints_as_it_is_read() {
        for text in ["none", "1", "50"] {
            let read: EarlyStopping = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in ["0", "-1", "1.5", "never", ""] {
            assert!(text.parse::<EarlyStopping>().is_err(), "{text}");
        }
    }
}
