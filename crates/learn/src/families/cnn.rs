//! The convolutional network for images: hyperparameters and what they mean for `networks`.

use networks::cnn::{Cnn, Examples, Folded, Shape};
use networks::{Adam, Recipe, Schedule};
use steps::{Hyperparameters, HyperparametersError};

use super::choice::invalid;
use super::{ClassWeight, number};

/// Hyperparameters, under PyTorch's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Passes over the training images.
    pub epochs: u32,
    /// Images of a step.
    pub batch_size: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Weight decay of AdamW.
    pub weight_decay: f64,
    /// Channels of each block.
    pub channels: Vec<usize>,
    /// Epochs without a better validation loss after which training ends; 0 never ends it.
    pub patience: u32,
    /// How much a class counts.
    pub class_weight: ClassWeight,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            epochs: 12,
            batch_size: 32,
            learning_rate: 0.01,
            weight_decay: 1e-4,
            channels: vec![16, 32, 64, 64],
            patience: 0,
            class_weight: ClassWeight::None,
        }
    }
}

impl Parameters {
    /// Names of the hyperparameters.
    pub const NAMES: &'static [&'static str] = &[
        "epochs",
        "batch_size",
        "learning_rate",
        "weight_decay",
        "channels",
        "patience",
        "class_weight",
    ];

    /// Reads the hyperparameters.
    pub fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let default = Self::default();
        let channels = match given.text("channels") {
            None => default.channels,
            Some(text) => {
                let counts = text.split(',').map(|count| count.trim().parse().ok());
                let counts: Option<Vec<usize>> = counts.collect();
                counts
                    .ok_or_else(|| invalid("channels", text, "whole numbers such as `16,32,64`"))?
            }
        };
        Ok(Self {
            epochs: number(given, "epochs", default.epochs, 1..=10_000)?,
            batch_size: number(given, "batch_size", default.batch_size, 2..=4096)?,
            learning_rate: number(given, "learning_rate", default.learning_rate, 1e-9..=10.0)?,
            weight_decay: number(given, "weight_decay", default.weight_decay, 0.0..=1.0)?,
            channels,
            patience: number(given, "patience", default.patience, 0..=10_000)?,
            class_weight: ClassWeight::parse(given)?,
        })
    }

    /// The network for images of this side and so many classes.
    pub fn shape(&self, side: usize, classes: usize) -> Result<Shape, networks::Error> {
        Shape::new(side, &self.channels, classes)
    }

    /// How it is trained.
    pub fn recipe(&self, seed: u64) -> Recipe {
        Recipe {
            epochs: self.epochs,
            batch: self.batch_size,
            schedule: Schedule::WarmCosine {
                peak: self.learning_rate,
            },
            adam: Adam {
                decay: self.weight_decay,
                ..Adam::default()
            },
            clip: None,
            patience: (self.patience > 0).then_some(self.patience),
            seed,
        }
    }

    /// The network on its images.
    pub fn network<'a>(
        &self,
        shape: Shape,
        training: Examples<'a>,
        validation: Option<Examples<'a>>,
    ) -> Result<Cnn<'a>, networks::Error> {
        let weights = self
            .class_weight
            .of_classes(training.labels, shape.classes());
        Ok(Cnn::new(shape, training, validation)?.with_class_weights(&weights))
    }
}

/// A line about a network for the report: its form in words.
pub fn form(folded: &Folded) -> String {
    let channels: Vec<String> = folded
        .shape
        .channels()
        .iter()
        .map(usize::to_string)
        .collect();
    let (side, classes) = (folded.shape.side(), folded.shape.classes());
    format!(
        "{side} x {side} grey, channels {}, {classes} classes",
        channels.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::cnn::Images;

    fn parse(pairs: &[(&str, &str)]) -> Result<Parameters, String> {
        let given = pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Parameters::parse(&Hyperparameters(given.collect())).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_read_and_wrong_ones_refused_by_name() {
        assert_eq!(parse(&[]).unwrap(), Parameters::default());
        let given = parse(&[("epochs", "3"), ("channels", "16, 32"), ("patience", "2")]).unwrap();
        assert_eq!(
            (given.epochs, given.channels.as_slice()),
            (3, &[16, 32][..])
        );
        assert_eq!(given.recipe(7).patience, Some(2));
        assert_eq!(Parameters::default().recipe(7).patience, None);
        let cases = [
            ("epochs", "0", "a number from 1 to 10000"),
            ("batch_size", "1", "a number from 2 to 4096"),
            ("learning_rate", "-1", "a number from 0.000000001 to 10"),
            ("learning_rate", "NaN", "a number from 0.000000001 to 10"),
            ("channels", "16;32", "whole numbers such as `16,32,64`"),
        ];
        for (name, value, expected) in cases {
            let message =
                format!("hyperparameter `{name}` has the value `{value}`, expected {expected}");
            assert_eq!(parse(&[(name, value)]).unwrap_err(), message);
        }
    }

    #[test]
    fn the_network_has_the_form_that_was_asked_for() {
        let parameters = parse(&[("channels", "16"), ("class_weight", "balanced")]).unwrap();
        let images = Images::new(4, vec![3; 48]).unwrap();
        let examples = Examples {
            images: &images,
            labels: &[0, 1, 1],
        };
        let shape = parameters.shape(4, 2).unwrap();
        let network = parameters.network(shape, examples, None).unwrap();
        let folded = network.folded(&networks::Network::initial(&network, 1));
        assert_eq!(form(&folded), "4 x 4 grey, channels 16, 2 classes");
    }
}
