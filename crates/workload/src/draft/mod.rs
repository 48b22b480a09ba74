//! Workload files that are written by the program: a draft says what was found out, and becomes commented YAML.
//!
//! Keys, defaults and their meanings come from the table of fields. What is written is read again by [`crate::parse`].

mod images;
mod layout;
mod scalar;
mod types;
mod write;

pub use images::ImagesDraft;
pub use scalar::scalar;
pub use types::{Draft, ForecastDraft, Ignored, Markers, Noted, PositiveDraft};
