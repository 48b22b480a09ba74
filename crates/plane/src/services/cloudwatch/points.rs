//! The values of a metric as they were recorded, for readers inside: no period gathers them.

use std::collections::BTreeMap;

use rusqlite::params;

use super::record::canonical;
use crate::store::{Snapshot, StoreError};

/// Values that are read at most.
const LIMIT: i64 = 10_000;

/// Epoch milliseconds and value of each sample of a metric, oldest first; of many the oldest.
pub fn points(
    snapshot: &Snapshot<'_>,
    namespace: &str,
    name: &str,
    dimensions: &BTreeMap<String, String>,
) -> Result<Vec<(i64, f64)>, StoreError> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT at, sum / samples FROM metric
         WHERE namespace = ? AND name = ? AND dimensions = ? AND samples > 0 ORDER BY at, rowid LIMIT ?",
    )?;
    let mut rows = statement.query(params![namespace, name, canonical(dimensions), LIMIT])?;
    let mut points = Vec::new();
    while let Some(row) = rows.next()? {
        points.push((row.get(0)?, row.get(1)?));
    }
    Ok(points)
}
