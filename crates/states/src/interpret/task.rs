//! Starts the work of a Task state.

use serde_json::Value;

use super::engine::{Engine, Trouble};
use super::frame::{FrameId, RunningTask, Stage};
use super::surroundings::surroundings;
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::machine::{Amount, State, Task};
use crate::random::task_token;
use crate::template::read_path;
use crate::{Effect, EventKind, TaskId, TaskPhase, limits};

/// What is computed before a task is asked for.
struct Call {
    arguments: Value,
    timeout_seconds: Option<u64>,
    heartbeat_seconds: Option<u64>,
    role_arn: Option<String>,
}

impl Engine<'_> {
    /// Asks for the task and sets the timer for its end. A retry is a task of its own.
    pub(super) fn task(&mut self, id: FrameId, state: &State, task: &Task) -> Result<(), Trouble> {
        let number = self.execution.last_task + 1;
        let token = task_token(
            self.execution.start.seed,
            &self.execution.start.execution_arn,
            number,
        );
        let call = self.call(id, state, task, &token)?;
        let parameters = self.sized(&call.arguments)?;
        self.execution.last_task = number;
        let phase = TaskPhase::Scheduled {
            parameters,
            region: self.execution.start.region.clone(),
            timeout_seconds: call.timeout_seconds,
            heartbeat_seconds: call.heartbeat_seconds,
            role_arn: call.role_arn.clone(),
        };
        self.record_next(
            id,
            EventKind::Task {
                integration: task.resource.integration(),
                phase,
            },
        );
        self.outcome.effects.push(Effect::RunTask {
            task: TaskId(number),
            state: state.name.clone(),
            resource: task.resource.clone(),
            parameters: call.arguments,
            token,
            role_arn: call.role_arn,
        });
        let end = call
            .timeout_seconds
            .map(|seconds| self.now.saturating_add(limits::millis(seconds)));
        let timeout = end.map(|at| self.set_timer(at));
        self.frame_mut(id).stage = Stage::Task(RunningTask {
            task: TaskId(number),
            started: false,
            submitted: false,
            timeout,
            heartbeat: None,
            heartbeat_seconds: call.heartbeat_seconds,
        });
        Ok(())
    }

    fn call(
        &mut self,
        id: FrameId,
        state: &State,
        task: &Task,
        token: &str,
    ) -> Result<Call, Trouble> {
        let visible_token = task.resource.waits_for_token().then(|| token.to_owned());
        let (frame, mut environment) = surroundings(self.execution, id, visible_token);
        let input = state.flow.input(&frame.input, &mut environment)?;
        let timeout_seconds = seconds(
            "TimeoutSecondsPath",
            task.timeout.as_ref(),
            &input,
            &environment,
        )?;
        let heartbeat_seconds = seconds(
            "HeartbeatSecondsPath",
            task.heartbeat.as_ref(),
            &input,
            &environment,
        )?;
        let role_arn = match &task.credentials {
            None => None,
            Some(template) => match template.fill(&input, &mut environment)?.get("RoleArn") {
                Some(Value::String(arn)) => Some(arn.clone()),
                other => {
                    let shown = other.map_or_else(|| "absent".to_owned(), Value::to_string);
                    let message =
                        format!("The RoleArn of Credentials must be a string but was: {shown}");
                    return Err(EvaluationError::Field(message).into());
                }
            },
        };
        let arguments = state.flow.arguments(input, &mut environment)?;
        Ok(Call {
            arguments,
            timeout_seconds,
            heartbeat_seconds,
            role_arn,
        })
    }
}

fn seconds(
    field: &str,
    amount: Option<&Amount>,
    input: &Value,
    environment: &Environment<'_>,
) -> Result<Option<u64>, EvaluationError> {
    let path = match amount {
        None => return Ok(None),
        Some(Amount::Literal(seconds)) => return Ok(Some(*seconds)),
        Some(Amount::Path(path)) => path,
    };
    let value = read_path(path, input, environment)?;
    if value.as_i64().is_some_and(|seconds| seconds <= 0) {
        let message =
            format!("The {field} parameter does not reference a positive value: {path} == {value}");
        return Err(EvaluationError::Field(message));
    }
    let whole = value
        .as_u64()
        .map(|seconds| seconds.min(limits::FIELD_SECONDS));
    whole.map(Some).ok_or_else(|| {
        let message =
            format!("The {field} parameter cannot be parsed as a long value: {path} == {value}");
        EvaluationError::Field(message)
    })
}
