//! From text files to a clean table: cells are cut, typed and marked, copies dropped, the target turned into classes.

mod clean;
mod duplicates;
mod error;
mod reader;
mod target;
mod types;

pub use clean::{Categories, Cells, Cleaned, Column, clean};
pub use error::Error;
pub use reader::{Limits, RawTable, read_files};
