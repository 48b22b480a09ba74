//! Runs a Choice state.

use super::engine::{Engine, Trouble};
use super::frame::FrameId;
use super::surroundings::surroundings;
use crate::error::EvaluationError;
use crate::machine::{Choice, State, Transition};

impl Engine<'_> {
    /// Goes where the first rule that holds leads, else to the default.
    pub(super) fn choice(
        &mut self,
        id: FrameId,
        state: &State,
        choice: &Choice,
    ) -> Result<(), Trouble> {
        let input = self.input(id, state)?;
        let (_, environment) = surroundings(self.execution, id, None);
        let mut next = choice.default.clone();
        for rule in &choice.rules {
            if rule.condition.holds(&input, &environment)? {
                next = Some(rule.next.clone());
                break;
            }
        }
        let Some(next) = next else {
            let message =
                "Failed to transition out of the state. The state does not point to a next state.";
            return Err(Trouble::Evaluation(EvaluationError::Field(
                message.to_owned(),
            )));
        };
        let raw = std::mem::take(&mut self.frame_mut(id).input);
        let (_, mut environment) = surroundings(self.execution, id, None);
        let output = state.flow.output(raw, input, &mut environment)?;
        self.leave(id, output, &Transition::Next(next))
    }
}
