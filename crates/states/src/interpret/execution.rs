//! An execution: plain data between two calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::engine::Engine;
use super::frame::{Frame, FrameId};
use crate::random::Random;
use crate::{Event, EventKind, Fault, Machine, Millis, Outcome, Start, TimerId, limits};

/// One execution of a machine: live frames and counters, nothing of what is over.
///
/// ```
/// use states::{Effect, Event, Execution, Machine, Start, Status};
///
/// let machine = Machine::parse(r#"{"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 5, "End": true}}}"#)
///     .expect("the definition is valid");
/// let (mut execution, outcome) = Execution::start(&machine, Start::default(), 1000);
/// let Some(Effect::SetTimer { timer, at: 6000 }) = outcome.effects.last() else { panic!("it waits") };
/// execution.advance(&machine, Event::TimerFired { timer: *timer }, 6000);
/// assert!(matches!(execution.status(), Status::Succeeded { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    pub(super) start: Start,
    pub(super) started_at: Millis,
    pub(super) status: Status,
    pub(super) last_event: u64,
    pub(super) last_frame: u64,
    pub(super) last_task: u64,
    pub(super) last_timer: u64,
    pub(super) random: Random,
    /// Fires when the execution has taken as long as it may.
    pub(super) deadline: Option<TimerId>,
    /// Fires at once: goes on with what one step had no room for.
    pub(super) continuation: Option<TimerId>,
    pub(super) frames: BTreeMap<FrameId, Frame>,
}

/// How an execution stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Status {
    /// It goes on.
    Running,
    /// It ended well.
    Succeeded {
        /// Its output.
        output: Value,
    },
    /// A state failed and nothing met the error.
    Failed {
        /// The error's name.
        error: Option<String>,
        /// What went wrong, in words.
        cause: Option<String>,
    },
    /// It took longer than it may.
    TimedOut {
        /// `States.Timeout`.
        error: Option<String>,
        /// Absent.
        cause: Option<String>,
    },
    /// Somebody stopped it.
    Aborted {
        /// As given by whoever stopped it.
        error: Option<String>,
        /// As given by whoever stopped it.
        cause: Option<String>,
    },
}

impl Execution {
    /// Starts an execution and runs it until it waits for something or ends.
    ///
    /// ```
    /// # use states::{Execution, Machine, Start, Status};
    /// let machine = Machine::parse(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "No"}}}"#)
    ///     .expect("the definition is valid");
    /// let (execution, outcome) = Execution::start(&machine, Start::default(), 0);
    /// let types: Vec<&str> = outcome.history.iter().map(|event| event.event_type()).collect();
    /// assert_eq!(types, ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
    /// assert_eq!(execution.status(), &Status::Failed { error: Some("No".into()), cause: None });
    /// ```
    pub fn start(machine: &Machine, start: Start, now: Millis) -> (Execution, Outcome) {
        let mut start = start;
        let input = start.input.clone();
        if limits::is_too_deep(&input) {
            // The first state fails for it; what is kept must stay readable.
            start.input = Value::Null;
        }
        let seconds = machine
            .timeout_seconds
            .unwrap_or(limits::EXECUTION_SECONDS)
            .min(limits::EXECUTION_SECONDS);
        let mut execution = Execution {
            random: Random::new(start.seed),
            start,
            started_at: now,
            status: Status::Running,
            last_event: 0,
            last_frame: 0,
            last_task: 0,
            last_timer: 0,
            deadline: None,
            continuation: None,
            frames: BTreeMap::new(),
        };
        let mut engine = Engine::new(machine, &mut execution, now);
        let role_arn = engine.execution.start.role_arn.clone();
        engine.record(
            0,
            EventKind::ExecutionStarted {
                input: input.to_string(),
                role_arn,
            },
        );
        engine.execution.deadline =
            Some(engine.set_timer(now.saturating_add(limits::millis(seconds))));
        // The entered event of the first state points at nothing, not at the start of the execution.
        engine.add_frame(Frame::new(None, machine.root.start_at.clone(), input, 0));
        engine.run();
        let outcome = engine.outcome;
        (execution, outcome)
    }

    /// Tells the execution what happened and runs it until it waits again or ends.
    ///
    /// `machine` is the one that it started with. An event for a task or a timer that is not live changes nothing.
    ///
    /// ```
    /// # use states::{Event, Execution, Machine, Start, Status};
    /// # let machine = Machine::parse(r#"{"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 5, "End": true}}}"#)
    /// #     .expect("the definition is valid");
    /// let (mut execution, _) = Execution::start(&machine, Start::default(), 0);
    /// let outcome = execution.advance(&machine, Event::Stop { error: None, cause: Some("enough".into()) }, 10);
    /// assert_eq!(outcome.history[0].event_type(), "ExecutionAborted");
    /// assert!(matches!(execution.status(), Status::Aborted { .. }));
    /// ```
    pub fn advance(&mut self, machine: &Machine, event: Event, now: Millis) -> Outcome {
        if self.status != Status::Running {
            return Outcome::default();
        }
        let mut engine = Engine::new(machine, self, now);
        match event {
            Event::TaskStarted { task } => engine.task_started(task, None),
            Event::ActivityStarted { task, worker } => engine.task_started(task, worker),
            Event::TaskSubmitted { task, output } => engine.task_submitted(task, &output),
            Event::TaskSucceeded { task, output } => engine.task_succeeded(task, output),
            Event::TaskFailed { task, error, cause } => engine.task_failed(task, error, cause),
            Event::TaskHeartbeat { task } => engine.task_heartbeat(task),
            Event::TimerFired { timer } => engine.timer_fired(timer),
            Event::Stop { error, cause } => {
                let fault = Fault {
                    error: error.clone(),
                    cause: cause.clone(),
                };
                engine.end(
                    Status::Aborted { error, cause },
                    0,
                    EventKind::ExecutionAborted(fault),
                );
            }
        }
        engine.run();
        engine.outcome
    }

    /// How it stands.
    ///
    /// ```
    /// # use states::{Execution, Machine, Start, Status};
    /// # let machine = Machine::parse(r#"{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}"#).expect("valid");
    /// let (execution, _) = Execution::start(&machine, Start::default(), 0);
    /// assert_eq!(execution.status(), &Status::Succeeded { output: serde_json::json!({}) });
    /// ```
    pub fn status(&self) -> &Status {
        &self.status
    }
}
