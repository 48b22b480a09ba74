//! Tags of resources.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::record::{
    Endpoint, EndpointConfig, Job, Model, ModelPackage, ModelPackageGroup, Processing, Tags,
    Training, Transform,
};
use super::request::{items, page, text};
use super::tuning::TuningJob;
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// AWS's limit for a resource.
const LIMIT: usize = 50;

/// Adds or replaces tags.
pub(super) fn add(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "/ResourceArn").to_owned();
    require(tx, &arn)?;
    attach(tx, &arn, request)?;
    Ok(json!({"Tags": listed(&of(tx, &arn)?)}))
}

/// The tags of a resource.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "/ResourceArn");
    require(snapshot, arn)?;
    let tags = listed(&of(snapshot, arn)?);
    let limit = request
        .get("MaxResults")
        .and_then(Value::as_u64)
        .unwrap_or(LIMIT as u64) as usize;
    let start: usize = text(request, "/NextToken").parse().unwrap_or(0);
    let more = tags.len() > start.saturating_add(limit);
    let shown = tags.into_iter().skip(start).take(limit).collect();
    Ok(page(
        "Tags",
        shown,
        more.then(|| (start + limit).to_string()),
    ))
}

/// Removes tags.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "/ResourceArn").to_owned();
    require(tx, &arn)?;
    if let Some(mut record) = tx.get::<Tags>(&arn)? {
        for key in items(request, "/TagKeys").iter().filter_map(Value::as_str) {
            record.values.remove(key);
        }
        tx.put(&record)?;
    }
    Ok(json!({}))
}

/// Stores the tags of a request.
pub(super) fn attach(tx: &mut Tx<'_>, arn: &str, request: &Value) -> Result<(), Fault> {
    let given = items(request, "/Tags");
    if given.is_empty() {
        return Ok(());
    }
    let created = tx.ctx().now;
    let mut record = tx.get::<Tags>(arn)?.unwrap_or_else(|| Tags {
        arn: arn.to_owned(),
        values: BTreeMap::new(),
        created,
    });
    for tag in given {
        record
            .values
            .insert(text(tag, "/Key").to_owned(), text(tag, "/Value").to_owned());
    }
    if record.values.len() > LIMIT {
        return Err(Fault::validation(format!(
            "{arn} would have more than {LIMIT} tags"
        )));
    }
    Ok(tx.put(&record)?)
}

/// Forgets the tags of a resource that is deleted.
pub(super) fn detach(tx: &mut Tx<'_>, arn: &str) -> Result<(), Fault> {
    tx.delete::<Tags>(arn)?;
    Ok(())
}

/// The tags of a resource.
pub(super) fn of(snapshot: &Snapshot<'_>, arn: &str) -> Result<BTreeMap<String, String>, Fault> {
    Ok(snapshot
        .get::<Tags>(arn)?
        .map(|record| record.values)
        .unwrap_or_default())
}

fn listed(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

fn require(snapshot: &Snapshot<'_>, arn: &str) -> Result<(), Fault> {
    // arn:aws:sagemaker:<region>:<account>:<resource>/<name>
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let (kind, name) = resource.split_once('/').unwrap_or_default();
    let exists = match kind {
        "processing-job" => snapshot.get::<Job<Processing>>(name)?.is_some(),
        "training-job" => snapshot.get::<Job<Training>>(name)?.is_some(),
        "hyper-parameter-tuning-job" => snapshot.get::<TuningJob>(name)?.is_some(),
        "transform-job" => snapshot.get::<Job<Transform>>(name)?.is_some(),
        "model" => snapshot.get::<Model>(name)?.is_some(),
        "endpoint-config" => snapshot.get::<EndpointConfig>(name)?.is_some(),
        "endpoint" => snapshot.get::<Endpoint>(name)?.is_some(),
        "model-package-group" => snapshot.get::<ModelPackageGroup>(name)?.is_some(),
        "model-package" => snapshot.get::<ModelPackage>(name)?.is_some(),
        _ => false,
    };
    if exists {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "Could not find resource \"{arn}\"."
    )))
}
