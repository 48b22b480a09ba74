//! The step cache as the command line sees it: what lies in the bucket, whether it is whole, and why a step is done
//! again. The machine looks by itself, for `complete.json` alone; what is said here is found out before it begins, so
//! that a proof of something that is gone can be taken away first.

mod entries;
mod look;
mod reason;
mod verify;

pub(crate) use entries::{Entry, entries, run_of_job};
pub(crate) use look::look;
