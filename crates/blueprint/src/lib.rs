//! Compiles a workload: a CloudFormation template, a state machine, and the input of an execution.
//!
//! - The machine depends on the [`Structure`] of the file alone; keys, URIs, hyperparameters, image and role are in the
//!   input.
//! - Every step has a key (see `steps::Ingredients`); what a step needs to be told beyond the input lies under it.
//! - Nothing here reads a file or a clock: hashes of the data come with the call.

mod candidate;
mod compile;
mod input;
mod keys;
mod machine;
mod names;
mod place;
mod prepare_spec;
mod script;
mod state;
mod steps;
mod structure;
mod template;
mod tuning;

pub use compile::{Blueprint, Upload, compile};
pub use machine::machine;
pub use names::below;
pub use place::{CandidateSource, Place, ScriptSource, Sources};
pub use prepare_spec::{encoding, source_format, target_kind};
pub use structure::{CandidateShape, DataShape, GateShape, Structure};
pub use template::template;
