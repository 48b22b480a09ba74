//! What is known of a run after it: the same facts for the table and for `--json`.

use std::collections::BTreeMap;

use ledger::{Charge, EnergyRange};
use serde_json::Value;
use steps::{Evaluation, Failure, LoadReport, Mistakes, PrepareSummary};

use super::StepState;
use super::timeline::Branch;

/// Measured facts of one job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobFacts {
    pub(crate) job: String,
    /// The run that it was measured in.
    pub(crate) run: String,
    /// Milliseconds since the epoch.
    pub(crate) started: i64,
    /// CPUs and bytes of memory of this machine that it could use; 0 where that was not recorded.
    pub(crate) cpus: u64,
    pub(crate) memory: u64,
    /// The machine, in words.
    pub(crate) host: String,
    /// Kind of the job's record.
    pub(crate) kind: String,
    pub(crate) instance_type: String,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_bytes: u64,
    pub(crate) read_bytes: u64,
    pub(crate) written_bytes: u64,
    /// Whether other jobs ran at the same time.
    pub(crate) shared: bool,
    pub(crate) energy: Option<EnergyRange>,
    pub(crate) charge: Option<Charge>,
}

/// Whether a step was found, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheRow {
    pub(crate) hit: bool,
    pub(crate) why: String,
    /// Whether a miss is nothing to wonder about.
    pub(crate) expected: bool,
}

/// One step of the run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StepRow {
    pub(crate) name: String,
    pub(crate) state: StepState,
    pub(crate) started: f64,
    pub(crate) seconds: f64,
    /// What it did, in a few words.
    pub(crate) says: String,
    /// Why it was found or not; absent while that is open.
    pub(crate) cache: Option<CacheRow>,
    /// The same of each candidate, for Train.
    pub(crate) branches: BTreeMap<String, CacheRow>,
    /// Its job, or the job whose result was found.
    pub(crate) job: Option<String>,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) facts: Vec<JobFacts>,
}

impl StepRow {
    /// What its line says: of a step that was found why, of another what it did, and why again where that is news.
    pub(crate) fn line(&self) -> String {
        match &self.cache {
            Some(cache) if self.state == StepState::Hit => cache.why.clone(),
            Some(cache) if self.state == StepState::Done && !cache.expected => {
                format!("{}  ({})", self.says, cache.why)
                    .trim_start()
                    .to_owned()
            }
            _ => self.says.clone(),
        }
    }
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CandidateRow {
    pub(crate) name: String,
    pub(crate) baseline: bool,
    pub(crate) selected: bool,
    pub(crate) scores: BTreeMap<String, f64>,
    /// Seconds of its training job, where this run or an earlier one measured it.
    pub(crate) fit_seconds: Option<f64>,
    pub(crate) one_row_p99_ns: Option<u64>,
    pub(crate) failure: Option<Failure>,
}

/// One rule of the gate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GateRow {
    pub(crate) metric: String,
    pub(crate) rule: String,
    pub(crate) value: f64,
    pub(crate) holds: bool,
}

/// How the run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Running,
    Succeeded,
    GateNotMet,
    Failed,
    Stopped,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::GateNotMet => "gate_not_met",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// A whole run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunReport {
    pub(crate) run: String,
    pub(crate) workload: String,
    pub(crate) execution: String,
    pub(crate) status: Status,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    /// Seconds since the epoch.
    pub(crate) started: f64,
    /// Input of the execution: keys, names, and what the workload says of itself.
    pub(crate) input: Value,
    /// When each branch of Train ran.
    pub(crate) trained: BTreeMap<String, Branch>,
    pub(crate) seconds: f64,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) prepare: Option<PrepareSummary>,
    pub(crate) metric: Option<String>,
    pub(crate) candidates: Vec<CandidateRow>,
    pub(crate) selected: Option<String>,
    pub(crate) evaluation: Option<Evaluation>,
    /// Images that the final model takes for another class.
    pub(crate) mistakes: Option<Mistakes>,
    pub(crate) gate: Vec<GateRow>,
    pub(crate) package: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) load: Option<LoadReport>,
    pub(crate) batch_uri: Option<String>,
    pub(crate) batch_rows: Option<u64>,
}

impl RunReport {
    /// A run of which nothing is known.
    pub(crate) fn empty() -> Self {
        Self {
            run: String::new(),
            workload: String::new(),
            execution: String::new(),
            status: Status::Running,
            error: None,
            cause: None,
            started: 0.0,
            input: Value::Null,
            trained: BTreeMap::new(),
            seconds: 0.0,
            steps: Vec::new(),
            prepare: None,
            metric: None,
            candidates: Vec::new(),
            selected: None,
            evaluation: None,
            mistakes: None,
            gate: Vec::new(),
            package: None,
            endpoint: None,
            load: None,
            batch_uri: None,
            batch_rows: None,
        }
    }

    /// Facts of the jobs that this run itself ran.
    pub(crate) fn own_facts(&self) -> impl Iterator<Item = &JobFacts> {
        self.steps
            .iter()
            .filter(|step| step.state != StepState::Hit)
            .flat_map(|step| &step.facts)
    }
}
