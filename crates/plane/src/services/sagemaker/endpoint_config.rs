//! Endpoint configurations.

use serde_json::{Value, json};

use super::record::{Deployment, EndpointConfig, Variant};
use super::request::{described, items, optional, page, query, seconds, text};
use super::{model, model_container, tags};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Replicas of one endpoint. On AWS this is a quota of the account.
const REPLICAS: u64 = 32;
/// Seconds in which a replica must be healthy where the variant does not say: AWS's four minutes.
const STARTUP_SECONDS: u64 = 240;

/// Creates a configuration.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "/EndpointConfigName").to_owned();
    let arn = tx
        .ctx()
        .arn("sagemaker", &format!("endpoint-config/{name}"));
    if tx.get::<EndpointConfig>(&name)?.is_some() {
        return Err(Fault::validation(format!(
            "Cannot create already existing endpoint configuration \"{arn}\"."
        )));
    }
    let config = EndpointConfig {
        name,
        arn: arn.clone(),
        request: request.clone(),
        created: tx.ctx().now,
    };
    deployment(tx, &config)?;
    tx.put(&config)?;
    tags::attach(tx, &arn, request)?;
    Ok(json!({"EndpointConfigArn": arn}))
}

/// Describes a configuration.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let name = text(request, "/EndpointConfigName");
    let config = snapshot
        .get::<EndpointConfig>(name)?
        .ok_or_else(|| missing(ctx, name))?;
    let mut members = described(&config.request);
    members.insert("EndpointConfigArn".to_owned(), config.arn.into());
    members.insert("CreationTime".to_owned(), seconds(config.created));
    Ok(Value::from(members))
}

/// Lists configurations.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let found = snapshot.list::<EndpointConfig>(&query(request, true))?;
    let summary = |config: &EndpointConfig| {
        json!({
            "EndpointConfigName": config.name,
            "EndpointConfigArn": config.arn,
            "CreationTime": seconds(config.created),
        })
    };
    Ok(page(
        "EndpointConfigs",
        found.rows.iter().map(summary).collect(),
        found.token,
    ))
}

/// Deletes a configuration. Endpoints that run it go on with what they were created with, as on AWS.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let config = require(tx, text(request, "/EndpointConfigName"))?;
    tx.delete::<EndpointConfig>(&config.name)?;
    tags::detach(tx, &config.arn)?;
    Ok(json!({}))
}

/// The configuration, or AWS's refusal.
pub(super) fn require(tx: &Tx<'_>, name: &str) -> Result<EndpointConfig, Fault> {
    tx.get(name)?.ok_or_else(|| missing(tx.ctx(), name))
}

/// What an endpoint with this configuration runs.
pub(super) fn deployment(tx: &Tx<'_>, config: &EndpointConfig) -> Result<Deployment, Fault> {
    let mut variants: Vec<Variant> = Vec::new();
    for source in items(&config.request, "/ProductionVariants") {
        let variant = variant(tx, source)?;
        if variants.iter().any(|other| other.name == variant.name) {
            return Err(Fault::validation(format!(
                "variant {} is there twice",
                variant.name
            )));
        }
        variants.push(variant);
    }
    check(&variants)?;
    Ok(Deployment {
        config: config.name.clone(),
        variants,
        requested: tx.ctx().now,
    })
}

/// Refuses more replicas than one endpoint may have, and weights that send no request anywhere.
pub(super) fn check(variants: &[Variant]) -> Result<(), Fault> {
    let replicas: u64 = variants
        .iter()
        .map(|variant| u64::from(variant.instances))
        .sum();
    if replicas > REPLICAS {
        return Err(Fault::client(
            "ResourceLimitExceeded",
            format!("the endpoint would have {replicas} replicas, at most {REPLICAS} are allowed"),
        ));
    }
    if variants.iter().map(|variant| variant.weight).sum::<f64>() <= 0.0 {
        return Err(Fault::validation("the weights of all variants are zero"));
    }
    Ok(())
}

fn variant(tx: &Tx<'_>, source: &Value) -> Result<Variant, Fault> {
    let name = text(source, "/VariantName");
    let needed = |member: &str| Fault::validation(format!("{member} of variant {name} is missing"));
    let number = |member: &str| source.get(member).and_then(Value::as_u64);
    let model = optional(source, "/ModelName").ok_or_else(|| needed("ModelName"))?;
    let model = model::require(tx, model)?;
    let instance_type = optional(source, "/InstanceType").ok_or_else(|| needed("InstanceType"))?;
    let instances = number("InitialInstanceCount").ok_or_else(|| needed("InitialInstanceCount"))?;
    Ok(Variant {
        name: name.to_owned(),
        instance_type: instance_type.to_owned(),
        instances: u32::try_from(instances).unwrap_or(u32::MAX),
        weight: source
            .get("InitialVariantWeight")
            .and_then(Value::as_f64)
            .unwrap_or(1.0),
        direct: model_container::is_direct(&model),
        containers: model_container::containers(tx, &model)?,
        startup_seconds: number("ContainerStartupHealthCheckTimeoutInSeconds")
            .unwrap_or(STARTUP_SECONDS),
    })
}

fn missing(ctx: &Ctx, name: &str) -> Fault {
    let arn = ctx.arn("sagemaker", &format!("endpoint-config/{name}"));
    Fault::validation(format!("Could not find endpoint configuration \"{arn}\"."))
}
