//! Runs a Wait state.

use serde_json::Value;

use super::engine::{Engine, Trouble};
use super::frame::{FrameId, Stage};
use super::surroundings::surroundings;
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::machine::{State, Until, Wait};
use crate::path::{Path, Root};
use crate::{Millis, limits, timestamp};

impl Engine<'_> {
    /// Sets a timer; a moment that has passed needs none.
    pub(super) fn wait(&mut self, id: FrameId, state: &State, wait: &Wait) -> Result<(), Trouble> {
        let input = self.input(id, state)?;
        let (_, environment) = surroundings(self.execution, id, None);
        let at = moment(wait, &input, &environment, self.now).map_err(EvaluationError::Field)?;
        if at.saturating_sub(self.now) > limits::WAIT_SECONDS * 1000 {
            return Err(Trouble::Evaluation(EvaluationError::Field(
                "Wait state delay is too long.".to_owned(),
            )));
        }
        if at <= self.now {
            return self.complete(id, input);
        }
        let timer = self.set_timer(at);
        self.frame_mut(id).stage = Stage::Wait { timer };
        Ok(())
    }

    pub(super) fn wait_over(&mut self, id: FrameId) {
        // The timer has fired: nobody has to cancel it.
        self.frame_mut(id).stage = Stage::Execute;
        let state = self.state_of(id);
        let done = self
            .input(id, state)
            .and_then(|input| self.complete(id, input));
        self.go_on(id, done);
    }
}

/// When the wait is over; the error is AWS's words.
fn moment(
    wait: &Wait,
    input: &Value,
    environment: &Environment<'_>,
    now: Millis,
) -> Result<Millis, String> {
    let after = |seconds: u64| now.saturating_add(limits::millis(seconds));
    match &wait.until {
        Until::Seconds(seconds) => Ok(after(*seconds)),
        Until::Timestamp(timestamp) => Ok(up_to_millis(*timestamp)),
        Until::SecondsPath(path) => {
            let value = read(path, input, environment).ok_or_else(|| {
                format!("The SecondsPath parameter does not reference an input value: {path}")
            })?;
            if value.as_i64().is_some_and(|seconds| seconds < 0) {
                return Err(format!(
                    "The SecondsPath parameter references a negative value: {path} == {value}"
                ));
            }
            let seconds = value.as_u64().ok_or_else(|| {
                format!(
                    "The SecondsPath parameter cannot be parsed as a long value: {path} == {value}"
                )
            })?;
            Ok(after(seconds))
        }
        Until::TimestampPath(path) => {
            let value = read(path, input, environment).ok_or_else(|| {
                format!("The TimestampPath parameter does not reference an input value: {path}")
            })?;
            let parsed = value.as_str().and_then(timestamp::parse).ok_or_else(|| {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time \
                     format string: {path} == {shown}"
                )
            })?;
            Ok(up_to_millis(parsed))
        }
    }
}

/// The moment in whole milliseconds, never too early.
fn up_to_millis(timestamp: jiff::Timestamp) -> Millis {
    let rest = timestamp.subsec_nanosecond().rem_euclid(1_000_000);
    let whole = timestamp.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(whole).unwrap_or(i64::MAX) + i64::from(rest != 0)
}

fn read(path: &Path, input: &Value, environment: &Environment<'_>) -> Option<Value> {
    let document = match path.root {
        Root::Input => input,
        Root::Context => environment.context.object(),
    };
    path.read(document).ok()
}
