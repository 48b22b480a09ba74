//! The metrics by name.

use std::fmt;
use std::str::FromStr;

use steps::TargetKind;

/// A score of a classifier or of a model of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Share of rows whose class was predicted.
    Accuracy,
    /// Of the rows predicted positive, the share that is. Two classes only; the second is the positive one.
    Precision,
    /// Of the positive rows, the share predicted so. Two classes only.
    Recall,
    /// Harmonic mean of precision and recall. Two classes only.
    F1,
    /// Mean of the F1 of each class; a class never predicted counts as 0.
    F1Macro,
    /// Area under the curve of the positive class; for more classes the mean of each against the rest.
    RocAuc,
    /// Mean negative logarithm of the probability given to the true class.
    LogLoss,
    /// Root of the mean squared error of numbers.
    Rmse,
    /// Mean absolute error of numbers.
    Mae,
    /// Share of the variance of numbers that is explained: 1 less the squared errors over those of the mean.
    R2,
    /// Mean absolute error over that of a naive forecast on training rows; of series only.
    Mase,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 11] = [
        Self::Accuracy,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::F1Macro,
        Self::RocAuc,
        Self::LogLoss,
        Self::Rmse,
        Self::Mae,
        Self::R2,
        Self::Mase,
    ];

    /// Its name, scikit-learn's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::F1Macro => "f1_macro",
            Self::RocAuc => "roc_auc",
            Self::LogLoss => "log_loss",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::R2 => "r2",
            Self::Mase => "mase",
        }
    }

    /// Whether a larger value is a better one.
    pub const fn higher_is_better(self) -> bool {
        !matches!(self, Self::LogLoss | Self::Rmse | Self::Mae | Self::Mase)
    }

    /// Whether it is a score of numbers, not of classes.
    pub const fn of_numbers(self) -> bool {
        matches!(self, Self::Rmse | Self::Mae | Self::R2 | Self::Mase)
    }

    /// The metric that importance is measured in where none is named.
    pub const fn default_of(kind: TargetKind) -> Self {
        match kind {
            TargetKind::Class => Self::F1Macro,
            TargetKind::Number => Self::Rmse,
        }
    }

    /// Whether it is defined for two classes only.
    pub const fn binary_only(self) -> bool {
        matches!(self, Self::Precision | Self::Recall | Self::F1)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Metric {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.name() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_only_losses_are_better_when_small() {
        for metric in Metric::ALL {
            assert_eq!(metric.to_string().parse(), Ok(metric));
            let losses = ["log_loss", "rmse", "mae", "mase"];
            assert_eq!(metric.higher_is_better(), !losses.contains(&metric.name()));
            assert_eq!(
                metric.higher_is_better(),
                !steps::lower_is_better(metric.name())
            );
        }
        assert_eq!("auc".parse::<Metric>(), Err(()));
    }
}
