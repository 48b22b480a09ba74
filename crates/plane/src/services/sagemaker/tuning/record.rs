//! What a tuning job and its trials remember.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tune::{Outcome, Point};
use units::Money;

use super::super::record::JobStatus;
use crate::store::Record;

/// Kind of the records of tuning jobs.
pub const TUNING_JOB: &str = "sagemaker.hyper-parameter-tuning-job";

/// AWS's status word of a tuning job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TuningStatus {
    /// It runs trials.
    InProgress,
    /// It came to its end.
    Completed,
    /// It came to nothing.
    Failed,
    /// It was asked to end.
    Stopping,
    /// It ended on request.
    Stopped,
}

impl TuningStatus {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }

    /// Whether nothing changes any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }
}

/// Why no more trials are started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// A criterion on its outcomes; the outcomes up to the trial that met it are its result.
    Criterion,
    /// Its time or its money is over.
    Exhausted,
    /// It was asked to end.
    Stopped,
    /// It cannot come to anything.
    Failed {
        /// AWS's words for it.
        reason: String,
    },
}

/// AWS's counters of training jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Training jobs that completed.
    pub completed: u64,
    /// Waiting or running.
    pub in_progress: u64,
    /// Failed by no fault of their own.
    pub retryable: u64,
    /// Failed.
    pub non_retryable: u64,
    /// Stopped, early or on request.
    pub stopped: u64,
    /// Objectives that count.
    pub succeeded: u64,
    /// Objectives to come.
    pub pending: u64,
    /// Trials without an objective.
    pub failed: u64,
}

/// A tuning job: the request as it came, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TuningJob {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The request.
    pub request: Value,
    /// Whose turn its training jobs are: the tag `plimsoll:run`, else who asked for it.
    pub run: String,
    /// Status.
    pub status: TuningStatus,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub modified: i64,
    /// When it was final.
    pub ended: Option<i64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// Seed of the search.
    pub seed: u64,
    /// Why no more trials are started.
    pub ending: Option<Ending>,
    /// How many training jobs are in which state.
    pub counters: Counters,
    /// The best trial so far.
    pub best: Option<String>,
    /// The best of these and of the jobs that it started from.
    pub overall_best: Option<String>,
    /// Trials since the last improvement of 1 %.
    pub not_improving: u64,
    /// When it had converged.
    pub converged: Option<i64>,
    /// What its finished trials cost, as far as their prices are known.
    pub spent: Money,
}

impl TuningJob {
    /// Tells this job from an earlier one of the same name.
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.created)
    }
}

impl Record for TuningJob {
    const KIND: &'static str = TUNING_JOB;
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.modified
    }
    fn status(&self) -> &str {
        self.status.as_str()
    }
}

/// One trial of a tuning job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Name of its training job.
    pub name: String,
    /// [`TuningJob::id`] of its tuning job.
    pub tuning: String,
    /// Name of its tuning job.
    pub tuning_name: String,
    /// ARN of its tuning job.
    pub tuning_arn: String,
    /// Its place among all trials, from 0.
    pub number: u64,
    /// Which training job definition it is of.
    pub definition: usize,
    /// What was proposed.
    pub point: Point,
    /// The same as hyperparameters.
    pub tuned: BTreeMap<String, String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Final status of its training job.
    pub training: Option<JobStatus>,
    /// Whether it failed by no fault of its own.
    pub retryable: bool,
    /// The objective as it was printed, where early stopping looks at it.
    pub values: Vec<f64>,
    /// The count of values at which it was stopped early.
    pub stopped_at: Option<usize>,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Trial {
    /// Its objective.
    pub fn objective(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Scored(value) => Some(value),
            Outcome::Pending | Outcome::Failed => None,
        }
    }
}

impl Record for Trial {
    const KIND: &'static str = "sagemaker.tuning-trial";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn parent(&self) -> &str {
        &self.tuning
    }
}
