//! Hyperparameters of a convolutional network.

use std::collections::BTreeMap;

use super::ClassWeight;
use crate::check::{Item, Section};

/// A convolutional network for grey images: blocks of convolution, batch normalisation, rectifier and maximum, then the average
/// over the image and a linear layer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cnn {
    /// Passes over the training images.
    pub epochs: u32,
    /// Images of a step.
    pub batch_size: u32,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Weight decay of AdamW.
    pub weight_decay: f64,
    /// Channels of each block, which halves the image.
    pub channels: Vec<u32>,
    /// Epochs without a better validation loss after which training ends; 0 never ends it.
    pub patience: u32,
    /// How much a class counts.
    pub class_weight: ClassWeight,
}

impl Cnn {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let channels = section.list("channels")?.iter();
        let channel = |value: &crate::check::Spanned| match value.item {
            Item::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        };
        Some(Self {
            epochs: section.integer("epochs")?,
            batch_size: section.integer("batch_size")?,
            learning_rate: section.number("learning_rate")?,
            weight_decay: section.number("weight_decay")?,
            channels: channels.map(channel).collect::<Option<_>>()?,
            patience: section.integer("patience")?,
            class_weight: section.parsed("class_weight")?,
        })
    }

    pub(crate) fn hyperparameters(&self) -> BTreeMap<String, String> {
        let channels: Vec<String> = self.channels.iter().map(u32::to_string).collect();
        let pairs = [
            ("epochs", self.epochs.to_string()),
            ("batch_size", self.batch_size.to_string()),
            ("learning_rate", self.learning_rate.to_string()),
            ("weight_decay", self.weight_decay.to_string()),
            ("channels", channels.join(",")),
            ("patience", self.patience.to_string()),
            ("class_weight", self.class_weight.to_string()),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn a_folder_of_images_has_a_network_unless_it_says_otherwise() {
        let head = "plimsoll: 1\nname: a\ndata: { source: data, format: image_folder }\ntask: { target: b }\n";
        let told = |models: &str| {
            let workload = parse(&format!("{head}{models}")).unwrap();
            let [candidate] = workload.models.as_slice() else {
                panic!("one candidate");
            };
            let pairs = candidate.hyperparameters();
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("{}: {}", candidate.name, pairs.join(" "))
        };
        let expected = "cnn: batch_size=32 channels=16,32,64,64 class_weight=none epochs=12 learning_rate=0.01 patience=0 \
                        weight_decay=0.0001";
        assert_eq!(told(""), expected);
        assert_eq!(told("models: [cnn]\n"), expected);
        assert_eq!(
            told("models: [{ cnn: { epochs: 3, channels: [16, 32], class_weight: balanced } }]\n"),
            "cnn: batch_size=32 channels=16,32 class_weight=balanced epochs=3 learning_rate=0.01 patience=0 weight_decay=0.0001"
        );
    }
}
