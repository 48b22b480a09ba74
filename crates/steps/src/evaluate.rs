//! The step Test: scores the final model once on test rows, with intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Document;

/// How intervals are made: percentile bootstrap over rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// Number of resamples.
    pub resamples: u32,
    /// Coverage, such as 0.95.
    pub level: f64,
    /// Seed of the resampling.
    pub seed: u64,
}

/// What the step is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateSpec {
    /// Name of the candidate that the model is.
    pub candidate: String,
    /// How intervals are made.
    pub bootstrap: Bootstrap,
}

impl Document for EvaluateSpec {
    const SCHEMA: &'static str = "plimsoll.evaluate-spec/1";
}

/// An interval around a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What the step answers; `evaluation.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Name of the candidate that the model is.
    pub candidate: String,
    /// Test rows.
    pub rows: u64,
    /// Metric to value.
    pub scores: BTreeMap<String, f64>,
    /// Metric to interval.
    pub intervals: BTreeMap<String, Interval>,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Class labels in the order of the matrix.
    pub classes: Vec<String>,
    /// Rows by true class, then by predicted class.
    pub confusion: Vec<Vec<u64>>,
}

impl Document for Evaluation {
    const SCHEMA: &'static str = "plimsoll.evaluation/1";
}

impl Evaluation {
    /// Name of the answer in the output.
    pub const FILE: &'static str = "evaluation.json";
}
