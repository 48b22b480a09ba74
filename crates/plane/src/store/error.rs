//! What can go wrong below the services.

use std::path::PathBuf;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused or failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// A stored body is not what this version writes.
    #[error("the stored {kind} `{key}` cannot be read")]
    Corrupt {
        /// Kind of record.
        kind: String,
        /// Its key.
        key: String,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// A file could not be read or written.
    #[error("`{path}` failed")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The state was written by a newer version.
    #[error("the state `{path}` has layout {found}, this version knows up to {known}")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its layout version.
        found: i64,
        /// The newest layout known here.
        known: i64,
    },
    /// Another process owns the state.
    #[error("the state `{path}` is held by process {pid}")]
    Held {
        /// The state folder.
        path: PathBuf,
        /// The owner.
        pid: u32,
    },
    /// The transaction of this command could not be committed; nothing of it remains.
    #[error("the transaction was not committed: {reason}")]
    NotCommitted {
        /// Why.
        reason: String,
    },
    /// A command panicked; nothing of it remains.
    #[error("the command panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
    /// The writer has stopped.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// A file error with its path.
    pub fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }
}
