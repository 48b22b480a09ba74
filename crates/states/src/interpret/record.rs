//! The history as it grows, and the limits on it.

use serde_json::Value;

use super::engine::{Engine, Trouble};
use super::frame::FrameId;
use crate::{EventKind, HistoryEvent, limits};

impl Engine<'_> {
    /// Records the next event of a frame.
    pub(super) fn record_next(&mut self, id: FrameId, kind: EventKind) -> u64 {
        let event = self.record(self.frame(id).last_event, kind);
        self.frame_mut(id).last_event = event;
        event
    }

    /// Records an event and gives its id; once the history is full nothing is recorded any more.
    pub(super) fn record(&mut self, previous: u64, kind: EventKind) -> u64 {
        if self.execution.last_event + 1 >= limits::HISTORY_EVENTS {
            self.full = true;
            return self.execution.last_event;
        }
        self.push_event(previous, kind)
    }

    /// Records an event whatever the limit: the one that ends the execution always has room.
    pub(super) fn push_event(&mut self, previous: u64, kind: EventKind) -> u64 {
        self.execution.last_event += 1;
        let id = self.execution.last_event;
        let event = HistoryEvent {
            id,
            previous_event_id: previous,
            timestamp: self.now,
            kind,
        };
        self.outcome.history.push(event);
        id
    }

    /// Data as text, if it is within the limits on size and depth.
    pub(super) fn sized(&mut self, value: &Value) -> Result<String, Trouble> {
        if limits::is_too_deep(value) {
            return Err(Trouble::TooMuchData);
        }
        let text = value.to_string();
        self.bytes += text.len();
        if text.len() > limits::DATA_BYTES {
            Err(Trouble::TooMuchData)
        } else {
            Ok(text)
        }
    }
}
