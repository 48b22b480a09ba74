//! `cache.json`: what a run found of earlier results before it began, and why it found no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, Key};

/// What looking for one step gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheLook {
    /// The step's key.
    pub key: Key,
    /// Whether its result was there, and whole.
    pub hit: bool,
    /// Why, in a few words.
    pub why: String,
    /// The run that made the result, where there is one.
    pub run: Option<String>,
    /// Whether the miss is nothing to wonder about: the first run, or one that was asked to do everything again.
    pub expected: bool,
}

/// What a run found before it began. It lies beside the run's data; the machine does not read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheLooks {
    /// By step; candidates are `Train.<name>`.
    pub steps: BTreeMap<String, CacheLook>,
}

impl Document for CacheLooks {
    const SCHEMA: &'static str = "plimsoll.cache/1";
}

/// Prefix in the workload's bucket of what belongs to one run alone.
///
/// ```
/// assert_eq!(steps::run_prefix("0fgh3k2m"), "runs/0fgh3k2m/");
/// ```
pub fn run_prefix(run: &str) -> String {
    format!("runs/{run}/")
}

/// Object key of a run's `cache.json`.
pub fn cache_object_key(run: &str) -> String {
    format!("{}cache.json", run_prefix(run))
}
