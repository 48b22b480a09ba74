//! Log streams.

use serde_json::{Value, json};

use super::group::{self, PAGE, invalid, offset};
use super::record::LogStream;
use crate::services::request::{optional, text};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

pub(super) fn create_operation(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let (group, name) = (
        text(request, "logGroupName"),
        text(request, "logStreamName"),
    );
    group::require(tx, group)?;
    if tx
        .get::<LogStream>(&LogStream::key_of(group, name))?
        .is_some()
    {
        return Err(Fault::client(
            "ResourceAlreadyExistsException",
            "The specified log stream already exists",
        ));
    }
    let stream = new(tx, group, name);
    tx.put(&stream)?;
    Ok(json!({}))
}

/// A stream without events.
pub(super) fn new(tx: &Tx<'_>, group: &str, name: &str) -> LogStream {
    LogStream {
        group: group.to_owned(),
        name: name.to_owned(),
        created: tx.ctx().now,
        events: None,
        ingested: None,
    }
}

/// The stream, or AWS's refusal.
pub(super) fn require(
    snapshot: &Snapshot<'_>,
    group: &str,
    name: &str,
) -> Result<LogStream, Fault> {
    snapshot
        .get(&LogStream::key_of(group, name))?
        .ok_or_else(|| {
            Fault::client(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
            )
        })
}

pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let group = group::named(snapshot, request)?;
    let prefix = optional(request, "logStreamNamePrefix");
    let by_time = optional(request, "orderBy") == Some("LastEventTime");
    if by_time && prefix.is_some() {
        return Err(invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let mut streams = snapshot.children::<LogStream>(&group.name)?;
    streams.retain(|stream| prefix.is_none_or(|prefix| stream.name.starts_with(prefix)));
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    if by_time {
        streams.sort_by_key(|stream| stream.events.map(|(_, last)| last));
    }
    if request["descending"] == true {
        streams.reverse();
    }
    let skip = offset(request)?;
    let limit = request["limit"].as_u64().unwrap_or(PAGE).clamp(1, PAGE);
    let page = streams.iter().skip(skip as usize).take(limit as usize);
    let shown: Vec<Value> = page
        .map(|stream| described(stream, &group.arn(ctx)))
        .collect();
    let mut answer = json!({"logStreams": shown});
    if streams.len() as u64 > skip + limit {
        answer["nextToken"] = (skip + limit).to_string().into();
    }
    Ok(answer)
}

fn described(stream: &LogStream, group_arn: &str) -> Value {
    let mut shown = json!({
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "arn": format!("{group_arn}:log-stream:{}", stream.name),
        "storedBytes": 0,
    });
    if let Some((first, last)) = stream.events {
        shown["firstEventTimestamp"] = first.into();
        shown["lastEventTimestamp"] = last.into();
    }
    if let Some(at) = stream.ingested {
        shown["lastIngestionTime"] = at.into();
    }
    shown
}
