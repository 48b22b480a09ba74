//! Emptying a state. The place in the id stream stays, so that no id is given twice.

use crate::services::sagemaker::Endpoint;
use crate::store::{Effect, Query, Record, Snapshot, StoreError, Tx};

/// Every table of things, in contrast to facts of the state itself.
const TABLES: [&str; 9] = [
    "record",
    "effect",
    "timer",
    "history",
    "log_event",
    "metric",
    "object",
    "object_version",
    "upload_part",
];

/// Removes every record, effect, timer and object, and asks jobs and replicas to end. Contents of objects are collected
/// at the next start.
pub(super) fn empty(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let ends = ends(tx)?;
    for table in TABLES {
        tx.sql().execute(&format!("DELETE FROM {table}"), [])?;
    }
    for effect in ends {
        tx.emit(effect)?;
    }
    Ok(())
}

/// What ends the processes that are under way.
fn ends(snapshot: &Snapshot<'_>) -> Result<Vec<Effect>, StoreError> {
    let jobs = snapshot
        .effects()?
        .into_iter()
        .filter_map(|row| match row.effect {
            Effect::StartJob { kind, name } => Some(Effect::StopJob { kind, name }),
            _ => None,
        });
    let mut ends: Vec<Effect> = jobs.collect();
    let query = Query {
        limit: u64::MAX >> 1,
        ..Query::default()
    };
    for endpoint in snapshot.list::<Endpoint>(&query)?.rows {
        ends.push(Effect::StopEndpoint {
            name: endpoint.key(),
        });
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::ManualClock;
    use crate::store::Store;

    fn store(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("plane.db");
        Store::open(&path, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap()
    }

    #[test]
    fn every_table_but_the_facts_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let sql =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let snapshot = store.snapshot();
        let mut statement = snapshot.sql().prepare(sql).unwrap();
        let tables = statement.query_map([], |row| row.get(0)).unwrap();
        let tables: BTreeSet<String> = tables.map(Result::unwrap).collect();
        let mut expected: BTreeSet<String> = TABLES.iter().map(|name| (*name).to_owned()).collect();
        expected.insert("meta".to_owned());
        assert_eq!(tables, expected);
    }

    #[test]
    fn what_runs_is_asked_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let (kind, name) = ("sagemaker.training-job".to_owned(), "fit".to_owned());
        let start = Effect::StartJob {
            kind: kind.clone(),
            name: name.clone(),
        };
        store.transact("test", |tx| tx.emit(start)).unwrap();
        let ((), emitted) = store.transact("test", empty).unwrap();
        let effects: Vec<Effect> = emitted.into_iter().map(|row| row.effect).collect();
        assert_eq!(effects, [Effect::StopJob { kind, name }]);
    }
}
