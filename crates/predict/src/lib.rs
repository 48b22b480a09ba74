//! Prediction: from what was measured here to time and throughput on every machine that one can rent, with intervals.
//!
//! Pure arithmetic on the catalog's published speeds (Spare Cores, CC BY-SA 4.0: whatever shows a prediction names them): no I/O, no
//! clock, no chance but a given seed. Nothing is shipped beside the catalog: every method is fitted when it is asked for, in
//! hundredths of a second.
//!
//! | known | ask |
//! |---|---|
//! | a class that is published on other types | [`ClassPredictor`] |
//! | a language model with published siblings, and runs here | [`SiblingPredictor`] |
//! | a step of one's own: runs here, and maybe on rented types | [`Predictor`] |
//! | a language model on an accelerator | [`accelerated`] |
//! | which type to try next | [`search`] |
//!
//! `docs/concepts/prediction.md` has the protocols and figures, [`evaluation`] computes them.

#![cfg_attr(
    test,
    expect(clippy::float_cmp, reason = "figures that are tested so are exact")
)]

mod accelerator;
mod calibration;
mod class_model;
mod columns;
mod conformal;
mod credits;
mod ernest;
mod error;
pub mod evaluation;
mod hardware;
mod imputation;
mod matrix;
mod measurement;
mod prediction;
mod predictor;
mod prior;
mod process;
mod random;
mod reach;
pub mod search;
mod sibling;
mod table;

pub use accelerator::accelerated;
pub use calibration::{Actual, Calibration, calibration};
pub use class_model::ClassPredictor;
pub use columns::{Class, Column, Kind, LANGUAGE_MODELS, LanguageModel, MICRO, Suite};
pub use credits::{Credits, baseline};
pub use ernest::Ernest;
pub use error::Unpredicted;
pub use hardware::{Hardware, SECOND_THREAD};
pub use measurement::{MOST_PROBES, MOST_RUNS, Measurement, Probe, Run};
pub use prediction::{LEVEL, Method, Prediction};
pub use predictor::{MOST_LOCAL_VCPUS, Predictor, Wanted};
pub use sibling::{SiblingPredictor, SiblingRun, Siblings};
