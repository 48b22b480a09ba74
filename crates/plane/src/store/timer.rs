//! Timers: moments at which a service wants to be called.

use serde::{Deserialize, Serialize};

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Timer {
    /// A timer of a state machine's execution.
    Execution {
        /// ARN of the execution.
        execution: String,
        /// The timer within it.
        timer: String,
    },
    /// The limits of a tuning job.
    Tuning {
        /// Name of the tuning job.
        job: String,
    },
}

impl Timer {
    /// Identifies the timer; setting one with the same key moves it.
    pub fn key(&self) -> String {
        match self {
            Self::Execution { execution, timer } => format!("execution/{execution}/{timer}"),
            Self::Tuning { job } => format!("tuning/{job}"),
        }
    }
}

/// A stored timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRow {
    /// Milliseconds since the epoch.
    pub due: i64,
    /// Whom to call.
    pub timer: Timer,
}
