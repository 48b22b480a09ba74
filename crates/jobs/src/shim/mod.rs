//! The shim: the process between a runner and a job, and the job's init process.
//!
//! Neither has a second thread: both wait in `poll` for whatever comes first.

mod disk;
mod entry;
mod init;
mod launch;
mod limits;
mod measure;
mod mounts;
mod namespaces;
mod schedule;
mod supervise;
mod verdict;

pub use entry::shim_main;
