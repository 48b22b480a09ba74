//! Log groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::record::{LogGroup, LogStream};
use crate::services::request::{optional, text};
use crate::store::{Query, Snapshot, Sort, StoreError, Tx};
use crate::{Ctx, Fault};

/// AWS's page of groups and of streams.
pub(super) const PAGE: u64 = 50;

/// Creates a group.
pub fn create(
    tx: &mut Tx<'_>,
    name: &str,
    tags: BTreeMap<String, String>,
) -> Result<LogGroup, Fault> {
    if tx.get::<LogGroup>(name)?.is_some() {
        return Err(Fault::client(
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        ));
    }
    let group = LogGroup {
        name: name.to_owned(),
        created: tx.ctx().now,
        retention_days: None,
        tags,
    };
    tx.put(&group)?;
    Ok(group)
}

/// Deletes a group with its streams and events.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    if !tx.delete::<LogGroup>(name)? {
        return Err(missing_group());
    }
    for stream in tx.children::<LogStream>(name)? {
        tx.delete::<LogStream>(&LogStream::key_of(name, &stream.name))?;
    }
    tx.sql()
        .prepare_cached("DELETE FROM log_event WHERE log_group = ?")
        .and_then(|mut statement| statement.execute([name]))
        .map_err(StoreError::from)?;
    Ok(())
}

pub(super) fn create_operation(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let tags = request["tags"].as_object().into_iter().flatten();
    let tags = tags
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    create(tx, text(request, "logGroupName"), tags)?;
    Ok(json!({}))
}

pub(super) fn delete_operation(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    delete(tx, text(request, "logGroupName"))?;
    Ok(json!({}))
}

pub(super) fn put_retention(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut group = require(tx, text(request, "logGroupName"))?;
    group.retention_days = request["retentionInDays"].as_i64();
    tx.put(&group)?;
    Ok(json!({}))
}

pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let prefix = optional(request, "logGroupNamePrefix");
    let pattern = optional(request, "logGroupNamePattern");
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let query = Query {
        key_contains: prefix.or(pattern).map(str::to_owned),
        sort: Sort::Key,
        limit: i64::MAX as u64 - 1,
        ..Query::default()
    };
    let skip = offset(request)?;
    let limit = request["limit"].as_u64().unwrap_or(PAGE).clamp(1, PAGE);
    let groups = snapshot.list::<LogGroup>(&query)?.rows;
    let found: Vec<LogGroup> = groups
        .into_iter()
        .filter(|group| prefix.is_none_or(|prefix| group.name.starts_with(prefix)))
        .skip(usize::try_from(skip).unwrap_or(usize::MAX))
        .take(limit as usize + 1)
        .collect();
    let page = found.iter().take(limit as usize);
    let shown = page
        .map(|group| described(snapshot, ctx, group))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut answer = json!({"logGroups": shown});
    if found.len() as u64 > limit {
        answer["nextToken"] = (skip + limit).to_string().into();
    }
    Ok(answer)
}

fn described(snapshot: &Snapshot<'_>, ctx: &Ctx, group: &LogGroup) -> Result<Value, StoreError> {
    let bytes: i64 = snapshot
        .sql()
        .prepare_cached(
            "SELECT coalesce(sum(length(message)), 0) FROM log_event WHERE log_group = ?",
        )?
        .query_row([&group.name], |row| row.get(0))?;
    let mut shown = json!({
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": format!("{}:*", group.arn(ctx)),
        "storedBytes": bytes,
        "logGroupClass": "STANDARD",
        "logGroupArn": group.arn(ctx),
    });
    if let Some(days) = group.retention_days {
        shown["retentionInDays"] = days.into();
    }
    Ok(shown)
}

/// The group, or AWS's refusal.
pub(super) fn require(snapshot: &Snapshot<'_>, name: &str) -> Result<LogGroup, Fault> {
    snapshot.get(name)?.ok_or_else(missing_group)
}

/// The group that a request names, by name or by ARN.
pub(super) fn named(snapshot: &Snapshot<'_>, request: &Value) -> Result<LogGroup, Fault> {
    let name = optional(request, "logGroupName");
    let identifier = optional(request, "logGroupIdentifier");
    match (name, identifier) {
        (Some(name), None) => require(snapshot, name),
        (None, Some(identifier)) => {
            let name = identifier
                .split_once(":log-group:")
                .map_or(identifier, |(_, name)| name);
            require(snapshot, name.trim_end_matches(":*"))
        }
        (Some(_), Some(_)) => Err(invalid(
            "LogGroup name and LogGroup identifier are mutually exclusive parameters.",
        )),
        (None, None) => Err(invalid(
            "Either logGroupName or logGroupIdentifier is required.",
        )),
    }
}

/// Rows that an earlier page showed.
pub(super) fn offset(request: &Value) -> Result<u64, Fault> {
    match optional(request, "nextToken") {
        None => Ok(0),
        Some(token) => token
            .parse()
            .map_err(|_| invalid("The specified nextToken is invalid.")),
    }
}

pub(super) fn invalid(message: &str) -> Fault {
    Fault::client("InvalidParameterException", message)
}

fn missing_group() -> Fault {
    Fault::client(
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}
