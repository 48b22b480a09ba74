//! What a CSV source is like, before anybody has described it: encoding, delimiter, header, and facts of each column.
//!
//! The source is streamed; what is kept has a limit whatever its size. Cells are read as the ingest reads them, so that what
//! is found here holds there. No decision is made: a profile says what stands in the file.

mod column;
mod dialect;
mod encoding;
mod error;
mod hours;
mod leaks;
mod levels;
mod numbers;
mod read;
mod shape;

pub use column::ColumnFacts;
pub use error::Error;
pub use hours::{HourlyRows, hourly};
pub use leaks::{Leak, leaks};
pub use levels::Levels;
pub use numbers::Numbers;
pub use read::{Options, Profile, profile};
pub use shape::{SURELY_MISSING, is_named_id};

pub(crate) use shape::{is_sentence, is_time};
