//! Runs a Pass state.

use super::engine::{Engine, Trouble};
use super::frame::FrameId;
use super::surroundings::surroundings;
use crate::machine::{Pass, State};

impl Engine<'_> {
    /// `Result` takes the place of what `Parameters` gave.
    pub(super) fn pass(&mut self, id: FrameId, state: &State, pass: &Pass) -> Result<(), Trouble> {
        let input = self.input(id, state)?;
        let (_, mut environment) = surroundings(self.execution, id, None);
        let arguments = state.flow.arguments(input, &mut environment)?;
        self.complete(id, pass.result.clone().unwrap_or(arguments))
    }
}
