//! What the caller tells an execution. An event for a task or a timer that is no longer live is ignored.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{TaskId, TimerId};

/// Something that happened outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The work has begun; the heartbeat clock starts.
    TaskStarted {
        /// Which task.
        task: TaskId,
    },
    /// A worker took the activity; the heartbeat clock starts.
    ActivityStarted {
        /// Which task.
        task: TaskId,
        /// The name that the worker gave, where it gave one.
        worker: Option<String>,
    },
    /// A `.sync` or `.waitForTaskToken` call was accepted; the work goes on.
    TaskSubmitted {
        /// Which task.
        task: TaskId,
        /// What the call answered.
        output: Value,
    },
    /// The work is done.
    TaskSucceeded {
        /// Which task.
        task: TaskId,
        /// Its result.
        output: Value,
    },
    /// The work failed.
    TaskFailed {
        /// Which task.
        task: TaskId,
        /// The error's name, for Retry and Catch; empty when the worker gave none.
        error: String,
        /// What went wrong, in words.
        cause: Option<String>,
    },
    /// A worker is alive: the heartbeat clock starts anew.
    TaskHeartbeat {
        /// Which task.
        task: TaskId,
    },
    /// A timer's moment has come.
    TimerFired {
        /// Which timer.
        timer: TimerId,
    },
    /// Somebody stops the execution.
    Stop {
        /// The error to report.
        error: Option<String>,
        /// The cause to report.
        cause: Option<String>,
    },
}
