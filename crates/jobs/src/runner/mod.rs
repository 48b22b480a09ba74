//! The runner's side: starts a shim for each job, passes on what it says, and reads the job's output.

mod check;
mod lines;
mod log;
mod running;
mod start;
mod watch;

pub(crate) use log::{Log, Logged};
pub use running::{Running, Stopper};
pub use start::Runner;
