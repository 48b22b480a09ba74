//! Runs a Parallel state.

use serde_json::Value;

use super::engine::{Engine, Trouble};
use super::frame::{Frame, FrameId, Parent, Slot, Stage, outputs};
use super::surroundings::surroundings;
use crate::machine::{Parallel, State};
use crate::{EventKind, limits};

impl Engine<'_> {
    /// Starts all branches with the same input.
    pub(super) fn parallel(
        &mut self,
        id: FrameId,
        state: &State,
        parallel: &Parallel,
    ) -> Result<(), Trouble> {
        let input = self.input(id, state)?;
        let (_, mut environment) = surroundings(self.execution, id, None);
        let arguments = state.flow.arguments(input, &mut environment)?;
        if limits::is_too_deep(&arguments) {
            return Err(Trouble::TooMuchData);
        }
        let started = self.record_next(id, EventKind::ParallelStarted);
        let slots = vec![Slot::Pending; parallel.branches.len()];
        self.frame_mut(id).stage = Stage::Parallel { slots };
        for (slot, branch) in parallel.branches.iter().enumerate() {
            let parent = Some(Parent { frame: id, slot });
            self.add_frame(Frame::new(
                parent,
                branch.start_at.clone(),
                arguments.clone(),
                started,
            ));
        }
        Ok(())
    }

    pub(super) fn branch_done(
        &mut self,
        parent: Parent,
        output: Value,
        event: u64,
    ) -> Result<(), Trouble> {
        let Stage::Parallel { slots } = &mut self.frame_mut(parent.frame).stage else {
            return Ok(());
        };
        slots[parent.slot] = Slot::Done(output);
        let Some(result) = outputs(slots) else {
            return Ok(());
        };
        // The exit points at the same event as the success does: the last of the branch that was last.
        self.frame_mut(parent.frame).last_event = event;
        self.record(event, EventKind::ParallelSucceeded);
        self.complete(parent.frame, result)
    }
}
