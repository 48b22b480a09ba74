//! The interpreter: live frames, one file per type of state with the same name as in `machine`.
//!
//! A frame is one thread of control: the execution itself, a branch, an iteration. Ready frames run first come, first
//! served, each until it waits for something from outside or ends.

mod choice;
mod ending;
mod engine;
mod execution;
mod failure;
mod frame;
mod map;
mod parallel;
mod pass;
mod record;
mod surroundings;
mod task;
mod task_events;
mod timers;
mod wait;

pub use execution::{Execution, Status};
