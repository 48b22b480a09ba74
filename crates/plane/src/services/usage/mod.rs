//! Usage: what each job really took, measured where it ran. The ledger prices it; nothing here knows a price.

mod record;

use crate::Fault;
use crate::store::{Query, Snapshot, StoreError, Tx};

pub use record::Usage;

/// Keeps the record of a job. Records are only added.
pub fn record(tx: &mut Tx<'_>, usage: &Usage) -> Result<(), Fault> {
    Ok(tx.put(usage)?)
}

/// The record of a job, if it has ended.
pub fn find(snapshot: &Snapshot<'_>, kind: &str, name: &str) -> Result<Option<Usage>, StoreError> {
    snapshot.get(&Usage::key_of(kind, name))
}

/// Every record of a run, oldest first; at most a thousand.
pub fn of_run(snapshot: &Snapshot<'_>, run: &str) -> Result<Vec<Usage>, StoreError> {
    let query = Query {
        parent: Some(run.to_owned()),
        limit: 1_000,
        ..Query::default()
    };
    Ok(snapshot.list(&query)?.rows)
}
