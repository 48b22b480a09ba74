//! Reading log events.
//!
//! A token is a position between events, `f/` to read on after it or `b/` to read back before it. Reading forward at the
//! end gives the same token again, by which clients see that there is no more for now.

use rusqlite::{Row, params};
use serde_json::{Value, json};

use super::filter::Pattern;
use super::group::{self, invalid};
use super::stream;
use crate::services::request::{items, optional, text};
use crate::store::{Snapshot, StoreError};
use crate::{Ctx, Fault};

/// Most events of one answer.
const PAGE: u64 = 10_000;
/// Most bytes of messages in one answer.
const PAGE_BYTES: usize = 1_048_576;

/// A stored event.
struct Event {
    sequence: i64,
    stream: String,
    at: i64,
    ingested: i64,
    message: String,
}

/// A place in the order of events: by time, then by arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position(i64, i64);

enum Token {
    Forward(Position),
    Backward(Position),
}

fn parse(token: &str) -> Option<Token> {
    let mut parts = token.split('/');
    let (direction, at, sequence) = (parts.next()?, parts.next()?, parts.next()?);
    let position = Position(at.parse().ok()?, sequence.parse().ok()?);
    match (direction, parts.next()) {
        ("f", None) => Some(Token::Forward(position)),
        ("b", None) => Some(Token::Backward(position)),
        _ => None,
    }
}

fn print(direction: &str, Position(at, sequence): Position) -> String {
    format!("{direction}/{at:016}/{sequence:016}")
}

pub(super) fn get_log_events(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let group = group::named(snapshot, request)?;
    let stream = stream::require(snapshot, &group.name, text(request, "logStreamName"))?;
    let token = match optional(request, "nextToken").map(parse) {
        Some(None) => return Err(invalid("The specified nextToken is invalid.")),
        token => token.flatten(),
    };
    let first = Position(i64::MIN, 0);
    let last = Position(i64::MAX, i64::MAX);
    let (after, before, back) = match token {
        Some(Token::Forward(position)) => (position, last, false),
        Some(Token::Backward(position)) => (first, position, true),
        None => (first, last, request["startFromHead"] != true),
    };
    let span = Span {
        group: &group.name,
        stream: &stream.name,
        times: times(request),
        after,
        before,
    };
    let limit = request["limit"].as_u64().unwrap_or(PAGE).clamp(1, PAGE);
    let events = page(snapshot, &span, back, limit)?;
    let (start, end) = match (events.first(), events.last()) {
        (Some(first), Some(last)) => (first.position(), last.position()),
        // Nothing here: both tokens stand where the reader stands.
        _ if back => (
            before.min(Position(i64::MAX, 0)),
            before.min(Position(i64::MAX, 0)),
        ),
        _ => (after.max(Position(0, 0)), after.max(Position(0, 0))),
    };
    let shown: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({"timestamp": event.at, "message": event.message, "ingestionTime": event.ingested})
        })
        .collect();
    Ok(json!({
        "events": shown,
        "nextForwardToken": print("f", end),
        "nextBackwardToken": print("b", start),
    }))
}

/// Which events of a stream to read.
struct Span<'a> {
    group: &'a str,
    stream: &'a str,
    times: (i64, i64),
    after: Position,
    before: Position,
}

fn times(request: &Value) -> (i64, i64) {
    let start = request["startTime"].as_i64().unwrap_or(0);
    (start, request["endTime"].as_i64().unwrap_or(i64::MAX))
}

/// One answer's events in order, from the beginning of the span or its end.
fn page(
    snapshot: &Snapshot<'_>,
    span: &Span<'_>,
    back: bool,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let order = if back { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT sequence, stream, at, ingested, message FROM log_event
         WHERE log_group = ?1 AND stream = ?2 AND at >= ?3 AND at < ?4
           AND (at, sequence) > (?5, ?6) AND (at, sequence) < (?7, ?8)
         ORDER BY at {order}, sequence {order} LIMIT ?9"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(
        params![
            span.group,
            span.stream,
            span.times.0,
            span.times.1,
            span.after.0,
            span.after.1,
            span.before.0,
            span.before.1,
            limit
        ],
        read_row,
    )?;
    let mut events = within_bytes(found)?;
    if back {
        events.reverse();
    }
    Ok(events)
}

/// As many events as one answer holds; at least one, if there is any.
fn within_bytes(
    found: impl Iterator<Item = rusqlite::Result<Event>>,
) -> Result<Vec<Event>, StoreError> {
    let (mut events, mut bytes) = (Vec::new(), 0);
    for event in found {
        let event = event?;
        bytes += event.message.len() + 26;
        if bytes > PAGE_BYTES && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    Ok(events)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        sequence: row.get(0)?,
        stream: row.get(1)?,
        at: row.get(2)?,
        ingested: row.get(3)?,
        message: row.get(4)?,
    })
}

impl Event {
    fn position(&self) -> Position {
        Position(self.at, self.sequence)
    }
}

pub(super) fn filter_log_events(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let group = group::named(snapshot, request)?;
    let pattern = Pattern::parse(optional(request, "filterPattern").unwrap_or_default())?;
    let names: Vec<&str> = items(request, "logStreamNames")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let prefix = optional(request, "logStreamNamePrefix");
    if !names.is_empty() && prefix.is_some() {
        return Err(invalid(
            "Cannot use both logStreamNames and logStreamNamePrefix.",
        ));
    }
    let after = match optional(request, "nextToken").map(parse) {
        None => Position(i64::MIN, 0),
        Some(Some(Token::Forward(position))) => position,
        Some(_) => return Err(invalid("The specified nextToken is invalid.")),
    };
    let wanted = |event: &Event| {
        (names.is_empty() || names.contains(&event.stream.as_str()))
            && prefix.is_none_or(|prefix| event.stream.starts_with(prefix))
            && pattern.matches(&event.message)
    };
    let limit = request["limit"].as_u64().unwrap_or(PAGE).clamp(1, PAGE) as usize;
    let (mut events, mut more) = (Vec::new(), false);
    let mut bytes = 0;
    for_each_of_group(snapshot, &group.name, times(request), after, |event| {
        if !wanted(&event) {
            return true;
        }
        bytes += event.message.len() + 26;
        more = events.len() == limit || (bytes > PAGE_BYTES && !events.is_empty());
        if !more {
            events.push(event);
        }
        !more
    })?;
    let mut answer = json!({"events": events.iter().map(filtered).collect::<Vec<_>>(), "searchedLogStreams": []});
    if let (true, Some(last)) = (more, events.last()) {
        answer["nextToken"] = print("f", last.position()).into();
    }
    Ok(answer)
}

fn filtered(event: &Event) -> Value {
    json!({
        "logStreamName": event.stream,
        "timestamp": event.at,
        "message": event.message,
        "ingestionTime": event.ingested,
        "eventId": format!("{:056}", event.sequence),
    })
}

/// Shows the events of a group in order until the visitor has enough.
fn for_each_of_group(
    snapshot: &Snapshot<'_>,
    group: &str,
    times: (i64, i64),
    after: Position,
    mut visit: impl FnMut(Event) -> bool,
) -> Result<(), StoreError> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT sequence, stream, at, ingested, message FROM log_event
         WHERE log_group = ? AND at >= ? AND at < ? AND (at, sequence) > (?, ?) ORDER BY at, sequence",
    )?;
    let found =
        statement.query_map(params![group, times.0, times.1, after.0, after.1], read_row)?;
    for event in found {
        if !visit(event?) {
            break;
        }
    }
    Ok(())
}
