//! A history event as a value.

use crate::{Millis, StateType};

/// One event of an execution's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEvent {
    /// Counts 1, 2, 3... over the whole execution.
    pub id: u64,
    /// The event that caused this one; smaller than `id`, 0 for none.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Millis,
    /// What happened.
    pub kind: EventKind,
}

/// What happened. Inputs and outputs are JSON as text, as on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// The execution began.
    ExecutionStarted {
        /// Its input.
        input: String,
        /// Its role.
        role_arn: String,
    },
    /// The execution ended well.
    ExecutionSucceeded {
        /// Its output.
        output: String,
    },
    /// The execution failed.
    ExecutionFailed(Fault),
    /// The execution took longer than it may.
    ExecutionTimedOut(Fault),
    /// Somebody stopped the execution.
    ExecutionAborted(Fault),
    /// A state was entered.
    StateEntered {
        /// Its type.
        state_type: StateType,
        /// Its name.
        name: String,
        /// Its raw input.
        input: String,
    },
    /// A state was left.
    StateExited {
        /// Its type.
        state_type: StateType,
        /// Its name.
        name: String,
        /// Its output.
        output: String,
    },
    /// A state was stopped because a neighbour failed.
    StateAborted {
        /// Its type.
        state_type: StateType,
    },
    /// The branches of a Parallel state began.
    ParallelStarted,
    /// All branches of a Parallel state ended well.
    ParallelSucceeded,
    /// A branch of a Parallel state failed.
    ParallelFailed,
    /// A Map state began to iterate.
    MapStarted {
        /// The number of items.
        length: u64,
    },
    /// All iterations of a Map state ended well.
    MapSucceeded,
    /// An iteration of a Map state failed.
    MapFailed,
    /// An iteration began.
    IterationStarted {
        /// The name of the Map state.
        name: String,
        /// Which item, from 0.
        index: u64,
    },
    /// An iteration ended well.
    IterationSucceeded {
        /// The name of the Map state.
        name: String,
        /// Which item, from 0.
        index: u64,
    },
    /// An iteration failed.
    IterationFailed {
        /// The name of the Map state.
        name: String,
        /// Which item, from 0.
        index: u64,
    },
    /// An iteration was stopped because another failed.
    IterationAborted {
        /// The name of the Map state.
        name: String,
        /// Which item, from 0.
        index: u64,
    },
    /// The work of a Task state went on.
    Task {
        /// Which family of events it is told in.
        integration: Integration,
        /// How far it is.
        phase: TaskPhase,
    },
}

/// An error and its cause, each absent when nobody gave one.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// The error's name.
    pub error: Option<String>,
    /// What went wrong, in words.
    pub cause: Option<String>,
}

/// The family of events that tells of a task.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Integration {
    /// A service: `Task...` events.
    Service {
        /// The service, such as `lambda` or `aws-sdk:s3`.
        resource_type: String,
        /// The action with its pattern, such as `invoke.waitForTaskToken`.
        resource: String,
    },
    /// A function by its ARN: `LambdaFunction...` events.
    Lambda {
        /// The ARN.
        resource: String,
    },
    /// An activity: `Activity...` events.
    Activity {
        /// The ARN.
        resource: String,
    },
}

/// How far a task is.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskPhase {
    /// It was asked for.
    Scheduled {
        /// What it is called with.
        parameters: String,
        /// Where it runs.
        region: String,
        /// The time it has.
        timeout_seconds: Option<u64>,
        /// The time between two heartbeats.
        heartbeat_seconds: Option<u64>,
        /// The role of the state's `Credentials`.
        role_arn: Option<String>,
    },
    /// It began.
    Started {
        /// The worker that took an activity.
        worker: Option<String>,
    },
    /// The call was accepted, the work goes on.
    Submitted {
        /// What the call answered.
        output: String,
    },
    /// It ended well.
    Succeeded {
        /// Its result.
        output: String,
    },
    /// It failed.
    Failed(Fault),
    /// It, or its heartbeat, took too long.
    TimedOut(Fault),
}

impl HistoryEvent {
    /// The event's type as AWS names it, such as `PassStateEntered`.
    ///
    /// ```
    /// use states::{EventKind, HistoryEvent};
    /// let kind = EventKind::ParallelStarted;
    /// let event = HistoryEvent { id: 3, previous_event_id: 2, timestamp: 0, kind };
    /// assert_eq!(event.event_type(), "ParallelStateStarted");
    /// ```
    pub fn event_type(&self) -> &'static str {
        match &self.kind {
            EventKind::ExecutionStarted { .. } => "ExecutionStarted",
            EventKind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventKind::ExecutionFailed(_) => "ExecutionFailed",
            EventKind::ExecutionTimedOut(_) => "ExecutionTimedOut",
            EventKind::ExecutionAborted(_) => "ExecutionAborted",
            EventKind::StateEntered { state_type, .. } => entered(*state_type),
            EventKind::StateExited { state_type, .. } => exited(*state_type),
            EventKind::StateAborted { state_type } => aborted(*state_type),
            EventKind::ParallelStarted => "ParallelStateStarted",
            EventKind::ParallelSucceeded => "ParallelStateSucceeded",
            EventKind::ParallelFailed => "ParallelStateFailed",
            EventKind::MapStarted { .. } => "MapStateStarted",
            EventKind::MapSucceeded => "MapStateSucceeded",
            EventKind::MapFailed => "MapStateFailed",
            EventKind::IterationStarted { .. } => "MapIterationStarted",
            EventKind::IterationSucceeded { .. } => "MapIterationSucceeded",
            EventKind::IterationFailed { .. } => "MapIterationFailed",
            EventKind::IterationAborted { .. } => "MapIterationAborted",
            EventKind::Task { integration, phase } => task(integration, phase),
        }
    }
}

fn entered(state_type: StateType) -> &'static str {
    match state_type {
        StateType::Pass => "PassStateEntered",
        StateType::Task => "TaskStateEntered",
        StateType::Choice => "ChoiceStateEntered",
        StateType::Wait => "WaitStateEntered",
        StateType::Succeed => "SucceedStateEntered",
        StateType::Fail => "FailStateEntered",
        StateType::Parallel => "ParallelStateEntered",
        StateType::Map => "MapStateEntered",
    }
}

fn exited(state_type: StateType) -> &'static str {
    match state_type {
        StateType::Pass => "PassStateExited",
        StateType::Task => "TaskStateExited",
        StateType::Choice => "ChoiceStateExited",
        StateType::Wait => "WaitStateExited",
        StateType::Succeed => "SucceedStateExited",
        // A Fail state is never left; the name exists for completeness of the table alone.
        StateType::Fail => "FailStateExited",
        StateType::Parallel => "ParallelStateExited",
        StateType::Map => "MapStateExited",
    }
}

/// Only states that can be found waiting are ever aborted: the four that AWS has an event for.
fn aborted(state_type: StateType) -> &'static str {
    match state_type {
        StateType::Wait => "WaitStateAborted",
        StateType::Parallel => "ParallelStateAborted",
        StateType::Map => "MapStateAborted",
        _ => "TaskStateAborted",
    }
}

fn task(integration: &Integration, phase: &TaskPhase) -> &'static str {
    let names = match integration {
        Integration::Service { .. } => [
            "TaskScheduled",
            "TaskStarted",
            "TaskSubmitted",
            "TaskSucceeded",
            "TaskFailed",
            "TaskTimedOut",
        ],
        // Neither a function nor an activity is ever submitted: its work is awaited by itself.
        Integration::Lambda { .. } => [
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionStarted",
            "LambdaFunctionSucceeded",
            "LambdaFunctionFailed",
            "LambdaFunctionTimedOut",
        ],
        Integration::Activity { .. } => [
            "ActivityScheduled",
            "ActivityStarted",
            "ActivityStarted",
            "ActivitySucceeded",
            "ActivityFailed",
            "ActivityTimedOut",
        ],
    };
    names[match phase {
        TaskPhase::Scheduled { .. } => 0,
        TaskPhase::Started { .. } => 1,
        TaskPhase::Submitted { .. } => 2,
        TaskPhase::Succeeded { .. } => 3,
        TaskPhase::Failed(_) => 4,
        TaskPhase::TimedOut(_) => 5,
    }]
}
