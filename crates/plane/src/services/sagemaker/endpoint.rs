//! Endpoints: what is asked of them, and what the executor reports of them.

use serde_json::{Value, json};

use super::record::{Container, Deployment, Endpoint, EndpointStatus, Variant};
use super::request::{items, page, query, seconds, set, text};
use super::{endpoint_config, tags};
use crate::store::{Effect, Snapshot, Tx};
use crate::{Ctx, Fault};

/// Creates an endpoint and asks for its replicas.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "/EndpointName").to_owned();
    let arn = arn(tx.ctx(), &name);
    if tx.get::<Endpoint>(&name)?.is_some() {
        return Err(Fault::validation(format!(
            "Cannot create already existing endpoint \"{arn}\"."
        )));
    }
    let config = endpoint_config::require(tx, text(request, "/EndpointConfigName"))?;
    let now = tx.ctx().now;
    let endpoint = Endpoint {
        name: name.clone(),
        arn: arn.clone(),
        status: EndpointStatus::Creating,
        created: now,
        modified: now,
        failure: None,
        active: None,
        pending: Some(endpoint_config::deployment(tx, &config)?),
    };
    tx.put(&endpoint)?;
    tags::attach(tx, &arn, request)?;
    tx.emit(Effect::StartEndpoint {
        name,
        config: config.name,
    })?;
    Ok(json!({"EndpointArn": arn}))
}

/// Asks for replicas of another configuration; the present ones answer until those are ready.
pub(super) fn update(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut endpoint = require(tx, text(request, "/EndpointName"))?;
    let config = endpoint_config::require(tx, text(request, "/EndpointConfigName"))?;
    match endpoint.status {
        EndpointStatus::InService => {}
        EndpointStatus::Failed => {
            return Err(Fault::validation(format!(
                "Cannot update endpoint \"{}\" in status Failed; delete it.",
                endpoint.arn
            )));
        }
        _ => return Err(in_progress(&endpoint.arn)),
    }
    endpoint.status = EndpointStatus::Updating;
    endpoint.modified = tx.ctx().now;
    endpoint.failure = None;
    endpoint.pending = Some(endpoint_config::deployment(tx, &config)?);
    tx.put(&endpoint)?;
    tx.emit(Effect::StartEndpoint {
        name: endpoint.name,
        config: config.name,
    })?;
    Ok(json!({"EndpointArn": endpoint.arn}))
}

/// Asks for the same configuration with other weights or numbers of replicas.
pub(super) fn scale(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut endpoint = require(tx, text(request, "/EndpointName"))?;
    let (EndpointStatus::InService, Some(mut wanted)) = (endpoint.status, endpoint.active.clone())
    else {
        return Err(in_progress(&endpoint.arn));
    };
    for change in items(request, "/DesiredWeightsAndCapacities") {
        let name = text(change, "/VariantName");
        let variant = wanted
            .variants
            .iter_mut()
            .find(|variant| variant.name == name)
            .ok_or_else(|| Fault::validation(format!("Could not find variant \"{name}\".")))?;
        if let Some(weight) = change.get("DesiredWeight").and_then(Value::as_f64) {
            variant.weight = weight;
        }
        if let Some(count) = change.get("DesiredInstanceCount").and_then(Value::as_u64) {
            variant.instances = u32::try_from(count).unwrap_or(u32::MAX);
        }
    }
    endpoint_config::check(&wanted.variants)?;
    wanted.requested = tx.ctx().now;
    let config = wanted.config.clone();
    endpoint.status = EndpointStatus::Updating;
    endpoint.modified = tx.ctx().now;
    endpoint.failure = None;
    endpoint.pending = Some(wanted);
    tx.put(&endpoint)?;
    tx.emit(Effect::StartEndpoint {
        name: endpoint.name,
        config,
    })?;
    Ok(json!({"EndpointArn": endpoint.arn}))
}

/// Asks for the end of an endpoint.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut endpoint = require(tx, text(request, "/EndpointName"))?;
    match endpoint.status {
        EndpointStatus::InService | EndpointStatus::Failed => {}
        _ => return Err(in_progress(&endpoint.arn)),
    }
    endpoint.status = EndpointStatus::Deleting;
    endpoint.modified = tx.ctx().now;
    tx.put(&endpoint)?;
    tx.emit(Effect::StopEndpoint {
        name: endpoint.name,
    })?;
    Ok(json!({}))
}

/// Describes an endpoint.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let name = text(request, "/EndpointName");
    let endpoint = snapshot
        .get::<Endpoint>(name)?
        .ok_or_else(|| missing(ctx, name))?;
    let shown = endpoint.active.as_ref().or(endpoint.pending.as_ref());
    let mut answer = json!({
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": shown.map_or("", |deployment| deployment.config.as_str()),
        "EndpointStatus": endpoint.status.as_str(),
        "CreationTime": seconds(endpoint.created),
        "LastModifiedTime": seconds(endpoint.modified),
    });
    let members = answer.as_object_mut().expect("the literal is an object");
    if let Some(active) = &endpoint.active {
        let variants = active.variants.iter().map(|variant| {
            let mut summary = summary(active, variant);
            summary["CurrentWeight"] = variant.weight.into();
            summary["DesiredWeight"] = variant.weight.into();
            summary["CurrentInstanceCount"] = variant.instances.into();
            summary["DesiredInstanceCount"] = variant.instances.into();
            summary
        });
        members.insert("ProductionVariants".to_owned(), variants.collect());
        set(
            members,
            "PendingDeploymentSummary",
            endpoint.pending.as_ref().map(pending),
        );
    }
    set(members, "FailureReason", endpoint.failure);
    Ok(answer)
}

/// Lists endpoints.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let found = snapshot.list::<Endpoint>(&query(request, true))?;
    let summary = |endpoint: &Endpoint| {
        json!({
            "EndpointName": endpoint.name,
            "EndpointArn": endpoint.arn,
            "CreationTime": seconds(endpoint.created),
            "LastModifiedTime": seconds(endpoint.modified),
            "EndpointStatus": endpoint.status.as_str(),
        })
    };
    Ok(page(
        "Endpoints",
        found.rows.iter().map(summary).collect(),
        found.token,
    ))
}

/// The replicas of the pending configuration answer; it is the active one now.
pub fn deployed(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    change(tx, name, |endpoint| {
        if let Some(pending) = endpoint.pending.take() {
            endpoint.active = Some(pending);
        }
        endpoint.status = EndpointStatus::InService;
        endpoint.failure = None;
    })
}

/// The replicas of the pending configuration did not become ready. An endpoint that has an active configuration keeps
/// it and is in service again, with the reason; a new one has failed.
pub fn not_deployed(tx: &mut Tx<'_>, name: &str, reason: &str) -> Result<(), Fault> {
    change(tx, name, |endpoint| {
        endpoint.failure = Some(reason.chars().take(1024).collect());
        if endpoint.active.is_some() {
            endpoint.pending = None;
            endpoint.status = EndpointStatus::InService;
        } else {
            endpoint.status = EndpointStatus::Failed;
        }
    })
}

/// Replicas keep dying: the endpoint answers no more.
pub fn broken(tx: &mut Tx<'_>, name: &str, reason: &str) -> Result<(), Fault> {
    change(tx, name, |endpoint| {
        endpoint.failure = Some(reason.chars().take(1024).collect());
        endpoint.status = EndpointStatus::Failed;
    })
}

/// The replicas have ended: nothing is left of the endpoint.
pub fn removed(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    if let Some(endpoint) = tx.get::<Endpoint>(name)? {
        tx.delete::<Endpoint>(name)?;
        tags::detach(tx, &endpoint.arn)?;
    }
    Ok(())
}

fn change(tx: &mut Tx<'_>, name: &str, edit: impl FnOnce(&mut Endpoint)) -> Result<(), Fault> {
    if let Some(mut endpoint) = tx.get::<Endpoint>(name)?
        && endpoint.status != EndpointStatus::Deleting
    {
        edit(&mut endpoint);
        endpoint.modified = tx.ctx().now;
        tx.put(&endpoint)?;
    }
    Ok(())
}

fn summary(deployment: &Deployment, variant: &Variant) -> Value {
    let image = |container: &Container| {
        json!({
            "SpecifiedImage": container.image,
            "ResolvedImage": container.image,
            "ResolutionTime": seconds(deployment.requested),
        })
    };
    let images: Vec<Value> = variant.containers.iter().map(image).collect();
    json!({
        "VariantName": variant.name,
        "DeployedImages": images,
    })
}

fn pending(deployment: &Deployment) -> Value {
    let variants: Vec<Value> = deployment
        .variants
        .iter()
        .map(|variant| summary(deployment, variant))
        .collect();
    json!({
        "EndpointConfigName": deployment.config,
        "ProductionVariants": variants,
        "StartTime": seconds(deployment.requested),
    })
}

fn require(tx: &Tx<'_>, name: &str) -> Result<Endpoint, Fault> {
    tx.get(name)?.ok_or_else(|| missing(tx.ctx(), name))
}

fn arn(ctx: &Ctx, name: &str) -> String {
    ctx.arn("sagemaker", &format!("endpoint/{name}"))
}

fn missing(ctx: &Ctx, name: &str) -> Fault {
    Fault::validation(format!("Could not find endpoint \"{}\".", arn(ctx, name)))
}

fn in_progress(arn: &str) -> Fault {
    Fault::validation(format!("Cannot update in-progress endpoint \"{arn}\"."))
}
