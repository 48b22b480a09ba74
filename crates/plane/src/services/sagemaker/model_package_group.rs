//! Groups of model packages.

use serde_json::{Value, json};

use super::record::{ModelPackage, ModelPackageGroup};
use super::request::{optional, page, query, seconds, set, text};
use super::tags;
use crate::store::{Query, Snapshot, Tx};
use crate::{Ctx, Fault};

/// Creates a group.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "/ModelPackageGroupName").to_owned();
    let arn = tx
        .ctx()
        .arn("sagemaker", &format!("model-package-group/{name}"));
    if tx.get::<ModelPackageGroup>(&name)?.is_some() {
        return Err(Fault::validation(format!(
            "Model Package Group already exists: {arn}"
        )));
    }
    tx.put(&ModelPackageGroup {
        name,
        arn: arn.clone(),
        description: optional(request, "/ModelPackageGroupDescription").map(str::to_owned),
        created: tx.ctx().now,
        last_version: 0,
    })?;
    tags::attach(tx, &arn, request)?;
    Ok(json!({"ModelPackageGroupArn": arn}))
}

/// Describes a group.
pub(super) fn describe(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let group = require(snapshot, text(request, "/ModelPackageGroupName"))?;
    let mut answer = summary(&group);
    answer["CreatedBy"] = json!({});
    Ok(answer)
}

/// Lists groups.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let found = snapshot.list::<ModelPackageGroup>(&query(request, false))?;
    let summaries = found.rows.iter().map(summary).collect();
    Ok(page("ModelPackageGroupSummaryList", summaries, found.token))
}

/// Deletes an empty group.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let group = require(tx, text(request, "/ModelPackageGroupName"))?;
    let one = Query {
        parent: Some(group.name.clone()),
        limit: 1,
        ..Query::default()
    };
    if !tx.list::<ModelPackage>(&one)?.rows.is_empty() {
        return Err(Fault::client(
            "ConflictException",
            format!(
                "Model Package Group {} cannot be deleted while it has packages",
                group.arn
            ),
        ));
    }
    tx.delete::<ModelPackageGroup>(&group.name)?;
    tags::detach(tx, &group.arn)?;
    Ok(json!({}))
}

/// The group by name or ARN, or AWS's refusal.
pub(super) fn require(
    snapshot: &Snapshot<'_>,
    name_or_arn: &str,
) -> Result<ModelPackageGroup, Fault> {
    let name = name_or_arn.rsplit('/').next().unwrap_or(name_or_arn);
    snapshot.get(name)?.ok_or_else(|| {
        Fault::validation(format!("ModelPackageGroup {name_or_arn} does not exist."))
    })
}

fn summary(group: &ModelPackageGroup) -> Value {
    let mut answer = json!({
        "ModelPackageGroupName": group.name,
        "ModelPackageGroupArn": group.arn,
        "CreationTime": seconds(group.created),
        "ModelPackageGroupStatus": "Completed",
    });
    let members = answer.as_object_mut().expect("the literal is an object");
    set(
        members,
        "ModelPackageGroupDescription",
        group.description.clone(),
    );
    answer
}
