//! What happens to a state that fails: a retry, a catch, or the failure of what is around it.

use serde_json::{Map, Value};

use super::engine::{Engine, Trouble};
use super::frame::{FrameId, Stage};
use super::surroundings::surroundings;
use crate::error::{self, Failure, Reach};
use crate::machine::{Fail, Jitter, Retrier, State, StateType, Transition, Words};
use crate::{EventKind, Fault};

/// Milliseconds of the longest wait before a retry, whatever the back-off computes: a year.
const LONGEST_DELAY: f64 = 31_536_000_000.0;

impl Engine<'_> {
    /// Runs a Fail state.
    pub(super) fn fail(&mut self, id: FrameId, fail: &Fail) -> Result<(), Trouble> {
        let error = self.words(id, fail.error.as_ref())?;
        let cause = self.words(id, fail.cause.as_ref())?;
        let event = self.frame(id).last_event;
        let fault = Fault { error, cause };
        self.fail_frame(
            id,
            Failure {
                fault,
                reach: Reach::Ordinary,
                event,
            },
        );
        Ok(())
    }

    fn words(&mut self, id: FrameId, words: Option<&Words>) -> Result<Option<String>, Trouble> {
        match words {
            None => Ok(None),
            Some(Words::Literal(text)) => Ok(Some(text.clone())),
            Some(Words::Expression { field, expression }) => {
                let (frame, mut environment) = surroundings(self.execution, id, None);
                match expression.evaluate(field, &frame.input, &mut environment)? {
                    Value::String(text) => Ok(Some(text)),
                    value => {
                        let message =
                            format!("The {field} field must be a string but was: {value}");
                        Err(Trouble::Evaluation(error::EvaluationError::Field(message)))
                    }
                }
            }
        }
    }

    /// Fails the execution for what the interpreter itself cannot do: no rule of the machine meets such an error.
    pub(super) fn fail_by(&mut self, id: FrameId, trouble: Trouble) {
        let frame = self.frame(id);
        let fault = match trouble {
            Trouble::Evaluation(reason) => {
                let cause = format!(
                    "An error occurred while executing the state '{}' (entered at the event id #{}). {reason}",
                    frame.state, frame.entered_event
                );
                Fault {
                    error: Some(error::name::RUNTIME.to_owned()),
                    cause: Some(cause),
                }
            }
            Trouble::TooMuchData => too_much_data(&frame.state),
        };
        let failure = Failure {
            fault,
            reach: Reach::Terminal,
            event: frame.last_event,
        };
        self.fail_state(id, failure);
    }

    /// Meets the failure of a state by its rules, or passes it on.
    pub(super) fn fail_state(&mut self, id: FrameId, failure: Failure) {
        if failure.reach == Reach::Terminal {
            return self.fail_execution(failure.fault, failure.event);
        }
        let state = self.state_of(id);
        self.frame_mut(id).last_event = failure.event;
        if let Some(delay) = self.delay_before_retry(id, state, &failure) {
            let timer = self.set_timer(self.now.saturating_add(delay));
            self.frame_mut(id).stage = Stage::Retry { timer };
            return;
        }
        match state.state_type() {
            StateType::Parallel => drop(self.record_next(id, EventKind::ParallelFailed)),
            StateType::Map => drop(self.record_next(id, EventKind::MapFailed)),
            _ => {}
        }
        let caught = state
            .catch
            .iter()
            .find(|c| c.error_equals.iter().any(|name| failure.is_named(name)));
        let Some(catcher) = caught else {
            return self.fail_frame(id, failure);
        };
        let raw = std::mem::take(&mut self.frame_mut(id).input);
        let (_, mut environment) = surroundings(self.execution, id, None);
        let output = catcher
            .flow
            .output(raw, error_output(&failure.fault), &mut environment);
        let next = Transition::Next(catcher.next.clone());
        let done = output
            .map_err(Trouble::from)
            .and_then(|output| self.leave(id, output, &next));
        self.go_on(id, done);
    }

    /// Fails a whole frame, and with it the state around it; what ran beside it is stopped.
    fn fail_frame(&mut self, id: FrameId, failure: Failure) {
        let frame = self.frame(id);
        let failure = Failure {
            event: frame.last_event,
            ..failure
        };
        let Some(parent) = frame.parent else {
            return self.fail_execution(failure.fault, failure.event);
        };
        if let Some(index) = frame.item.as_ref().map(|item| item.index) {
            let name = self.frame(parent.frame).state.clone();
            self.record(failure.event, EventKind::IterationFailed { name, index });
        }
        self.execution.frames.remove(&id);
        self.abort_children(parent.frame, failure.event);
        self.fail_state(parent.frame, failure);
    }

    fn abort_children(&mut self, id: FrameId, event: u64) {
        let is_child =
            |frame: &super::frame::Frame| frame.parent.is_some_and(|parent| parent.frame == id);
        let children: Vec<FrameId> = self
            .execution
            .frames
            .iter()
            .filter(|(_, f)| is_child(f))
            .map(|(id, _)| *id)
            .collect();
        for child in children {
            self.abort_children(child, event);
            let state_type = self.state_of(child).state_type();
            let Some(frame) = self.execution.frames.remove(&child) else {
                continue;
            };
            self.release(&frame);
            let is_aborted = match state_type {
                StateType::Task | StateType::Wait | StateType::Parallel | StateType::Map => {
                    frame.stage != Stage::Enter
                }
                // No event tells of the others: they never wait for anything.
                _ => false,
            };
            if is_aborted {
                self.record(event, EventKind::StateAborted { state_type });
            }
            if let Some(item) = &frame.item {
                let name = self.frame(id).state.clone();
                self.record(
                    event,
                    EventKind::IterationAborted {
                        name,
                        index: item.index,
                    },
                );
            }
        }
    }

    /// The milliseconds to wait, if the first retrier that names the error has tries left.
    fn delay_before_retry(&mut self, id: FrameId, state: &State, failure: &Failure) -> Option<i64> {
        let names = |retrier: &Retrier| {
            retrier
                .error_equals
                .iter()
                .any(|name| failure.is_named(name))
        };
        let position = state.retry.iter().position(names)?;
        let retrier = &state.retry[position];
        let tries = self.frame(id).attempts.get(position).copied()?;
        if tries >= retrier.max_attempts {
            return None;
        }
        self.frame_mut(id).attempts[position] = tries + 1;
        let delay = delay(retrier, tries);
        Some(match retrier.jitter {
            Jitter::None => delay,
            Jitter::Full => self.execution.random.in_range(0, delay + 1),
        })
    }
}

/// `min(MaxDelaySeconds, IntervalSeconds * BackoffRate ^ tries)` in milliseconds.
fn delay(retrier: &Retrier, tries: u64) -> i64 {
    let power = i32::try_from(tries).unwrap_or(i32::MAX);
    let backed_off = retrier.interval_seconds as f64 * retrier.backoff_rate.powi(power) * 1000.0;
    let most = retrier
        .max_delay_seconds
        .map_or(LONGEST_DELAY, |seconds| seconds as f64 * 1000.0);
    // Rounded, within the bounds of a year: the conversion is exact.
    backed_off.min(most).round() as i64
}

/// The failure for data over the limit.
pub(super) fn too_much_data(state: &str) -> Fault {
    let cause = format!(
        "The state/task '{state}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    Fault {
        error: Some(error::name::DATA_LIMIT_EXCEEDED.to_owned()),
        cause: Some(cause),
    }
}

/// What a catcher sees; what is absent in the failure is absent here.
fn error_output(fault: &Fault) -> Value {
    let mut output = Map::new();
    for (name, value) in [("Error", &fault.error), ("Cause", &fault.cause)] {
        if let Some(value) = value {
            output.insert(name.to_owned(), value.clone().into());
        }
    }
    Value::Object(output)
}
