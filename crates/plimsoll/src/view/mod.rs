//! How things look on a terminal.

mod diff;
mod live;
mod summary;

pub(crate) use diff::diff;
pub(crate) use live::Live;
pub(crate) use summary::summary;
