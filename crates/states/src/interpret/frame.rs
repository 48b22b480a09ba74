//! A frame: one thread of control and what it waits for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Item;
use crate::{Millis, TaskId, TimerId};

/// A frame of an execution, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct FrameId(pub(super) u64);

/// One thread of control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Frame {
    pub(super) parent: Option<Parent>,
    /// The item of an iteration.
    pub(super) item: Option<Item>,
    /// The event that the next one of this frame points at.
    pub(super) last_event: u64,
    /// The state that it is in, or about to enter.
    pub(super) state: String,
    /// The raw input of the state.
    pub(super) input: Value,
    pub(super) entered_event: u64,
    pub(super) entered_at: Millis,
    pub(super) retry_count: u32,
    /// How often each retrier of the state was used.
    pub(super) attempts: Vec<u64>,
    pub(super) stage: Stage,
}

/// Where the output of a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parent {
    pub(super) frame: FrameId,
    /// Which branch or iteration, from 0.
    pub(super) slot: usize,
}

/// How far a frame is in its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// About to enter the state.
    Enter,
    /// The state's work is to be done, for the first time or again.
    Execute,
    /// Until the timer fires.
    Wait { timer: TimerId },
    /// Until the timer fires, then again.
    Retry { timer: TimerId },
    /// Until the task ends.
    Task(RunningTask),
    /// Until every branch has ended.
    Parallel { slots: Vec<Slot> },
    /// Until every iteration has ended.
    Map(Iterations),
}

/// A task under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RunningTask {
    pub(super) task: TaskId,
    pub(super) started: bool,
    pub(super) submitted: bool,
    pub(super) timeout: Option<TimerId>,
    pub(super) heartbeat: Option<TimerId>,
    pub(super) heartbeat_seconds: Option<u64>,
}

/// The iterations of a Map state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Iterations {
    /// What `$` means in the item selector.
    pub(super) input: Value,
    /// The items; those that were taken leave `null` behind.
    pub(super) items: Vec<Value>,
    /// The first item that was not taken yet.
    pub(super) next: usize,
    pub(super) concurrency: u64,
    pub(super) running: u64,
    pub(super) slots: Vec<Slot>,
}

/// The place for the output of one branch or iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Slot {
    Pending,
    Done(Value),
}

impl Frame {
    /// A frame that is about to enter its first state.
    pub(super) fn new(
        parent: Option<Parent>,
        state: String,
        input: Value,
        last_event: u64,
    ) -> Frame {
        Frame {
            parent,
            item: None,
            last_event,
            state,
            input,
            entered_event: 0,
            entered_at: 0,
            retry_count: 0,
            attempts: Vec::new(),
            stage: Stage::Enter,
        }
    }

    /// Whether it has something to do now.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Enter | Stage::Execute)
    }

    /// The task that it waits for.
    pub(super) fn task(&self) -> Option<TaskId> {
        match &self.stage {
            Stage::Task(running) => Some(running.task),
            _ => None,
        }
    }

    /// The timers that it has set.
    pub(super) fn timers(&self) -> Vec<TimerId> {
        match &self.stage {
            Stage::Wait { timer } | Stage::Retry { timer } => vec![*timer],
            Stage::Task(running) => running
                .timeout
                .into_iter()
                .chain(running.heartbeat)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The outputs in order, once all are there.
pub(super) fn outputs(slots: &mut [Slot]) -> Option<Value> {
    if slots.iter().any(|slot| matches!(slot, Slot::Pending)) {
        return None;
    }
    let take = |slot: &mut Slot| match std::mem::replace(slot, Slot::Pending) {
        Slot::Done(value) => value,
        Slot::Pending => Value::Null,
    };
    Some(slots.iter_mut().map(take).collect())
}
