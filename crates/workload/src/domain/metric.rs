//! Scores of a classifier.

use super::words;

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
        !matches!(self, Self::LogLoss)
    }
}
