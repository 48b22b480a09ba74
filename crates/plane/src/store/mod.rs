//! The store: SQLite for records, a folder of content-addressed files for object bytes, one writer.
//!
//! - Commands queue at the [`Writer`]; what has queued runs in one transaction, is flushed once, and is answered then.
//! - A command that fails leaves nothing: it runs in a savepoint of its own.
//! - [`Effect`]s are rows of the same transaction, released after the commit, and performed at least once: whoever
//!   performs one settles it in the transaction that records its outcome.
//! - [`Timer`]s are rows too; they fire by wall time and never twice.
//! - Readers use snapshots on connections of their own and never wait for the writer.

mod blob;
mod effect;
mod error;
mod ids;
mod layout;
mod lock;
mod query;
mod reader;
mod record;
mod timer;
mod tx;
mod writer;

#[cfg(test)]
mod tests;

pub use blob::{Blob, BlobStore, BlobWriter};
pub use effect::{Effect, EffectRow};
pub use error::StoreError;
pub use ids::IdStream;
pub use layout::{LAYOUT_VERSION, open_database, open_read_only};
pub use lock::{Owner, StateLock};
pub use query::{Page, Query, Sort};
pub use reader::Readers;
pub use record::Record;
pub use timer::{Timer, TimerRow};
pub use tx::{Snapshot, Tx};
pub use writer::{Store, Writer};
