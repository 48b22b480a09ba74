//! Readers: snapshots on a small pool of connections that cannot write.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::{Snapshot, StoreError, open_read_only};

/// Idle connections that are kept.
const POOL_LIMIT: usize = 8;

/// A pool of read-only connections; clones share it.
#[derive(Clone)]
pub struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Readers {
    /// Readers of a database that exists.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let first = open_read_only(path)?;
        Ok(Self {
            path: path.to_owned(),
            idle: Arc::new(Mutex::new(vec![first])),
        })
    }

    /// Reads from one consistent snapshot. Blocks the thread for the time of the queries.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open_read_only(&self.path)?,
        };
        let outcome = {
            let transaction = connection.transaction().map_err(StoreError::from)?;
            work(&Snapshot::new(&transaction))
        };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < POOL_LIMIT {
            idle.push(connection);
        }
        outcome
    }
}
