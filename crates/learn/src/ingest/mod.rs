//! From files to what is known of a table: cells are typed and marked, copies left out, the target turned into classes or
//! numbers. Rows are streamed twice, once to learn what the columns are and once to write them; what is kept of a row between
//! the two is a few bytes.

mod columns;
mod copies;
mod error;
mod facts;
mod groups;
mod moment;
mod places;
mod survey;
mod surveyor;
mod target;

pub use error::Error;

pub(crate) use columns::{find, readable};
pub(crate) use copies::Copies;
#[cfg(test)]
pub(crate) use facts::Pairs;
pub(crate) use facts::{Facts, Value};
pub(crate) use groups::write as write_groups;
pub(crate) use survey::{GroupedBy, Survey, survey};
pub(crate) use surveyor::missing_texts;
