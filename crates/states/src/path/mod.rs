//! JSONPath in the dialect of the Amazon States Language, older than RFC 9535.
//!
//! `$` is the data, `$$` the context object. Supported: names (dotted, also before a bracket, or quoted), indexes from
//! both ends, unions, slices, wildcards, deep scan, and filters with comparisons. Not part of the dialect: functions,
//! script expressions, regular expressions. A definite path yields its one value or fails; an indefinite one yields an
//! array, empty when nothing is found.

mod cursor;
mod evaluate;
mod filter;
mod parser;
mod query;
mod reference;

pub(crate) use cursor::{Cursor, SyntaxError};
pub(crate) use evaluate::PathError;
pub(crate) use parser::path_at;
pub(crate) use query::{Path, Root};
pub(crate) use reference::ReferencePath;
