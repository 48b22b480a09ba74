//! Images that the final model takes for another class: `mistakes.json`, beside the evaluation.
//!
//! It is a document of its own, since the state machine reads the evaluation and its data must stay small.

use serde::{Deserialize, Serialize};

use crate::Document;

/// An image of the test part that is taken for another class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// Its path below the folder of the images.
    pub path: String,
    /// Its class.
    pub class: String,
    /// The class that it is taken for.
    pub predicted: String,
    /// Probability of that class.
    pub probability: f64,
    /// Probability of its own class.
    pub own_probability: f64,
    /// The image as the model sees it: a PNG file in base64.
    pub png: String,
}

/// The images that are taken for another class, the surest mistake first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistakes {
    /// How many there are.
    pub count: u64,
    /// Images of the test part.
    pub rows: u64,
    /// The first of them.
    pub shown: Vec<Mistake>,
}

impl Document for Mistakes {
    const SCHEMA: &'static str = "plimsoll.mistakes/1";
}

impl Mistakes {
    /// Name of the document in the output.
    pub const FILE: &'static str = "mistakes.json";
}
