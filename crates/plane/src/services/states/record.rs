//! What is stored of state machines, executions and activities. History events are rows of their own.
//!
//! An execution is two records: what it is, written at its start and at its end, and while it runs its [`Live`] state,
//! which stays small and is written at every advance.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use states::Event;

use crate::store::Record;

/// A state machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateMachine {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Key of its [`Definition`].
    pub definition: String,
    /// The role it runs with.
    pub role_arn: String,
    /// Whether it waits for its last execution to be gone.
    pub deleting: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Names the present definition and role.
    pub revision: String,
    /// As it was given: kept for descriptions, without effect.
    pub logging: Option<Value>,
    /// As it was given: kept for descriptions, without effect.
    pub tracing: Option<Value>,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub modified: i64,
}

impl Record for StateMachine {
    const KIND: &'static str = "states.machine";
    fn key(&self) -> String {
        self.arn.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.modified
    }
    fn status(&self) -> &str {
        if self.deleting { "DELETING" } else { "ACTIVE" }
    }
}

/// The text of a definition, kept as long as the state: executions answer with the one that they started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// SHA-256 of the text in hexadecimal digits.
    pub hash: String,
    /// As it was given.
    pub text: String,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Record for Definition {
    const KIND: &'static str = "states.definition";
    fn key(&self) -> String {
        self.hash.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// What an execution is and came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// ARN of its machine.
    pub machine: String,
    /// Key of the definition that it started with.
    pub definition: String,
    /// The machine's revision at its start.
    pub revision: String,
    /// The role that it started with.
    pub role_arn: String,
    /// Input as it was given.
    pub input: String,
    /// AWS's status word.
    pub status: String,
    /// Milliseconds since the epoch.
    pub started: i64,
    /// Milliseconds since the epoch.
    pub stopped: Option<i64>,
    /// JSON as text.
    pub output: Option<String>,
    /// Name of the error that ended it.
    pub error: Option<String>,
    /// What went wrong.
    pub cause: Option<String>,
}

impl Execution {
    /// The status word of a running execution.
    pub const RUNNING: &'static str = "RUNNING";
}

impl Record for Execution {
    const KIND: &'static str = "states.execution";
    fn key(&self) -> String {
        self.arn.clone()
    }
    fn created(&self) -> i64 {
        self.started
    }
    fn modified(&self) -> i64 {
        self.stopped.unwrap_or(self.started)
    }
    fn status(&self) -> &str {
        &self.status
    }
    fn parent(&self) -> &str {
        &self.machine
    }
}

/// The state of a running execution; gone when it ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// ARN of the execution.
    pub arn: String,
    /// ARN of its machine.
    pub machine: String,
    /// Key of the definition that it started with.
    pub definition: String,
    /// The role that it started with.
    pub role_arn: String,
    /// What the interpreter keeps.
    pub execution: states::Execution,
    /// Events that one transaction had no room for.
    pub pending: VecDeque<Event>,
    /// Calls under way by their task: the integration and the action.
    pub calls: BTreeMap<u64, (String, String)>,
}

impl Record for Live {
    const KIND: &'static str = "states.live";
    fn key(&self) -> String {
        self.arn.clone()
    }
    fn created(&self) -> i64 {
        0
    }
}

/// A job that a task waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Kind of the job's record.
    pub kind: String,
    /// Name of the job.
    pub name: String,
    /// ARN of the execution that waits.
    pub execution: String,
    /// The task within it.
    pub task: u64,
}

impl Watch {
    /// The key of a job's watch.
    pub fn key_of(kind: &str, name: &str) -> String {
        format!("{kind}/{name}")
    }
}

impl Record for Watch {
    const KIND: &'static str = "states.watch";
    fn key(&self) -> String {
        Self::key_of(&self.kind, &self.name)
    }
    fn created(&self) -> i64 {
        0
    }
    fn parent(&self) -> &str {
        &self.execution
    }
}

/// An activity. Nothing polls it yet: a task that waits for one ends by its timeout or with its execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Record for Activity {
    const KIND: &'static str = "states.activity";
    fn key(&self) -> String {
        self.arn.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}
