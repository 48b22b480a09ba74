//! Where the documents of a run lie, and their content.

use plane::store::StoreError;
use serde_json::Value;
use steps::{Document, Evaluation, LoadReport, Mistakes, PrepareSummary, Selection};

use crate::state::Records;

/// Most batch outputs that are counted.
const BATCH_LIMIT: usize = 1_000;

/// The documents that the steps left, as far as they got.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) prepare: Option<PrepareSummary>,
    pub(super) selection: Option<Selection>,
    pub(super) evaluation: Option<Evaluation>,
    pub(super) mistakes: Option<Mistakes>,
    pub(super) load: Option<LoadReport>,
    pub(super) batch_uri: Option<String>,
    pub(super) batch_rows: Option<u64>,
}

impl Documents {
    pub(super) fn read(records: &Records, state: &Value) -> Result<Self, StoreError> {
        let output = |step: &str| {
            complete(state, step)["outputs"]["output"]
                .as_str()
                .map(str::to_owned)
        };
        let batch_uri = output("BatchPredict");
        let batch_rows = batch_uri
            .as_deref()
            .map(|uri| rows(records, uri))
            .transpose()?;
        Ok(Self {
            prepare: document(records, output("Prepare").as_deref(), PrepareSummary::FILE)?,
            selection: document(records, output("Select").as_deref(), Selection::FILE)?,
            evaluation: document(records, output("Test").as_deref(), Evaluation::FILE)?,
            mistakes: document(records, output("Test").as_deref(), Mistakes::FILE)?,
            load: document(records, output("LoadTest").as_deref(), LoadReport::FILE)?,
            batch_uri,
            batch_rows,
        })
    }
}

/// What a step left in the machine's data: `complete.json`'s content.
pub(super) fn complete(state: &Value, step: &str) -> Value {
    let own = &state["out"][step]["complete"];
    if own.is_object() {
        return own.clone();
    }
    // The branches of Exercise end as an array.
    let branches = state["out"]["Exercise"].as_array();
    let branch = branches
        .into_iter()
        .flatten()
        .find(|branch| branch["step"] == step);
    branch
        .map(|branch| branch["complete"].clone())
        .unwrap_or_default()
}

/// The jobs whose results a step left, or found.
pub(super) fn jobs(state: &Value, step: &str) -> Vec<String> {
    let text = |value: &Value| value["job"].as_str().map(str::to_owned);
    if step == "Train" {
        let branches = state["out"]["Train"].as_array();
        return branches.into_iter().flatten().filter_map(text).collect();
    }
    text(&complete(state, step)).into_iter().collect()
}

/// What the names of a step's jobs begin with, whatever their run and try; of a search, those of its trials.
pub(super) fn job_names(state: &Value, step: &str) -> Vec<String> {
    let compiled = &state["in"][step];
    let branches: Vec<&Value> = if step == "Train" {
        compiled
            .as_object()
            .into_iter()
            .flat_map(|branches| branches.values())
            .collect()
    } else {
        vec![compiled]
    };
    let names = branches
        .into_iter()
        .filter_map(|branch| branch["tuning_name"].as_str().or(branch["name"].as_str()));
    names.map(|name| format!("{name}-")).collect()
}

/// A document below an output, if it is there and of this version.
fn document<D: Document>(
    records: &Records,
    output: Option<&str>,
    file: &str,
) -> Result<Option<D>, StoreError> {
    let Some(output) = output else {
        return Ok(None);
    };
    let content = records.object(&format!("{}/{file}", output.trim_end_matches('/')))?;
    Ok(content.and_then(|bytes| D::from_slice(&bytes).ok()))
}

/// Lines of all objects below a batch's output.
fn rows(records: &Records, uri: &str) -> Result<u64, StoreError> {
    let mut total = 0;
    for object in records.keys(&format!("{}/", uri.trim_end_matches('/')), BATCH_LIMIT)? {
        let content = records.object(&object)?.unwrap_or_default();
        total += content
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .count() as u64;
    }
    Ok(total)
}
