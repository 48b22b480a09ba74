//! The recurrent network for series: hyperparameters and what they mean for `networks`.

use networks::lstm::Shape;
use networks::{Adam, Recipe, Schedule};
use steps::{Hyperparameters, HyperparametersError};

use super::number;
use crate::series::{EXTRA, MAX_WINDOW};

/// Hyperparameters, under PyTorch's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Passes over the training windows.
    pub epochs: u32,
    /// Windows of a step.
    pub batch_size: usize,
    /// The first and highest learning rate.
    pub learning_rate: f64,
    /// Size of the state.
    pub hidden_size: usize,
    /// Hours of a window.
    pub window: usize,
    /// The longest gradient; longer ones are shortened.
    pub clip_norm: f64,
    /// Epochs without a better validation loss after which training ends; 0 never ends it.
    pub patience: u32,
}

impl Parameters {
    /// Names of the hyperparameters.
    pub const NAMES: &'static [&'static str] = &[
        "epochs",
        "batch_size",
        "learning_rate",
        "hidden_size",
        "window",
        "clip_norm",
        "patience",
    ];

    /// The defaults for a horizon: far ones are learned with less, since longer training follows the noise.
    pub fn for_horizon(hours: usize) -> Self {
        let near = hours < 6;
        Self {
            epochs: if near { 8 } else { 3 },
            batch_size: 64,
            learning_rate: if near { 0.003 } else { 0.001 },
            hidden_size: 32,
            window: 48,
            clip_norm: 1.0,
            patience: 0,
        }
    }

    /// Reads the hyperparameters of a model for this horizon.
    pub fn parse(given: &Hyperparameters, horizon: usize) -> Result<Self, HyperparametersError> {
        let default = Self::for_horizon(horizon);
        Ok(Self {
            epochs: number(given, "epochs", default.epochs, 1..=10_000)?,
            batch_size: number(given, "batch_size", default.batch_size, 1..=4096)?,
            learning_rate: number(given, "learning_rate", default.learning_rate, 1e-9..=10.0)?,
            hidden_size: number(given, "hidden_size", default.hidden_size, 16..=4096)?,
            window: number(given, "window", default.window, 1..=MAX_WINDOW)?,
            clip_norm: number(given, "clip_norm", default.clip_norm, 1e-9..=1e9)?,
            patience: number(given, "patience", default.patience, 0..=10_000)?,
        })
    }

    /// The network for windows of so many columns, the calendar's among them.
    pub fn shape(&self, columns: usize) -> Result<Shape, networks::Error> {
        Shape::new(self.window, columns, self.hidden_size, EXTRA)
    }

    /// How it is trained.
    pub fn recipe(&self, seed: u64) -> Recipe {
        Recipe {
            epochs: self.epochs,
            batch: self.batch_size,
            schedule: Schedule::Cosine {
                peak: self.learning_rate,
            },
            adam: Adam::default(),
            clip: Some(self.clip_norm),
            patience: (self.patience > 0).then_some(self.patience),
            seed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_depend_on_the_horizon_and_values_are_checked() {
        let parse = |pairs: &[(&str, &str)], horizon| {
            let given = pairs
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned()));
            Parameters::parse(&Hyperparameters(given.collect()), horizon)
        };
        let near = parse(&[], 1).unwrap();
        assert_eq!((near.epochs, near.learning_rate), (8, 0.003));
        let far = parse(&[("window", "24")], 24).unwrap();
        assert_eq!((far.epochs, far.learning_rate, far.window), (3, 0.001, 24));
        assert_eq!(near.shape(17).unwrap().weights(), 6441);
        assert_eq!(near.recipe(5).clip, Some(1.0));
        let error = parse(&[("hidden_size", "8")], 1).unwrap_err();
        let message =
            "hyperparameter `hidden_size` has the value `8`, expected a number from 16 to 4096";
        assert_eq!(error.to_string(), message);
        let odd = parse(&[("hidden_size", "20")], 1)
            .unwrap()
            .shape(17)
            .unwrap_err();
        assert_eq!(
            odd.to_string(),
            "the size of the state is 20, expected a multiple of 16 up to 4096"
        );
    }
}
