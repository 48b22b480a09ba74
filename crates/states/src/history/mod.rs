//! The events of an execution's history: what they carry and how AWS prints them.

mod event;
mod json;

pub use event::{EventKind, Fault, HistoryEvent, Integration, TaskPhase};
