//! Tables in columns, compressed: the one format of everything that the catalog ships and keeps.
//!
//! A pack is a few named tables; a column holds texts through a dictionary, or whole numbers of which any may be missing.
//! Reading never trusts the bytes: a pack may come from a file of the user.

mod codec;
mod table;
mod varint;

pub use codec::{Error, Pack};
pub use table::{Table, Texts, Wholes};
