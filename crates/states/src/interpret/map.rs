//! Runs an inline Map state.

use serde_json::Value;

use super::engine::{Engine, Trouble};
use super::frame::{Frame, FrameId, Iterations, Parent, Slot, Stage, outputs};
use super::surroundings::surroundings;
use crate::context::Item;
use crate::error::EvaluationError;
use crate::machine::{Amount, Map, State, StateKind};
use crate::template::read_path;
use crate::{EventKind, limits};

impl Engine<'_> {
    /// Starts as many iterations as may run at once.
    pub(super) fn map(&mut self, id: FrameId, state: &State, map: &Map) -> Result<(), Trouble> {
        let input = self.input(id, state)?;
        let (_, environment) = surroundings(self.execution, id, None);
        let found = match &map.items_path {
            None => input.clone(),
            Some(path) => read_path(path, &input, &environment)?,
        };
        let concurrency = match &map.max_concurrency {
            None | Some(Amount::Literal(0)) => limits::INLINE_CONCURRENCY,
            Some(Amount::Literal(most)) => (*most).min(limits::INLINE_CONCURRENCY),
            Some(Amount::Path(path)) => {
                let value = read_path(path, &input, &environment)?;
                let most = value
                    .as_u64()
                    .ok_or_else(|| not_an_integer(&value, &path.text))?;
                if most == 0 {
                    limits::INLINE_CONCURRENCY
                } else {
                    most.min(limits::INLINE_CONCURRENCY)
                }
            }
        };
        let Value::Array(items) = found else {
            let message = format!("Map state input must be an array but was: {found}");
            return Err(Trouble::Evaluation(EvaluationError::Field(message)));
        };
        let length = items.len() as u64;
        let started_event = self.record_next(id, EventKind::MapStarted { length });
        let slots = vec![Slot::Pending; items.len()];
        let iterations = Iterations {
            input,
            items,
            next: 0,
            concurrency,
            running: 0,
            slots,
        };
        self.frame_mut(id).stage = Stage::Map(iterations);
        self.go_on_iterating(id, started_event, started_event)
    }

    pub(super) fn iteration_done(
        &mut self,
        parent: Parent,
        output: Value,
        event: u64,
    ) -> Result<(), Trouble> {
        let id = parent.frame;
        let kind = EventKind::IterationSucceeded {
            name: self.frame(id).state.clone(),
            index: parent.slot as u64,
        };
        let succeeded = self.record(event, kind);
        if let Stage::Map(iterations) = &mut self.frame_mut(id).stage {
            iterations.running -= 1;
            iterations.slots[parent.slot] = Slot::Done(output);
        }
        self.go_on_iterating(id, succeeded, event)
    }

    /// Starts what may start; when all is done, so is the state.
    ///
    /// `event` is the last of the state so far, `cause` what made room: the start of the state, or the last event of
    /// the iteration that has ended.
    fn go_on_iterating(&mut self, id: FrameId, event: u64, cause: u64) -> Result<(), Trouble> {
        while let Some(item) = self.next_item(id) {
            let name = self.frame(id).state.clone();
            let index = item.index;
            let started = self.record(cause, EventKind::IterationStarted { name, index });
            self.start_iteration(id, item, started)?;
        }
        let Stage::Map(iterations) = &mut self.frame_mut(id).stage else {
            return Ok(());
        };
        let Some(result) = outputs(&mut iterations.slots) else {
            return Ok(());
        };
        // The exit points at the same event as the success does.
        self.frame_mut(id).last_event = event;
        self.record(event, EventKind::MapSucceeded);
        self.complete(id, result)
    }

    fn next_item(&mut self, id: FrameId) -> Option<Item> {
        let Stage::Map(iterations) = &mut self.frame_mut(id).stage else {
            return None;
        };
        if iterations.running >= iterations.concurrency {
            return None;
        }
        let index = iterations.next;
        let value = std::mem::take(iterations.items.get_mut(index)?);
        iterations.next += 1;
        iterations.running += 1;
        let index = index as u64;
        Some(Item { index, value })
    }

    fn start_iteration(&mut self, id: FrameId, item: Item, started: u64) -> Result<(), Trouble> {
        let StateKind::Map(map) = &self.state_of(id).kind else {
            return Ok(());
        };
        let input = match &map.item_selector {
            None => item.value.clone(),
            Some(selector) => {
                let (frame, mut environment) = surroundings(self.execution, id, None);
                let Stage::Map(iterations) = &frame.stage else {
                    return Ok(());
                };
                environment.context.item = Some(&item);
                selector.fill(&iterations.input, &mut environment)?
            }
        };
        if limits::is_too_deep(&input) {
            return Err(Trouble::TooMuchData);
        }
        let slot = usize::try_from(item.index).unwrap_or(usize::MAX);
        let parent = Some(Parent { frame: id, slot });
        let mut frame = Frame::new(parent, map.processor.start_at.clone(), input, started);
        frame.item = Some(item);
        self.add_frame(frame);
        Ok(())
    }
}

fn not_an_integer(value: &Value, path: &str) -> Trouble {
    let shown = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Trouble::Evaluation(EvaluationError::Field(format!(
        "The MaxConcurrencyPath field refers to value \"{shown}\" which is not a valid integer: {path}"
    )))
}
