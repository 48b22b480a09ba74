//! Removing what nothing needs any more: old runs, step entries that no kept run uses, records and logs of jobs,
//! definitions that no machine has, and then the contents that no row names.
//!
//! - One transaction decides and deletes, so that a kill leaves all of it or nothing. Trying it without effect is the
//!   same transaction, undone.
//! - What is needed is computed from what is kept: runs (by the input of their execution), endpoints, models, packages,
//!   jobs under way. Only what our own runs have made is ever removed; a client's buckets and objects are its own.
//! - Contents go last, after the commit. A content that was just written and is not named yet stays.

mod choice;
mod collect;
mod contents;
mod freed;
mod history;
mod jobs;
mod needs;
mod objects;
mod offline;
mod policy;

#[cfg(test)]
mod tests;

pub(crate) use collect::online;
pub use collect::{Collected, collect, trial};
pub use contents::{Swept, named, sweep};
pub use freed::Freed;
pub use offline::{OfflineError, offline};
pub use policy::Policy;
