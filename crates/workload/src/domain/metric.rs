//! Scores of a model.

use super::{TaskKind, words};

words! {
    /// A score, under scikit-learn's name.
    pub enum Metric {
        /// Share of rows that are right.
        Accuracy = "accuracy",
        /// Of the rows called positive, the share that is. For two classes.
        Precision = "precision",
        /// Of the positive rows, the share that is called so. For two classes.
        Recall = "recall",
        /// Harmonic mean of precision and recall. For two classes.
        F1 = "f1",
        /// Mean over the classes of their F1.
        F1Macro = "f1_macro",
        /// Area under the ROC curve; one against the rest where there are more than two classes.
        RocAuc = "roc_auc",
        /// Mean negative logarithm of the probability of the true class.
        LogLoss = "log_loss",
        /// Root of the mean squared error of numbers.
        Rmse = "rmse",
        /// Mean absolute error of numbers.
        Mae = "mae",
        /// Share of the variance of numbers that is explained; below 0 where their mean would do better.
        R2 = "r2",
        /// Mean absolute error over that of the same hour yesterday on training rows. Of forecasts only.
        Mase = "mase",
    }
}

impl Metric {
    /// Whether more is better.
    ///
    /// ```
    /// use workload::Metric;
    ///
    /// assert!(Metric::Accuracy.higher_is_better());
    /// assert!(!Metric::LogLoss.higher_is_better());
    /// ```
    pub const fn higher_is_better(self) -> bool {
        !matches!(self, Self::LogLoss | Self::Rmse | Self::Mae | Self::Mase)
    }

    /// Whether it scores what a task learns.
    ///
    /// ```
    /// use workload::{Metric, TaskKind};
    ///
    /// assert!(Metric::Rmse.scores(TaskKind::Regression));
    /// assert!(!Metric::Accuracy.scores(TaskKind::Regression));
    /// ```
    pub const fn scores(self, task: TaskKind) -> bool {
        let of_numbers = matches!(self, Self::Rmse | Self::Mae | Self::R2);
        match task {
            TaskKind::Classification => !of_numbers && !matches!(self, Self::Mase),
            TaskKind::Regression => of_numbers,
            TaskKind::Forecast => of_numbers || matches!(self, Self::Mase),
        }
    }
}
