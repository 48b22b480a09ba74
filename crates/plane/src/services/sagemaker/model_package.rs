//! Model packages: versions of a group, and packages with a name of their own.

use serde_json::{Value, json};

use super::job::check_uri;
use super::record::{ClientToken, ModelPackage, ModelPackageGroup};
use super::request::{described, items, optional, page, query, seconds, set, text};
use super::{model_package_group, tags};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// AWS's limit of custom properties.
const PROPERTIES: usize = 50;

/// Registers a package; the same `ClientToken` again answers the same ARN.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    if let Some(token) = optional(request, "/ClientToken")
        && let Some(known) = tx.get::<ClientToken>(token)?
        && let Some(package) = tx.get::<ModelPackage>(&known.package)?
    {
        return Ok(json!({"ModelPackageArn": package.arn}));
    }
    for container in items(request, "/InferenceSpecification/Containers") {
        if optional(container, "/Image").is_none() {
            return Err(Fault::validation("Image of a container is missing"));
        }
        if let Some(uri) = optional(container, "/ModelDataUrl") {
            check_uri("ModelDataUrl", uri)?;
        }
    }
    let package = match (
        optional(request, "/ModelPackageGroupName"),
        optional(request, "/ModelPackageName"),
    ) {
        (Some(_), Some(_)) => {
            return Err(Fault::validation(
                "Both ModelPackageName and ModelPackageGroupName are provided in the input. \
                 Cannot determine which one to use.",
            ));
        }
        (None, None) => return Err(Fault::validation("Missing ARN.")),
        (Some(group), None) => version(tx, group, request)?,
        (None, Some(name)) => named(tx, name, request)?,
    };
    tx.put(&package)?;
    tags::attach(tx, &package.arn, request)?;
    if let Some(token) = optional(request, "/ClientToken") {
        tx.put(&ClientToken {
            key: token.to_owned(),
            package: package.key,
            created: package.created,
        })?;
    }
    Ok(json!({"ModelPackageArn": package.arn}))
}

/// Describes a package.
pub(super) fn describe(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let package = require(snapshot, text(request, "/ModelPackageName"))?;
    let mut members = described(&package.request);
    members.insert("ModelPackageArn".to_owned(), package.arn.into());
    if package.version.is_some() {
        members.insert("ModelPackageGroupName".to_owned(), package.group.into());
        members.insert("ModelApprovalStatus".to_owned(), package.approval.into());
    }
    set(&mut members, "ModelPackageVersion", package.version);
    set(
        &mut members,
        "ApprovalDescription",
        package.approval_description,
    );
    members.insert("CreationTime".to_owned(), seconds(package.created));
    members.insert("LastModifiedTime".to_owned(), seconds(package.modified));
    members.insert("ModelPackageStatus".to_owned(), "Completed".into());
    members.insert(
        "ModelPackageStatusDetails".to_owned(),
        json!({"ValidationStatuses": [], "ImageScanStatuses": []}),
    );
    Ok(Value::from(members))
}

/// Lists packages: those of a group, else by type.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let mut query = query(request, false);
    query.status = optional(request, "/ModelApprovalStatus").map(str::to_owned);
    query.parent = match optional(request, "/ModelPackageGroupName") {
        Some(group) => Some(model_package_group::require(snapshot, group)?.name),
        // AWS lists packages without a group unless it is told otherwise.
        None => match optional(request, "/ModelPackageType") {
            Some("Versioned" | "Both") => None,
            _ => Some(String::new()),
        },
    };
    let found = snapshot.list::<ModelPackage>(&query)?;
    let versioned = optional(request, "/ModelPackageType") == Some("Versioned");
    let summaries = found
        .rows
        .iter()
        .filter(|package| !versioned || package.version.is_some())
        .map(summary)
        .collect();
    Ok(page("ModelPackageSummaryList", summaries, found.token))
}

/// Approves, rejects, and edits custom properties.
pub(super) fn update(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut package = require(tx, text(request, "/ModelPackageArn"))?;
    if let Some(approval) = optional(request, "/ModelApprovalStatus") {
        if package.version.is_none() {
            return Err(Fault::validation(
                "ModelApprovalStatus can only be set for a version of a model package group",
            ));
        }
        approval.clone_into(&mut package.approval);
    }
    if let Some(description) = optional(request, "/ApprovalDescription") {
        package.approval_description = Some(description.to_owned());
    }
    if let Some(members) = package.request.as_object_mut() {
        let entry = members
            .entry("CustomerMetadataProperties")
            .or_insert_with(|| json!({}));
        if let Some(properties) = entry.as_object_mut() {
            for name in items(request, "/CustomerMetadataPropertiesToRemove") {
                properties.shift_remove(name.as_str().unwrap_or_default());
            }
            let added = request
                .get("CustomerMetadataProperties")
                .and_then(Value::as_object);
            for (name, value) in added.into_iter().flatten() {
                properties.insert(name.clone(), value.clone());
            }
            if properties.len() > PROPERTIES {
                return Err(Fault::validation(format!(
                    "the package would have more than {PROPERTIES} custom properties"
                )));
            }
            if properties.is_empty() {
                members.shift_remove("CustomerMetadataProperties");
            }
        }
        if let Some(uri) = optional(request, "/SourceUri") {
            members.insert("SourceUri".to_owned(), uri.into());
        }
    }
    package.modified = tx.ctx().now;
    tx.put(&package)?;
    Ok(json!({"ModelPackageArn": package.arn}))
}

/// Deletes a package. Its version is never given again.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let package = require(tx, text(request, "/ModelPackageName"))?;
    tx.delete::<ModelPackage>(&package.key)?;
    tags::detach(tx, &package.arn)?;
    Ok(json!({}))
}

/// The package by name or ARN, or AWS's refusal.
pub(super) fn require(snapshot: &Snapshot<'_>, name_or_arn: &str) -> Result<ModelPackage, Fault> {
    let key = match name_or_arn.split_once(":model-package/") {
        Some((_, key)) => key,
        None => name_or_arn,
    };
    snapshot
        .get(key)?
        .ok_or_else(|| Fault::validation(format!("ModelPackage {name_or_arn} does not exist.")))
}

fn version(tx: &mut Tx<'_>, group: &str, request: &Value) -> Result<ModelPackage, Fault> {
    let mut group: ModelPackageGroup = model_package_group::require(tx, group)?;
    group.last_version += 1;
    tx.put(&group)?;
    let approval = optional(request, "/ModelApprovalStatus").unwrap_or("PendingManualApproval");
    let key = format!("{}/{}", group.name, group.last_version);
    Ok(package(
        tx,
        key,
        (group.name, Some(group.last_version)),
        approval,
        request,
    ))
}

fn named(tx: &mut Tx<'_>, name: &str, request: &Value) -> Result<ModelPackage, Fault> {
    let package = package(tx, name.to_owned(), (String::new(), None), "", request);
    if tx.get::<ModelPackage>(name)?.is_some() {
        return Err(Fault::validation(format!(
            "ModelPackage already exists: {}",
            package.arn
        )));
    }
    Ok(package)
}

fn package(
    tx: &Tx<'_>,
    key: String,
    (group, version): (String, Option<u32>),
    approval: &str,
    request: &Value,
) -> ModelPackage {
    let now = tx.ctx().now;
    ModelPackage {
        arn: tx.ctx().arn("sagemaker", &format!("model-package/{key}")),
        key,
        group,
        version,
        request: request.clone(),
        approval: approval.to_owned(),
        approval_description: None,
        created: now,
        modified: now,
    }
}

fn summary(package: &ModelPackage) -> Value {
    let mut answer = json!({
        "ModelPackageArn": package.arn,
        "CreationTime": seconds(package.created),
        "ModelPackageStatus": "Completed",
    });
    let members = answer.as_object_mut().expect("the literal is an object");
    if package.version.is_some() {
        members.insert(
            "ModelPackageGroupName".to_owned(),
            package.group.as_str().into(),
        );
        members.insert(
            "ModelApprovalStatus".to_owned(),
            package.approval.as_str().into(),
        );
    } else {
        members.insert("ModelPackageName".to_owned(), package.key.as_str().into());
    }
    set(members, "ModelPackageVersion", package.version);
    let description = optional(&package.request, "/ModelPackageDescription");
    set(members, "ModelPackageDescription", description);
    answer
}
