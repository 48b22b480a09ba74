//! Effects: what the world must do because of a committed decision.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something to perform after the commit. Idempotent: performing it twice does what once does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Start the process of a processing, training or transform job; `kind` is the record's kind.
    StartJob {
        /// Kind of the job's record.
        kind: String,
        /// Name of the job.
        name: String,
    },
    /// Ask the processes of a job to end.
    StopJob {
        /// Kind of the job's record.
        kind: String,
        /// Name of the job.
        name: String,
    },
    /// Make an endpoint's replicas be those of a configuration.
    StartEndpoint {
        /// Name of the endpoint.
        name: String,
        /// Name of the configuration.
        config: String,
    },
    /// End an endpoint's replicas.
    StopEndpoint {
        /// Name of the endpoint.
        name: String,
    },
    /// Make a call for a state machine's task that needs more than records: object bytes, an endpoint.
    CallService {
        /// ARN of the execution.
        execution: String,
        /// The task within it.
        task: String,
        /// Service, such as `s3`.
        service: String,
        /// Operation in AWS's spelling, such as `GetObject`.
        operation: String,
        /// Its request.
        parameters: Value,
    },
}

impl Effect {
    /// Identifies the effect: derived from the record that caused it, so that asking twice is asking once.
    pub fn key(&self) -> String {
        match self {
            Self::StartJob { kind, name } => format!("start/{kind}/{name}"),
            Self::StopJob { kind, name } => format!("stop/{kind}/{name}"),
            Self::StartEndpoint { name, config } => format!("start/endpoint/{name}/{config}"),
            Self::StopEndpoint { name } => format!("stop/endpoint/{name}"),
            Self::CallService {
                execution, task, ..
            } => format!("call/{execution}/{task}"),
        }
    }
}

/// A stored effect that nobody has settled.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectRow {
    /// Order of emission.
    pub sequence: i64,
    /// The effect's key.
    pub key: String,
    /// What to do.
    pub effect: Effect,
}
