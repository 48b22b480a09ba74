//! What a page is made from: everything that is known of a run, as one versioned document.
//!
//! What is not known is absent, never zero: a run that is under way or that failed is a run with less in it.

use std::collections::BTreeMap;

use ledger::{Charge, EnergyRange};
use serde::{Deserialize, Serialize};
use steps::{Document, Evaluation, LoadReport, Mistakes, PrepareSummary, Source};

/// How a run ended, if it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is under way.
    Running,
    /// It is open, and no plane is up to go on with it.
    Interrupted,
    /// All steps are done.
    Succeeded,
    /// A rule of the gate does not hold; nothing was deployed.
    GateNotMet,
    /// A job or a state failed.
    Failed,
    /// It was stopped.
    Stopped,
}

impl Status {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Succeeded => "succeeded",
            Self::GateNotMet => "gate not met",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// How far a step or a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanState {
    /// Under way.
    Running,
    /// Done in this run.
    Done,
    /// Found: done by an earlier run.
    Hit,
    /// Failed.
    Failed,
}

/// A named stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// What it is.
    pub name: String,
    /// How far it is.
    pub state: SpanState,
    /// Seconds since the epoch.
    pub started: f64,
    /// How long it took; up to now while it is under way.
    pub seconds: f64,
}

/// A sample of what a job uses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Seconds since the start of the job.
    pub at: f64,
    /// CPUs that were busy since the sample before.
    pub cpus: f64,
    /// Resident memory, bytes.
    pub memory_bytes: f64,
}

/// A job with what was measured of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// The run in which it was measured: an earlier one where the step is a hit.
    pub run: String,
    /// The instance type whose price and limits it had.
    pub instance_type: String,
    /// CPUs of this machine that it could use; 0 where that was not recorded.
    pub cpus: u64,
    /// Wall time.
    pub seconds: f64,
    /// CPU time of all its processes.
    pub cpu_seconds: f64,
    /// Largest resident memory.
    pub peak_bytes: u64,
    /// Bytes read by any means.
    pub read_bytes: u64,
    /// Bytes written by any means.
    pub written_bytes: u64,
    /// Whether other jobs were open at the same time.
    pub shared: bool,
    /// Estimated energy.
    pub energy: Option<EnergyRange>,
    /// Wall time at the price of its moment; absent where no price is known.
    pub charge: Option<Charge>,
    /// Samples, oldest first; a job that is soon over has few.
    pub samples: Vec<Sample>,
}

/// A step of the pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name, state and time.
    pub span: Span,
    /// What it did, in a few words.
    pub says: String,
    /// Why it ran or was found; absent while that is not known.
    pub why: Option<String>,
    /// What ran inside it, side by side.
    pub branches: Vec<Span>,
    /// Its jobs, or those whose results were found.
    pub jobs: Vec<Job>,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// Whether it is there for comparison alone.
    pub baseline: bool,
    /// Whether it was chosen.
    pub selected: bool,
    /// Metric to value on validation rows.
    pub scores: BTreeMap<String, f64>,
    /// Wall seconds of its training job.
    pub fit_seconds: Option<f64>,
    /// 99th percentile of predicting one row in this process.
    pub one_row_p99_ns: Option<u64>,
    /// Why it has no model.
    pub failure: Option<String>,
}

/// Losses of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningEpoch {
    /// Its number, from 1.
    pub epoch: u32,
    /// Mean loss over its batches.
    pub training: f64,
    /// Loss on validation rows after it, where there are any.
    pub validation: Option<f64>,
}

/// How a network's training went, by what it wrote into its log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningCurve {
    /// The candidate, or the step Refit.
    pub name: String,
    /// Its epochs, ascending.
    pub epochs: Vec<LearningEpoch>,
}

/// A trial of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TuningTrial {
    /// In the order of proposal, from 1.
    pub number: u64,
    /// Its score, where it has one.
    pub value: Option<f64>,
    /// What was tried.
    pub hyperparameters: BTreeMap<String, String>,
    /// Wall time of its program.
    pub seconds: Option<f64>,
    /// What that cost, where the price is known.
    pub cost: Option<units::Money>,
}

/// The search of a candidate's hyperparameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    /// The candidate.
    pub candidate: String,
    /// Its tuning job.
    pub name: String,
    /// The metric that is searched by.
    pub metric: String,
    /// Whether great values are good.
    pub maximize: bool,
    /// Number of the best trial.
    pub best: Option<u64>,
    /// The trials in the order of proposal.
    pub trials: Vec<TuningTrial>,
}

/// A rule of the gate with what it was asked of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateRule {
    /// The metric.
    pub metric: String,
    /// The comparison.
    pub rule: String,
    /// The score on test rows.
    pub value: f64,
    /// Whether it holds.
    pub holds: bool,
}

/// The job that ended a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedJob {
    /// Its name.
    pub job: String,
    /// Why, in its own words.
    pub reason: String,
    /// The last lines that it wrote.
    pub log: Vec<String>,
}

/// A score that others published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedScore {
    /// The metric.
    pub metric: String,
    /// Its value.
    pub value: f64,
    /// What was scored.
    pub model: Option<String>,
    /// Who says so.
    pub source: String,
}

/// What the workload file says besides the work.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    /// Licence of the data.
    pub license: Option<String>,
    /// File that says where the data comes from.
    pub provenance: Option<String>,
    /// The column that is predicted.
    pub target: Option<String>,
    /// Seed of everything random.
    pub seed: Option<u64>,
    /// Published scores.
    pub references: Vec<PublishedScore>,
}

/// What a batch left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Where its predictions lie.
    pub uri: String,
    /// Rows in them.
    pub rows: u64,
}

/// Where the run ran, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Environment {
    /// Architecture, processor and CPUs of the machines that measured, each once.
    pub machines: Vec<String>,
    /// Image of the jobs, with the version that ran.
    pub image: String,
    /// Version that made the page.
    pub version: String,
    /// Instruction sets of the machine that made the page, where they are known.
    pub instruction_sets: Vec<String>,
    /// Step to its key.
    pub keys: BTreeMap<String, String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "`run` is the word of every document"
)]
pub struct Run {
    /// Its name.
    pub run: String,
    /// Its workload.
    pub workload: String,
    /// ARN of the execution.
    pub execution: String,
    /// How it ended.
    pub status: Status,
    /// Error of the execution.
    pub error: Option<String>,
    /// Its cause.
    pub cause: Option<String>,
    /// The job that failed, where one did.
    pub failed_job: Option<FailedJob>,
    /// Seconds since the epoch.
    pub started: f64,
    /// `started` for people, UTC.
    pub started_utc: String,
    /// From start to end, or up to now.
    pub seconds: f64,
    /// The steps that have begun, in their order.
    pub steps: Vec<Step>,
    /// The metric to choose by.
    pub metric: Option<String>,
    /// The candidates in the order of the workload.
    pub candidates: Vec<Candidate>,
    /// The chosen one.
    pub selected: Option<String>,
    /// The searches of candidates.
    #[serde(default)]
    pub tunings: Vec<Tuning>,
    /// The rules of the gate.
    pub gate: Vec<GateRule>,
    /// What Prepare answered.
    pub prepare: Option<PrepareSummary>,
    /// What Test answered.
    pub evaluation: Option<Evaluation>,
    /// Images that the final model takes for another class, where rows are images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistakes: Option<Mistakes>,
    /// How networks were trained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learning: Vec<LearningCurve>,
    /// The registered package.
    pub package: Option<String>,
    /// The endpoint.
    pub endpoint: Option<String>,
    /// What the load test answered.
    pub load: Option<LoadReport>,
    /// What the batch left.
    pub batch: Option<Batch>,
    /// Files of the data.
    pub sources: Vec<Source>,
    /// What the workload file says besides the work.
    pub about: About,
    /// Where and with what it ran.
    pub environment: Environment,
}

impl Document for Run {
    const SCHEMA: &'static str = "plimsoll.report/1";
}

impl Run {
    /// A step by its name.
    pub(crate) fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.span.name == name)
    }

    /// The run that measured a step's figures, where it was another one.
    pub(crate) fn measured_in(&self, step: &str) -> Option<&str> {
        let step = self.step(step)?;
        let job = step.jobs.first()?;
        (step.span.state == SpanState::Hit && job.run != self.run).then_some(job.run.as_str())
    }

    /// Jobs that this run itself ran.
    pub(crate) fn own_jobs(&self) -> impl Iterator<Item = &Job> {
        self.steps
            .iter()
            .flat_map(|step| &step.jobs)
            .filter(|job| job.run == self.run)
    }
}
