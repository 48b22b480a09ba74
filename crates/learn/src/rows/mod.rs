//! Rows of a source, whatever its format: files are streamed, each cell comes as a text, and what is kept has a limit.
//!
//! A format is one file here. Values of formats that have types become the text that a CSV file of the same data has (a
//! number its shortest decimal form, a moment its ISO form), so that everything after this module is the same for all.

mod calendar;
mod csv;
mod decoded;
mod error;
mod jsonl;
mod limits;
mod parquet;
mod parquet_column;
mod place;
mod source;

pub use error::Error;
pub use limits::Limits;
pub use place::Place;
pub use source::{Declared, File, Format, Opened, Row, Source, SourceColumn};

pub(crate) use self::calendar::iso;
pub(crate) use self::csv::{head, width};
