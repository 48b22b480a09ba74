//! The JSON document of a run, and access to its members.

use std::path::Path;

use e2e::{Binary, Workload};
use serde_json::Value;

/// Steps that an earlier run may have finished.
pub(crate) const CACHEABLE: [&str; 7] = [
    "Prepare",
    "Train",
    "Select",
    "Refit",
    "Test",
    "LoadTest",
    "BatchPredict",
];

/// Runs a workload to its end and gives its document.
pub(crate) fn run(binary: &Binary, workload: &Workload, state: &Path, flags: &[&str]) -> Value {
    let verb = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(state);
    let verb = flags.iter().fold(verb, e2e::Verb::arg);
    verb.run().ok().json()
}

pub(crate) fn step<'a>(document: &'a Value, name: &str) -> &'a Value {
    let steps = document["steps"].as_array().expect("steps are a list");
    let found = steps.iter().find(|step| step["name"] == name);
    found.unwrap_or_else(|| panic!("no step `{name}` in {document:#}"))
}

pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}
