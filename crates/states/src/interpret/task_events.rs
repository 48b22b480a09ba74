//! What happens to a task under way.

use serde_json::Value;

use super::engine::Engine;
use super::failure::too_much_data;
use super::frame::{FrameId, RunningTask, Stage};
use crate::error::{self, Failure, Reach};
use crate::machine::{Resource, StateKind};
use crate::{EventKind, Fault, TaskId, TaskPhase, TimerId, limits};

impl Engine<'_> {
    pub(super) fn task_started(&mut self, task: TaskId, worker: Option<String>) {
        if let Some(id) = self.holder(task) {
            self.begin(id, worker);
        }
    }

    pub(super) fn task_submitted(&mut self, task: TaskId, output: &Value) {
        let Some(id) = self.holder(task) else { return };
        let resource = self.state_of(id).resource();
        if !resource.is_some_and(Resource::is_submitted) {
            return;
        }
        self.begin(id, None);
        let Some(running) = self.running_mut(id) else {
            return;
        };
        if std::mem::replace(&mut running.submitted, true) {
            return;
        }
        match self.sized(output) {
            Ok(output) => drop(self.record_phase(id, TaskPhase::Submitted { output })),
            Err(_) => self.fail_task(id, too_much_data(&self.state_of(id).name), Reach::Terminal),
        }
    }

    pub(super) fn task_succeeded(&mut self, task: TaskId, output: Value) {
        let Some(id) = self.holder(task) else { return };
        self.begin(id, None);
        let Ok(text) = self.sized(&output) else {
            return self.fail_task(id, too_much_data(&self.state_of(id).name), Reach::Terminal);
        };
        self.forget(id);
        self.record_phase(id, TaskPhase::Succeeded { output: text });
        let done = self.complete(id, output);
        self.go_on(id, done);
    }

    pub(super) fn task_failed(&mut self, task: TaskId, error: String, cause: Option<String>) {
        let Some(id) = self.holder(task) else { return };
        self.begin(id, None);
        let error = Some(error).filter(|error| !error.is_empty());
        self.fail_task(id, Fault { error, cause }, Reach::Ordinary);
    }

    pub(super) fn task_heartbeat(&mut self, task: TaskId) {
        let Some(id) = self.holder(task) else { return };
        let Some(old) = self
            .running_mut(id)
            .and_then(|running| running.heartbeat.take())
        else {
            return;
        };
        self.outcome.cancel_timer(old);
        self.watch_heartbeat(id);
    }

    /// The task or its heartbeat took too long.
    pub(super) fn task_timer_fired(&mut self, id: FrameId, timer: TimerId) {
        let Some(running) = self.running_mut(id) else {
            return;
        };
        let task = running.task;
        let reach = if running.heartbeat == Some(timer) {
            running.heartbeat = None;
            Reach::Heartbeat
        } else {
            running.timeout = None;
            Reach::Ordinary
        };
        self.forget(id);
        self.outcome.cancel_task(task);
        let fault = Fault {
            error: Some(error::name::TIMEOUT.to_owned()),
            cause: None,
        };
        let event = self.record_phase(id, TaskPhase::TimedOut(fault.clone()));
        self.fail_state(
            id,
            Failure {
                fault,
                reach,
                event,
            },
        );
    }

    fn fail_task(&mut self, id: FrameId, fault: Fault, reach: Reach) {
        self.forget(id);
        let event = self.record_phase(id, TaskPhase::Failed(fault.clone()));
        self.fail_state(
            id,
            Failure {
                fault,
                reach,
                event,
            },
        );
    }

    /// Notes that the work has begun, once; every later event implies it.
    fn begin(&mut self, id: FrameId, worker: Option<String>) {
        let Some(running) = self.running_mut(id) else {
            return;
        };
        if std::mem::replace(&mut running.started, true) {
            return;
        }
        self.record_phase(id, TaskPhase::Started { worker });
        self.watch_heartbeat(id);
    }

    fn watch_heartbeat(&mut self, id: FrameId) {
        let Some(seconds) = self
            .running_mut(id)
            .and_then(|running| running.heartbeat_seconds)
        else {
            return;
        };
        let timer = self.set_timer(self.now.saturating_add(limits::millis(seconds)));
        if let Some(running) = self.running_mut(id) {
            running.heartbeat = Some(timer);
        }
    }

    /// The task is over: its timers are cancelled, and nobody has to cancel the task.
    fn forget(&mut self, id: FrameId) {
        let stage = std::mem::replace(&mut self.frame_mut(id).stage, Stage::Execute);
        let Stage::Task(running) = stage else { return };
        for timer in running.timeout.into_iter().chain(running.heartbeat) {
            self.outcome.cancel_timer(timer);
        }
    }

    fn record_phase(&mut self, id: FrameId, phase: TaskPhase) -> u64 {
        match &self.state_of(id).kind {
            StateKind::Task(task) => self.record_next(
                id,
                EventKind::Task {
                    integration: task.resource.integration(),
                    phase,
                },
            ),
            _ => self.frame(id).last_event,
        }
    }

    fn holder(&self, task: TaskId) -> Option<FrameId> {
        let holds = |frame: &super::frame::Frame| frame.task() == Some(task);
        self.execution
            .frames
            .iter()
            .find(|(_, frame)| holds(frame))
            .map(|(id, _)| *id)
    }

    fn running_mut(&mut self, id: FrameId) -> Option<&mut RunningTask> {
        match &mut self.frame_mut(id).stage {
            Stage::Task(running) => Some(running),
            _ => None,
        }
    }
}
