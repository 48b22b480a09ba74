//! Tags of state machines and activities.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::record::{Activity, StateMachine};
use crate::services::request::{items, pair_list, pairs, text};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// AWS's limit of tags of one resource.
const MOST: usize = 50;

/// `TagResource`.
pub(super) fn add(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let tags = pairs(items(request, "tags"), "key", "value");
    change(tx, text(request, "resourceArn"), |kept| kept.extend(tags))
}

/// `UntagResource`.
pub(super) fn remove(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let keys: Vec<&str> = items(request, "tagKeys")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    change(tx, text(request, "resourceArn"), |kept| {
        kept.retain(|key, _| !keys.contains(&key.as_str()));
    })
}

/// `ListTagsForResource`.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "resourceArn");
    let tags = match snapshot.get::<StateMachine>(arn)? {
        Some(machine) => machine.tags,
        None => {
            snapshot
                .get::<Activity>(arn)?
                .ok_or_else(|| missing(arn))?
                .tags
        }
    };
    Ok(json!({"tags": pair_list(&tags, "key", "value")}))
}

fn change(
    tx: &mut Tx<'_>,
    arn: &str,
    edit: impl FnOnce(&mut BTreeMap<String, String>),
) -> Result<Value, Fault> {
    if let Some(mut machine) = tx.get::<StateMachine>(arn)? {
        edit(&mut machine.tags);
        within_limit(&machine.tags)?;
        tx.put(&machine)?;
    } else if let Some(mut activity) = tx.get::<Activity>(arn)? {
        edit(&mut activity.tags);
        within_limit(&activity.tags)?;
        tx.put(&activity)?;
    } else {
        return Err(missing(arn));
    }
    Ok(json!({}))
}

fn within_limit(tags: &BTreeMap<String, String>) -> Result<(), Fault> {
    if tags.len() <= MOST {
        return Ok(());
    }
    Err(Fault::client(
        "TooManyTags",
        format!("A resource has at most {MOST} tags"),
    ))
}

fn missing(arn: &str) -> Fault {
    Fault::client("ResourceNotFound", format!("Resource not found: '{arn}'"))
}
