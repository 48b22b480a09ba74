//! Hyperparameters of the recurrent network.

use std::collections::BTreeMap;

use crate::check::Section;

/// A recurrent network under PyTorch's names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lstm {
    /// Passes over the training windows; by the horizon where it is not told.
    pub epochs: Option<u32>,
    /// Windows of a step.
    pub batch_size: u32,
    /// The first and highest learning rate; by the horizon where it is not told.
    pub learning_rate: Option<f64>,
    /// Size of the state.
    pub hidden_size: u32,
    /// Hours of a window; as many as are known, up to two days, where it is not told.
    pub window: Option<u32>,
    /// The longest gradient.
    pub clip_norm: f64,
    /// Epochs without a better validation loss that end the training; 0 never ends it.
    pub patience: u32,
}

impl Lstm {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            epochs: section.integer("epochs"),
            batch_size: section.integer("batch_size")?,
            learning_rate: section.number("learning_rate"),
            hidden_size: section.integer("hidden_size")?,
            window: section.integer("window"),
            clip_norm: section.number("clip_norm")?,
            patience: section.integer("patience")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        let pairs = [
            ("batch_size", self.batch_size.to_string()),
            ("hidden_size", self.hidden_size.to_string()),
            ("clip_norm", self.clip_norm.to_string()),
            ("patience", self.patience.to_string()),
        ];
        let by_horizon = [
            ("window", self.window.map(|hours| hours.to_string())),
            ("epochs", self.epochs.map(|epochs| epochs.to_string())),
            (
                "learning_rate",
                self.learning_rate.map(|rate| rate.to_string()),
            ),
        ];
        let told = by_horizon
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        pairs
            .into_iter()
            .chain(told)
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
