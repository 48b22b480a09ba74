//! The step Select: scores every candidate on validation rows and picks one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, Hyperparameters};

/// Why a candidate has no model: the state machine's error output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Failure {
    /// Error name.
    pub error: String,
    /// Its cause.
    pub cause: Option<String>,
}

/// One branch of the state Train, as it leaves the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Name of the candidate, unique in the workload.
    pub name: String,
    /// Whether it is only there for comparison and never chosen.
    pub baseline: bool,
    /// What it was trained with.
    pub hyperparameters: Hyperparameters,
    /// Training job.
    pub job: Option<String>,
    /// S3 URI of `model.tar.gz`.
    pub model: Option<String>,
    /// Set where the branch failed.
    pub failure: Option<Failure>,
}

/// What the step is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectSpec {
    /// The metric to choose by.
    pub metric: String,
    /// All candidates, in the order of the workload.
    pub candidates: Vec<Candidate>,
}

impl Document for SelectSpec {
    const SCHEMA: &'static str = "plimsoll.select-spec/1";
}

/// Scores of one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateScore {
    /// Name of the candidate.
    pub name: String,
    /// Whether it is a baseline.
    pub baseline: bool,
    /// Metric to value on validation rows; empty where the candidate failed.
    pub scores: BTreeMap<String, f64>,
    /// 99th percentile of predicting one row in this process, nanoseconds.
    pub one_row_p99_ns: Option<u64>,
    /// Set where the branch failed.
    pub failure: Option<Failure>,
}

/// What the step answers; `selection.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The metric chosen by.
    pub metric: String,
    /// Name of the chosen candidate.
    pub selected: String,
    /// What it is trained with.
    pub hyperparameters: Hyperparameters,
    /// S3 URI of its model.
    pub model: String,
    /// Every candidate with its scores, in the order of the workload.
    pub candidates: Vec<CandidateScore>,
}

impl Document for Selection {
    const SCHEMA: &'static str = "plimsoll.selection/1";
}

impl Selection {
    /// Name of the answer in the output.
    pub const FILE: &'static str = "selection.json";
}
