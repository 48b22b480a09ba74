//! How frames and executions end.

use serde_json::Value;

use super::Status;
use super::engine::Engine;
use super::frame::{Frame, FrameId, Stage};
use crate::{EventKind, Fault};

impl Engine<'_> {
    /// Ends a frame: the execution's own, or one that owes its output to the state around it.
    pub(super) fn end_frame(&mut self, id: FrameId, output: Value, text: String) {
        let last_event = self.frame(id).last_event;
        match self.frame(id).parent {
            None => {
                let kind = EventKind::ExecutionSucceeded { output: text };
                self.end(Status::Succeeded { output }, last_event, kind);
            }
            Some(parent) => {
                self.execution.frames.remove(&id);
                let done = match self.frame(parent.frame).stage {
                    Stage::Map(_) => self.iteration_done(parent, output, last_event),
                    _ => self.branch_done(parent, output, last_event),
                };
                match done {
                    Ok(()) => self.ready.push_back(parent.frame),
                    Err(trouble) => self.fail_by(parent.frame, trouble),
                }
            }
        }
    }

    /// Ends the execution: nothing of it stays alive.
    pub(super) fn end(&mut self, status: Status, previous: u64, kind: EventKind) {
        if self.full {
            return;
        }
        self.push_event(previous, kind);
        let frames = std::mem::take(&mut self.execution.frames);
        for frame in frames.values() {
            self.release(frame);
        }
        let timers = self
            .execution
            .deadline
            .take()
            .into_iter()
            .chain(self.execution.continuation.take());
        for timer in timers {
            self.outcome.cancel_timer(timer);
        }
        self.execution.status = status;
        self.ready.clear();
    }

    pub(super) fn fail_execution(&mut self, fault: Fault, previous: u64) {
        let status = Status::Failed {
            error: fault.error.clone(),
            cause: fault.cause.clone(),
        };
        self.end(status, previous, EventKind::ExecutionFailed(fault));
    }

    /// Cancels what a frame waits for outside.
    pub(super) fn release(&mut self, frame: &Frame) {
        if let Some(task) = frame.task() {
            self.outcome.cancel_task(task);
        }
        for timer in frame.timers() {
            self.outcome.cancel_timer(timer);
        }
    }
}
