//! What an execution asks of its caller. Effects are at-least-once: each has an id that never changes its meaning.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{HistoryEvent, Millis, Resource};

/// A task of an execution, counted from 1. A retry is a new task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId(pub u64);

/// A timer of an execution, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimerId(pub u64);

/// Something for the caller to carry out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Start the work of a Task state and report it by [`crate::Event`]s.
    RunTask {
        /// The id that events name.
        task: TaskId,
        /// The name of the state.
        state: String,
        /// What to call.
        resource: Resource,
        /// What to call it with.
        parameters: Value,
        /// The token under which a worker or a callback reports; unique, not to be guessed.
        token: String,
        /// The role of the state's `Credentials`, where it has them.
        role_arn: Option<String>,
    },
    /// Stop a task; its events are ignored from now on.
    CancelTask {
        /// The task to stop.
        task: TaskId,
    },
    /// Send [`crate::Event::TimerFired`] at that moment, or soon after.
    SetTimer {
        /// The id that the event names.
        timer: TimerId,
        /// When.
        at: Millis,
    },
    /// Forget a timer.
    CancelTimer {
        /// The timer to forget.
        timer: TimerId,
    },
}

/// What one step of an execution produced.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// For the caller to carry out, in order.
    pub effects: Vec<Effect>,
    /// What happened, in order, ids without a gap.
    pub history: Vec<HistoryEvent>,
}

impl Outcome {
    /// Cancels a task; one that was asked for in this same step is never asked for.
    pub(crate) fn cancel_task(&mut self, task: TaskId) {
        let asked = |e: &Effect| matches!(e, Effect::RunTask { task: t, .. } if *t == task);
        match self.effects.iter().position(asked) {
            Some(index) => {
                self.effects.remove(index);
            }
            None => self.effects.push(Effect::CancelTask { task }),
        }
    }

    /// Cancels a timer; one that was set in this same step is never set.
    pub(crate) fn cancel_timer(&mut self, timer: TimerId) {
        let set = |e: &Effect| matches!(e, Effect::SetTimer { timer: t, .. } if *t == timer);
        match self.effects.iter().position(set) {
            Some(index) => {
                self.effects.remove(index);
            }
            None => self.effects.push(Effect::CancelTimer { timer }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_in_the_same_step_is_taken_back_instead_of_cancelled() {
        let mut outcome = Outcome::default();
        outcome.effects.push(Effect::SetTimer {
            timer: TimerId(2),
            at: 5,
        });
        outcome.cancel_timer(TimerId(2));
        assert_eq!(outcome.effects, []);
        outcome.cancel_timer(TimerId(1));
        outcome.cancel_task(TaskId(3));
        assert_eq!(
            outcome.effects,
            [
                Effect::CancelTimer { timer: TimerId(1) },
                Effect::CancelTask { task: TaskId(3) }
            ]
        );
    }
}
