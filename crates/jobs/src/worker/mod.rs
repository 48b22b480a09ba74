//! Workers: one process that performs one task after the other, each as a job of its own to its owner.
//!
//! A worker is a job whose program calls [`serve_tasks`]. Its owner gives it the folder of a task, whose tree it finds in
//! place of its own; what it prints until the end of the task is the task's, and so are the time and the traffic until
//! then. A task that is stopped, that runs too long or that brings its worker down ends with the worker, and no other
//! task does.

mod accompany;
mod account;
mod serve;
mod task;
mod tree;

pub use serve::{Done, serve_tasks};
pub use task::{Task, Worker};

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The pipe in the worker's tree by which it is told of its tasks: one line each.
const ORDERS: &str = ".orders";
/// How the last line of a task begins, on either stream. No line of ours begins with a record separator.
const MARK: char = '\u{1e}';

/// What a worker says at the end of a task, behind the mark on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    code: u8,
    /// Whether it takes another task.
    stays: bool,
    user: Duration,
    system: Duration,
    peak: u64,
    read: u64,
    written: u64,
    /// Memory that it still has.
    resident: u64,
}
