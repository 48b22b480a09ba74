//! Jobs: process trees under a contract.
//!
//! A job is a program and everything it starts. The [`Runner`] starts it under a **shim**, the same binary executed
//! again with the verb `shim`, which calls [`shim_main`] before any thread exists:
//!
//! ```text
//! runner (threads, async) --- order, stop --> shim --- go, kill --> init --> program and its children
//!        <-- started, samples, end ----------      <-- spawned, end ---
//!        <-- stdout, stderr ------------------------------------------------------------------------
//! ```
//!
//! - The **shim** supervises: it holds the lifeline to the runner, samples the tree, keeps the limits, stops and kills.
//! - The **init** process is the first of the job's PID namespace, or a subreaper where there is none. It makes the
//!   private tree at `/opt/ml`, sets what is inherited, starts the program, adopts orphans and reaps.
//!
//! Invariants:
//! 1. When [`Running::wait`] returns, no process of the tree is left, and every line was delivered.
//! 2. Each of the three is killed at will: the other two notice by the end of a socket and end the tree. (If shim and
//!    init are killed at the same moment where the kernel allows no PID namespace, their children survive.)
//! 3. A job has three open files, the environment of its specification, and no way to gain privileges.
//! 4. What the kernel does not allow is reported in [`Isolation`], never silently left out.
//!
//! A [`Worker`] is a job that stays for one [`Task`] after the other; each of these is a [`Running`] to its owner.
//!
//! Linux only.

mod cgroup;
mod error;
mod event;
mod exit;
mod isolation;
mod kernel;
mod level;
mod proc;
mod runner;
mod shim;
mod spec;
mod tree;
mod wire;
mod worker;

pub use error::StartError;
pub use event::{JobEvent, Sample, Stream};
pub use exit::{Exit, ExitReason, Usage};
pub use isolation::{Containment, Enforcement, Isolation};
pub use runner::{Runner, Running, Stopper};
pub use shim::shim_main;
pub use spec::{JobSpec, Limits};
pub use worker::{Done, Task, Worker, serve_tasks};
