//! Timers: setting them, and what happens when they fire.

use super::Status;
use super::engine::Engine;
use super::frame::Stage;
use crate::{Effect, EventKind, Fault, Millis, TimerId, error};

impl Engine<'_> {
    pub(super) fn set_timer(&mut self, at: Millis) -> TimerId {
        self.execution.last_timer += 1;
        let timer = TimerId(self.execution.last_timer);
        self.outcome.effects.push(Effect::SetTimer { timer, at });
        timer
    }

    pub(super) fn timer_fired(&mut self, timer: TimerId) {
        if self.execution.deadline == Some(timer) {
            self.execution.deadline = None;
            // Like a stop it has no cause inside the machine.
            let fault = Fault {
                error: Some(error::name::TIMEOUT.to_owned()),
                cause: None,
            };
            let status = Status::TimedOut {
                error: fault.error.clone(),
                cause: None,
            };
            return self.end(status, 0, EventKind::ExecutionTimedOut(fault));
        }
        if self.execution.continuation == Some(timer) {
            self.execution.continuation = None;
            let waiting = self
                .execution
                .frames
                .iter()
                .filter(|(_, frame)| frame.is_ready());
            self.ready.extend(waiting.map(|(id, _)| *id));
            return;
        }
        let holder = self
            .execution
            .frames
            .iter()
            .find(|(_, frame)| frame.timers().contains(&timer));
        let Some(id) = holder.map(|(id, _)| *id) else {
            return;
        };
        match self.frame(id).stage {
            Stage::Retry { .. } => {
                let frame = self.frame_mut(id);
                frame.retry_count += 1;
                frame.stage = Stage::Execute;
                self.ready.push_back(id);
            }
            Stage::Task(_) => self.task_timer_fired(id, timer),
            _ => self.wait_over(id),
        }
    }
}
