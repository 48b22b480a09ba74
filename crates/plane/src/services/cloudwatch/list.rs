//! `ListMetrics`.

use std::collections::BTreeMap;

use rusqlite::params;
use serde_json::{Value, json};

use crate::services::request::{items, optional, pair_list, text};
use crate::store::{Snapshot, StoreError};
use crate::{Ctx, Fault};

/// AWS's page.
const PAGE: usize = 500;
/// What `RecentlyActive` means.
const RECENT_MS: i64 = 3 * 3_600_000;

pub(super) fn list_metrics(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let since = optional(request, "RecentlyActive").map_or(i64::MIN, |_| ctx.now - RECENT_MS);
    let filters: Vec<(&str, Option<&str>)> = items(request, "Dimensions")
        .iter()
        .map(|filter| (text(filter, "Name"), optional(filter, "Value")))
        .collect();
    let skip: usize = match optional(request, "NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| {
            Fault::client(
                "InvalidParameterValue",
                "The value for parameter NextToken is invalid.",
            )
        })?,
    };
    let metrics = metrics(snapshot, request, since)?;
    let wanted = |dimensions: &BTreeMap<String, String>| {
        filters.iter().all(|(name, value)| {
            let found = dimensions.get(*name);
            found.is_some_and(|found| value.is_none_or(|value| value == found))
        })
    };
    let mut found: Vec<Value> = metrics
        .iter()
        .filter(|(_, _, dimensions)| wanted(dimensions))
        .skip(skip)
        .take(PAGE + 1)
        .map(|(namespace, name, dimensions)| {
            json!({
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": pair_list(dimensions, "Name", "Value"),
            })
        })
        .collect();
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let mut answer = json!({"Metrics": found});
    if more {
        answer["NextToken"] = (skip + PAGE).to_string().into();
    }
    Ok(answer)
}

type Metric = (String, String, BTreeMap<String, String>);

fn metrics(
    snapshot: &Snapshot<'_>,
    request: &Value,
    since: i64,
) -> Result<Vec<Metric>, StoreError> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT DISTINCT namespace, name, dimensions FROM metric
         WHERE (?1 IS NULL OR namespace = ?1) AND (?2 IS NULL OR name = ?2) AND at >= ?3
         ORDER BY namespace, name, dimensions",
    )?;
    let mut rows = statement.query(params![
        optional(request, "Namespace"),
        optional(request, "MetricName"),
        since
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (namespace, name): (String, String) = (row.get(0)?, row.get(1)?);
        let dimensions: String = row.get(2)?;
        let dimensions =
            serde_json::from_str(&dimensions).map_err(|source| StoreError::Corrupt {
                kind: "metric".to_owned(),
                key: format!("{namespace}/{name}"),
                source,
            })?;
        found.push((namespace, name, dimensions));
    }
    Ok(found)
}
