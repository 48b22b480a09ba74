//! Data points: rows of their own, not records, since there are many.

use std::collections::BTreeMap;

use rusqlite::params;

use super::retention;
use crate::Fault;
use crate::store::{StoreError, Tx};

/// One value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    /// Namespace, such as `/aws/sagemaker/TrainingJobs`.
    pub namespace: String,
    /// Name of the metric.
    pub name: String,
    /// Dimensions: together with namespace and name they are the metric.
    pub dimensions: BTreeMap<String, String>,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// The value.
    pub value: f64,
    /// AWS's word for the unit, `None` where there is none.
    pub unit: String,
}

/// A statistic set: several values of one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Samples {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) minimum: f64,
    pub(super) maximum: f64,
}

impl Samples {
    /// A value that occurred this often.
    pub(super) fn of(value: f64, count: f64) -> Self {
        Self {
            count,
            sum: value * count,
            minimum: value,
            maximum: value,
        }
    }
}

/// Records one value.
pub fn record(tx: &mut Tx<'_>, datum: &Datum) -> Result<(), Fault> {
    insert(tx, datum, Samples::of(datum.value, 1.0))
}

/// Records samples; the datum's own value is not used.
pub(super) fn insert(tx: &mut Tx<'_>, datum: &Datum, samples: Samples) -> Result<(), Fault> {
    let unit = if datum.unit.is_empty() {
        "None"
    } else {
        &datum.unit
    };
    let mut statement = tx
        .sql()
        .prepare_cached(
            "INSERT INTO metric (namespace, name, dimensions, at, unit, samples, sum, minimum, maximum)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .map_err(StoreError::from)?;
    statement
        .execute(params![
            datum.namespace,
            datum.name,
            canonical(&datum.dimensions),
            datum.at,
            unit,
            samples.count,
            samples.sum,
            samples.minimum,
            samples.maximum
        ])
        .map_err(StoreError::from)?;
    drop(statement);
    if tx.sql().last_insert_rowid() % retention::EVERY == 0 {
        retention::enforce(tx, retention::Limits::default())?;
    }
    Ok(())
}

/// Dimensions in the form in which they are compared: a JSON object in the order of its names.
pub(super) fn canonical(dimensions: &BTreeMap<String, String>) -> String {
    serde_json::to_string(dimensions).expect("dimensions have string keys")
}
