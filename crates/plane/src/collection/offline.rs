//! A collection on a state that no plane is on. It takes the state's lock, so that none starts meanwhile; an execution
//! that was interrupted stays with all that it needs.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::collect::{PRINCIPAL, either};
use super::{Freed, Policy, sweep};
use crate::store::{BlobStore, StateLock, Store, StoreError, open_database};
use crate::{Clock, Fault};

/// The database is written anew where at least one of so many of its pages is unused.
const UNUSED_PART: i64 = 5;

/// Why a collection on a state without a plane failed.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// The store cannot be used; also where somebody holds it.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The decision failed.
    #[error("what is needed cannot be found out")]
    Fault(#[from] Fault),
}

/// Carries a collection out, or tries it.
pub fn offline(
    state: &Path,
    clock: Arc<dyn Clock>,
    region: &str,
    policy: &Policy,
) -> Result<Freed, OfflineError> {
    let _lock = StateLock::acquire(state)?;
    let database = state.join("plane.db");
    let mut store = Store::open(&database, clock, region, 0)?;
    let (collected, _) = store.transact(PRINCIPAL, |tx| either(tx, policy))?;
    drop(store);
    let blobs = BlobStore::open(&state.join("objects"))?;
    let swept = sweep(&blobs, &collected.named, policy.dry_run)?;
    let mut freed = collected.freed;
    freed.contents = swept.contents;
    freed.content_bytes = swept.bytes;
    freed.job_folders = folders(&state.join("jobs"), policy.dry_run)?;
    if !policy.dry_run {
        freed.database_bytes = shrink(&database)?;
    }
    Ok(freed)
}

/// Removes what jobs and replicas left that ended without their plane.
fn folders(jobs: &Path, trial: bool) -> Result<u64, StoreError> {
    let Ok(entries) = fs::read_dir(jobs) else {
        return Ok(0);
    };
    let mut count = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        if !trial {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(|source| StoreError::file(&path, source))?;
        }
        count += 1;
    }
    Ok(count)
}

/// Gives unused pages of the database back. A crash on the way leaves the database as it was.
fn shrink(database: &Path) -> Result<u64, StoreError> {
    let sql: Connection = open_database(database)?;
    let pragma = |name: &str| sql.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (unused, all) = (pragma("freelist_count")?, pragma("page_count")?);
    if unused.saturating_mul(UNUSED_PART) < all {
        return Ok(0);
    }
    sql.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
    let saved = (all - pragma("page_count")?).saturating_mul(pragma("page_size")?);
    Ok(u64::try_from(saved).unwrap_or(0))
}
