//! The history of an execution: one row an event, ids without a gap.

use rusqlite::params;
use serde_json::{Value, json};
use states::HistoryEvent;

use super::execution;
use crate::services::request::{optional, text};
use crate::store::{Snapshot, StoreError, Tx};
use crate::{Ctx, Fault};

/// Members of details that are an execution's data, left out where a request does not want them.
const DATA: [&str; 5] = [
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "parameters",
];

/// Appends events to an execution's history.
pub(super) fn append(
    tx: &mut Tx<'_>,
    execution: &str,
    events: &[HistoryEvent],
) -> Result<(), StoreError> {
    let mut statement = tx
        .sql()
        .prepare_cached("INSERT INTO history (execution, id, body) VALUES (?, ?, ?)")?;
    for event in events {
        let id = i64::try_from(event.id).unwrap_or(i64::MAX);
        statement.execute(params![execution, id, event.to_json().to_string()])?;
    }
    Ok(())
}

/// Forgets the history of an execution whose name is used again.
pub(super) fn delete(tx: &mut Tx<'_>, execution: &str) -> Result<(), StoreError> {
    let mut statement = tx
        .sql()
        .prepare_cached("DELETE FROM history WHERE execution = ?")?;
    statement.execute([execution])?;
    Ok(())
}

/// GetExecutionHistory.
pub(super) fn get(snapshot: &Snapshot<'_>, ctx: &Ctx, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "executionArn");
    execution::require(snapshot, ctx, arn)?;
    let reverse = request["reverseOrder"] == true;
    let limit = execution::page_size(request);
    let after = match optional(request, "nextToken") {
        None => None,
        Some(token) => Some(
            token
                .parse::<i64>()
                .map_err(|_| execution::invalid_token())?,
        ),
    };
    let mut events = page(snapshot, arn, (after, reverse), limit + 1)?;
    let more = events.len() as u64 > limit;
    events.truncate(limit as usize);
    if request["includeExecutionData"] == false {
        events.iter_mut().for_each(leave_data_out);
    }
    let mut answer = json!({"events": events});
    if more {
        let last = answer["events"].as_array().and_then(|events| events.last());
        let id = last
            .map(|event| event["id"].to_string())
            .unwrap_or_default();
        answer["nextToken"] = id.into();
    }
    Ok(answer)
}

fn page(
    snapshot: &Snapshot<'_>,
    execution: &str,
    (after, reverse): (Option<i64>, bool),
    limit: u64,
) -> Result<Vec<Value>, StoreError> {
    let (compare, order, start) = if reverse {
        ("<", "DESC", i64::MAX)
    } else {
        (">", "ASC", 0)
    };
    let sql = format!(
        "SELECT id, body FROM history WHERE execution = ? AND id {compare} ? ORDER BY id {order} LIMIT ?"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![execution, after.unwrap_or(start), limit])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, body): (i64, String) = (row.get(0)?, row.get(1)?);
        events.push(
            serde_json::from_str(&body).map_err(|source| StoreError::Corrupt {
                kind: "history".to_owned(),
                key: format!("{execution}/{id}"),
                source,
            })?,
        );
    }
    Ok(events)
}

fn leave_data_out(event: &mut Value) {
    let members = event
        .as_object_mut()
        .into_iter()
        .flat_map(|event| event.values_mut());
    for details in members.filter_map(Value::as_object_mut) {
        details.retain(|name, _| !DATA.contains(&name.as_str()));
    }
}
