//! How things look on a terminal.

mod amount;
mod diff;
mod live;
mod overview;
mod summary;

pub(crate) use amount::{age, size};
pub(crate) use diff::diff;
pub(crate) use live::{Live, row};
pub(crate) use overview::overview;
pub(crate) use summary::{summary, table};
