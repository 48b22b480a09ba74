//! `init`: from the profile of a source to a workload file, and why it says what it says.
//!
//! Everything here is decided from a profile alone; files are read by `learn::profile` and written by the verb.

mod choose;
mod compose;
mod document;
mod goal;
mod hourly;
pub(crate) mod images;
mod lake;
mod marks;
mod name;
mod roles;
mod source;
mod target;
mod view;

pub(crate) use compose::plan;
pub(crate) use document::document;
pub(crate) use lake::{Lake, is_address};
pub(crate) use name::workload_name;
pub(crate) use source::{Found, find, relative};
