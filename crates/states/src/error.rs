//! Why a state fails: errors of the interpreter with AWS's wording, and failures on their way up.

use thiserror::Error;

use crate::Fault;
use crate::path::PathError;

/// Names of errors that the interpreter itself reports.
pub(crate) mod name {
    pub(crate) const ALL: &str = "States.ALL";
    pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
    pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
    pub(crate) const RUNTIME: &str = "States.Runtime";
    pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
    pub(crate) const TIMEOUT: &str = "States.Timeout";
}

/// Why an expression or a field of a state has no usable value. The texts are AWS's.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum EvaluationError {
    #[error("Invalid path '{path}' : {reason}")]
    InvalidPath { path: String, reason: PathError },
    #[error(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    )]
    NotInInput {
        path: String,
        field: String,
        input: String,
    },
    #[error("The function '{call}' had the following error: {reason}")]
    Intrinsic { call: String, reason: String },
    /// The values of one state's expressions are more than any state may pass on.
    #[error("the data is over the limit")]
    TooMuchData,
    /// A field refers to a value that it cannot use.
    #[error("{0}")]
    Field(String),
}

/// A failure of a state on its way through Retry and Catch to the state around it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    pub(crate) reach: Reach,
    /// The event that failed; what is stopped because of it points there.
    pub(crate) event: u64,
}

/// What a failure can be met by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Retry and Catch by name.
    Ordinary,
    /// As `States.Timeout`, and by the name of a missed heartbeat as well.
    Heartbeat,
    /// Nothing: the execution fails.
    Terminal,
}

impl Failure {
    /// Whether an `ErrorEquals` that holds `name` speaks of this failure.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let error = self.fault.error.as_deref();
        match name {
            _ if self.reach == Reach::Terminal => false,
            name::ALL => true,
            name::TASK_FAILED => error != Some(name::TIMEOUT),
            name::HEARTBEAT_TIMEOUT if self.reach == Reach::Heartbeat => true,
            _ => error == Some(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(error: &str, reach: Reach) -> Failure {
        Failure {
            fault: Fault {
                error: Some(error.into()),
                cause: None,
            },
            reach,
            event: 1,
        }
    }

    #[test]
    fn wildcards_cover_what_the_guide_says() {
        for (error, reach, name, expected) in [
            ("Custom", Reach::Ordinary, "Custom", true),
            ("Custom", Reach::Ordinary, "Other", false),
            ("Custom", Reach::Ordinary, "States.ALL", true),
            ("Custom", Reach::Ordinary, "States.TaskFailed", true),
            (
                "States.Timeout",
                Reach::Ordinary,
                "States.TaskFailed",
                false,
            ),
            (
                "States.Timeout",
                Reach::Ordinary,
                "States.HeartbeatTimeout",
                false,
            ),
            (
                "States.Timeout",
                Reach::Heartbeat,
                "States.HeartbeatTimeout",
                true,
            ),
            ("States.Timeout", Reach::Heartbeat, "States.Timeout", true),
            ("States.Timeout", Reach::Heartbeat, "States.ALL", true),
            ("States.Runtime", Reach::Terminal, "States.ALL", false),
            ("States.Runtime", Reach::Terminal, "States.Runtime", false),
        ] {
            assert_eq!(
                failure(error, reach).is_named(name),
                expected,
                "{error} {name}"
            );
        }
    }

    #[test]
    fn a_failure_without_a_name_is_met_by_wildcards_alone() {
        let bare = Failure {
            fault: Fault::default(),
            reach: Reach::Ordinary,
            event: 1,
        };
        assert!(bare.is_named("States.ALL") && bare.is_named("States.TaskFailed"));
        assert!(!bare.is_named("Custom"));
    }
}
