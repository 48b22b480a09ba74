//! One step of an execution: runs frames, records events, asks for effects.

use std::collections::VecDeque;

use serde_json::Value;

use super::Execution;
use super::frame::{Frame, FrameId, Stage};
use super::surroundings::surroundings;
use crate::error::EvaluationError;
use crate::machine::{State, StateKind, Transition};
use crate::{EventKind, Fault, Machine, Millis, Outcome, error, limits};

/// Bytes of input and output in the history of one step; what is left waits for the next.
const STEP_BYTES: usize = 64 * limits::DATA_BYTES;

/// An execution while it runs.
#[derive(Debug)]
pub(super) struct Engine<'e> {
    pub(super) machine: &'e Machine,
    pub(super) execution: &'e mut Execution,
    pub(super) outcome: Outcome,
    pub(super) now: Millis,
    pub(super) ready: VecDeque<FrameId>,
    /// The history has no room for more than the event that ends it.
    pub(super) full: bool,
    /// Bytes of input and output recorded in this step.
    pub(super) bytes: usize,
}

/// Why a state fails by itself.
#[derive(Debug)]
pub(super) enum Trouble {
    Evaluation(EvaluationError),
    /// Data over the limit on size or depth.
    TooMuchData,
}

impl From<EvaluationError> for Trouble {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::TooMuchData => Trouble::TooMuchData,
            error => Trouble::Evaluation(error),
        }
    }
}

impl<'e> Engine<'e> {
    pub(super) fn new(machine: &'e Machine, execution: &'e mut Execution, now: Millis) -> Self {
        Engine {
            machine,
            execution,
            outcome: Outcome::default(),
            now,
            ready: VecDeque::new(),
            full: false,
            bytes: 0,
        }
    }

    /// Runs every frame until it waits, the execution ends, or the history or this step is full.
    pub(super) fn run(&mut self) {
        while let Some(id) = self.ready.pop_front() {
            while !self.full && self.execution.frames.get(&id).is_some_and(Frame::is_ready) {
                if self.bytes > STEP_BYTES {
                    return self.pause();
                }
                self.step(id);
            }
        }
        if self.full {
            self.full = false;
            let cause = format!(
                "The execution reached the maximum number of history events ({}).",
                limits::HISTORY_EVENTS
            );
            let fault = Fault {
                error: Some(error::name::RUNTIME.to_owned()),
                cause: Some(cause),
            };
            self.fail_execution(fault, self.execution.last_event);
        }
    }

    /// Leaves the ready frames to the next step.
    fn pause(&mut self) {
        if self.execution.continuation.is_none() {
            self.execution.continuation = Some(self.set_timer(self.now));
        }
    }

    fn step(&mut self, id: FrameId) {
        let done = match self.frame(id).stage {
            Stage::Enter => self.enter(id),
            _ => self.execute(id),
        };
        if let Err(trouble) = done {
            self.fail_by(id, trouble);
        }
    }

    fn enter(&mut self, id: FrameId) -> Result<(), Trouble> {
        let state = self.state_of(id);
        let raw = std::mem::take(&mut self.frame_mut(id).input);
        let input = self.sized(&raw)?;
        self.frame_mut(id).input = raw;
        let kind = EventKind::StateEntered {
            state_type: state.state_type(),
            name: state.name.clone(),
            input,
        };
        let event = self.record_next(id, kind);
        let now = self.now;
        let frame = self.frame_mut(id);
        frame.entered_event = event;
        frame.entered_at = now;
        frame.retry_count = 0;
        frame.attempts = vec![0; state.retry.len()];
        frame.stage = Stage::Execute;
        Ok(())
    }

    fn execute(&mut self, id: FrameId) -> Result<(), Trouble> {
        let state = self.state_of(id);
        match &state.kind {
            StateKind::Pass(pass) => self.pass(id, state, pass),
            StateKind::Task(task) => self.task(id, state, task),
            StateKind::Choice(choice) => self.choice(id, state, choice),
            StateKind::Wait(wait) => self.wait(id, state, wait),
            StateKind::Succeed => {
                let input = self.input(id, state)?;
                self.complete(id, input)
            }
            StateKind::Fail(fail) => self.fail(id, fail),
            StateKind::Parallel(parallel) => self.parallel(id, state, parallel),
            StateKind::Map(map) => self.map(id, state, map),
        }
    }

    /// The part of the raw input that the state looks at.
    pub(super) fn input(&mut self, id: FrameId, state: &State) -> Result<Value, Trouble> {
        let (frame, mut environment) = surroundings(self.execution, id, None);
        Ok(state.flow.input(&frame.input, &mut environment)?)
    }

    /// Ends the state with the result of its work.
    pub(super) fn complete(&mut self, id: FrameId, result: Value) -> Result<(), Trouble> {
        let state = self.state_of(id);
        let raw = std::mem::take(&mut self.frame_mut(id).input);
        let (_, mut environment) = surroundings(self.execution, id, None);
        let output = state.flow.output(raw, result, &mut environment)?;
        self.leave(id, output, &state.transition)
    }

    /// Leaves the state for the next, or the frame for its parent.
    pub(super) fn leave(
        &mut self,
        id: FrameId,
        output: Value,
        to: &Transition,
    ) -> Result<(), Trouble> {
        let state = self.state_of(id);
        let text = self.sized(&output)?;
        let (state_type, name) = (state.state_type(), state.name.clone());
        self.record_next(
            id,
            EventKind::StateExited {
                state_type,
                name,
                output: text.clone(),
            },
        );
        match to {
            Transition::Next(next) => {
                let frame = self.frame_mut(id);
                frame.state.clone_from(next);
                frame.input = output;
                frame.stage = Stage::Enter;
            }
            Transition::End => self.end_frame(id, output, text),
        }
        Ok(())
    }

    pub(super) fn add_frame(&mut self, frame: Frame) {
        self.execution.last_frame += 1;
        let id = FrameId(self.execution.last_frame);
        self.execution.frames.insert(id, frame);
        self.ready.push_back(id);
    }

    /// Goes on with a frame whose state has ended, or fails it.
    pub(super) fn go_on(&mut self, id: FrameId, done: Result<(), Trouble>) {
        match done {
            Ok(()) => self.ready.push_back(id),
            Err(trouble) => self.fail_by(id, trouble),
        }
    }

    pub(super) fn frame(&self, id: FrameId) -> &Frame {
        self.execution
            .frames
            .get(&id)
            .expect("a frame is asked for while it is live")
    }

    pub(super) fn frame_mut(&mut self, id: FrameId) -> &mut Frame {
        self.execution
            .frames
            .get_mut(&id)
            .expect("a frame is asked for while it is live")
    }

    pub(super) fn state_of(&self, id: FrameId) -> &'e State {
        let name = &self.frame(id).state;
        self.machine
            .state(name)
            .expect("the checker lets transitions lead to states alone")
    }
}
