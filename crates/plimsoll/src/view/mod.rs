//! How things look on a terminal.

mod live;
mod summary;

pub(crate) use live::Live;
pub(crate) use summary::summary;
