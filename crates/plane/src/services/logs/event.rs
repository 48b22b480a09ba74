//! Writing log events.

use std::collections::BTreeMap;

use rusqlite::params;
use serde_json::{Value, json};

use super::group::{self, invalid};
use super::record::{LogGroup, LogStream};
use super::{retention, stream};
use crate::Fault;
use crate::services::request::{items, text};
use crate::store::{StoreError, Tx};

/// Older events are rejected, AWS's 14 days.
const OLDEST_MS: i64 = 14 * 86_400_000;
/// Events from further in the future are rejected, AWS's 2 hours.
const NEWEST_MS: i64 = 2 * 3_600_000;
/// Bytes of one request: its messages and 26 for each event.
const REQUEST_BYTES: usize = 1_048_576;

/// Appends events (milliseconds, message) to a stream; group and stream are created where they are missing.
pub fn append(
    tx: &mut Tx<'_>,
    group: &str,
    stream: &str,
    events: &[(i64, String)],
) -> Result<(), Fault> {
    if tx.get::<LogGroup>(group)?.is_none() {
        group::create(tx, group, BTreeMap::new())?;
    }
    let found = tx.get::<LogStream>(&LogStream::key_of(group, stream))?;
    let stream = found.unwrap_or_else(|| stream::new(tx, group, stream));
    Ok(write(tx, stream, events)?)
}

fn write(
    tx: &mut Tx<'_>,
    mut stream: LogStream,
    events: &[(i64, String)],
) -> Result<(), StoreError> {
    let now = tx.ctx().now;
    let mut is_full = false;
    {
        let mut statement = tx.sql().prepare_cached(
            "INSERT INTO log_event (log_group, stream, at, ingested, message) VALUES (?, ?, ?, ?, ?)",
        )?;
        for (at, message) in events {
            statement.execute(params![stream.group, stream.name, at, now, message])?;
            is_full |= tx.sql().last_insert_rowid() % retention::EVERY == 0;
        }
    }
    for (at, _) in events {
        let (first, last) = stream.events.unwrap_or((*at, *at));
        stream.events = Some((first.min(*at), last.max(*at)));
        stream.ingested = Some(now);
    }
    tx.put(&stream)?;
    if is_full {
        retention::enforce(tx, retention::Limits::default())?;
    }
    Ok(())
}

pub(super) fn put_operation(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let group = group::require(tx, text(request, "logGroupName"))?;
    let stream = stream::require(tx, &group.name, text(request, "logStreamName"))?;
    let events: Vec<(i64, String)> = items(request, "logEvents")
        .iter()
        .map(|event| {
            let at = event["timestamp"].as_i64().unwrap_or_default();
            (at, text(event, "message").to_owned())
        })
        .collect();
    if events.windows(2).any(|pair| pair[0].0 > pair[1].0) {
        return Err(invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    if events
        .iter()
        .map(|(_, message)| message.len() + 26)
        .sum::<usize>()
        > REQUEST_BYTES
    {
        return Err(invalid(&format!(
            "Upload too large: the batch exceeds the limit of {REQUEST_BYTES} bytes"
        )));
    }
    let now = tx.ctx().now;
    let old = events.partition_point(|(at, _)| *at < now - OLDEST_MS);
    let new = events.partition_point(|(at, _)| *at <= now + NEWEST_MS);
    write(tx, stream, &events[old..new])?;
    let mut rejected = json!({});
    if old > 0 {
        rejected["tooOldLogEventEndIndex"] = old.into();
    }
    if new < events.len() {
        rejected["tooNewLogEventStartIndex"] = new.into();
    }
    if rejected == json!({}) {
        return Ok(rejected);
    }
    Ok(json!({"rejectedLogEventsInfo": rejected}))
}
