//! `complete.json`: the proof that a step was done, found under the step's key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, Key};

/// What a finished step left behind. Written by the state machine after the job, read by it before the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// Name of the step, as in the state machine.
    pub step: String,
    /// The step's key.
    pub key: Key,
    /// Name of the job that did the work; its record stays with the plane. [`Complete::NO_JOB`] where none was needed.
    pub job: String,
    /// Output name to S3 URI, as the job reported them.
    pub outputs: BTreeMap<String, String>,
    /// With which hyperparameters, where a search chose them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hyperparameters: Option<BTreeMap<String, String>>,
}

impl Complete {
    /// In place of a job's name: the step passed on what was there.
    pub const NO_JOB: &str = "none";
}

impl Document for Complete {
    const SCHEMA: &'static str = "plimsoll.complete/1";
}

/// Prefix in the workload's bucket under which everything of one step and key lies.
///
/// ```
/// # use steps::{Key, step_prefix};
/// let key = Key::from_hex(&"0".repeat(64)).unwrap();
/// assert_eq!(step_prefix("Prepare", &key), format!("steps/Prepare/{}/", "0".repeat(64)));
/// ```
pub fn step_prefix(step: &str, key: &Key) -> String {
    format!("steps/{step}/{key}/")
}

/// Object key of a step's `complete.json`.
pub fn complete_object_key(step: &str, key: &Key) -> String {
    format!("{}complete.json", step_prefix(step, key))
}

/// Object key of the ingredients that a step's key was computed from.
pub fn key_object_key(step: &str, key: &Key) -> String {
    format!("{}key.json", step_prefix(step, key))
}
