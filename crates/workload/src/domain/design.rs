//! A design of the user's own, compared with those that exist by default.

use super::{InvalidText, Placement, StorageClass};
use crate::check::{Item, Section};

/// Where each part of a workload runs. What a design does not say is as in the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnDesign {
    /// Its name.
    pub name: String,
    /// Jobs that read and write data: preparation, selection, tests.
    pub prepare: Option<Placement>,
    /// Trainings.
    pub train: Option<Placement>,
    /// The endpoint.
    pub serve: Option<Placement>,
    /// Data and models.
    pub store: Option<StorageClass>,
    /// Where all of it stands.
    pub region: Option<String>,
}

/// Names that exist by default.
pub(crate) const DEFAULT_DESIGNS: [&str; 4] = ["baseline", "optimized", "hybrid", "planned"];

impl OwnDesign {
    pub(crate) fn read_all(root: &Section) -> Option<Vec<Self>> {
        root.map("designs")?
            .iter()
            .map(|(key, value)| {
                let Item::Section(section) = &value.item else {
                    return None;
                };
                Some(Self {
                    name: key.text.clone(),
                    prepare: section.parsed("prepare"),
                    train: section.parsed("train"),
                    serve: section.parsed("serve"),
                    store: section.parsed("store"),
                    region: section.parsed("region"),
                })
            })
            .collect()
    }
}

/// Whether a text can name a design.
pub(crate) fn is_design_name(text: &str) -> Result<(), String> {
    if DEFAULT_DESIGNS.contains(&text) {
        return Err(format!(
            "`{text}` is the name of a design that exists by default"
        ));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || text.len() > 40 || !text.chars().all(fits) {
        return Err(
            InvalidText::new(text, "a name of 1 to 40 letters, digits, `-` and `_`").to_string(),
        );
    }
    Ok(())
}

/// What each column counts in the score of a design.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ScoreWeights {
    /// Of training time.
    pub training_time: f64,
    /// Of latency.
    pub latency: f64,
    /// Of money.
    pub cost: f64,
    /// Of utilization.
    pub utilization: f64,
    /// Of scalability.
    pub scalability: f64,
}

impl ScoreWeights {
    pub(crate) fn read(root: &Section) -> Option<Self> {
        let weights = root.section("compare")?.section("weights")?;
        Some(Self {
            training_time: weights.number("training_time")?,
            latency: weights.number("latency")?,
            cost: weights.number("cost")?,
            utilization: weights.number("utilization")?,
            scalability: weights.number("scalability")?,
        })
    }
}
