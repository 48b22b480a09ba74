//! How much a row counts, by its class.

use super::words;

words! {
    /// Weights of classes, under scikit-learn's names.
    pub enum ClassWeight {
        /// All rows count the same.
        None = "none",
        /// Each class counts the same in sum.
        Balanced = "balanced",
    }
}

impl ClassWeight {
    /// Whether rows of different classes count differently.
    pub(crate) fn weighs(self) -> bool {
        self != Self::None
    }

    /// The hyperparameter where it says something: what learns numbers knows no such name.
    pub(crate) fn hyperparameter(self) -> Option<(&'static str, String)> {
        self.weighs().then(|| ("class_weight", self.to_string()))
    }
}
