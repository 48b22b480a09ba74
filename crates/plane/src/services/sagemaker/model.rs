//! Models.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::job::{check_uri, check_value};
use super::record::{Container, Model};
use super::request::{described, optional, page, query, seconds, text};
use super::{model_package, tags};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Creates a model.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "/ModelName").to_owned();
    let arn = tx.ctx().arn("sagemaker", &format!("model/{name}"));
    if tx.get::<Model>(&name)?.is_some() {
        return Err(Fault::validation(format!(
            "Cannot create already existing model \"{arn}\"."
        )));
    }
    let model = Model {
        name,
        arn: arn.clone(),
        request: request.clone(),
        created: tx.ctx().now,
    };
    let primary = &request["PrimaryContainer"];
    check_value(
        primary,
        "/Mode",
        &["SingleModel"],
        "a model has one archive",
    )?;
    let found = container(tx, &model)?;
    if let Some(uri) = &found.model_data {
        check_uri("ModelDataUrl", uri)?;
    }
    tx.put(&model)?;
    tags::attach(tx, &arn, request)?;
    Ok(json!({"ModelArn": arn}))
}

/// Describes a model.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let name = text(request, "/ModelName");
    let model = snapshot
        .get::<Model>(name)?
        .ok_or_else(|| missing(ctx, name))?;
    let mut members = described(&model.request);
    members.insert("ModelArn".to_owned(), model.arn.into());
    members.insert("CreationTime".to_owned(), seconds(model.created));
    members
        .entry("EnableNetworkIsolation")
        .or_insert(Value::Bool(false));
    Ok(Value::from(members))
}

/// Lists models.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let found = snapshot.list::<Model>(&query(request, true))?;
    let summary = |model: &Model| {
        json!({
            "ModelName": model.name,
            "ModelArn": model.arn,
            "CreationTime": seconds(model.created),
        })
    };
    Ok(page(
        "Models",
        found.rows.iter().map(summary).collect(),
        found.token,
    ))
}

/// Deletes a model. Endpoints that run it are not touched.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let model = require(tx, text(request, "/ModelName"))?;
    tx.delete::<Model>(&model.name)?;
    tags::detach(tx, &model.arn)?;
    Ok(json!({}))
}

/// The model, or AWS's refusal.
pub(super) fn require(tx: &Tx<'_>, name: &str) -> Result<Model, Fault> {
    tx.get(name)?.ok_or_else(|| missing(tx.ctx(), name))
}

/// What a replica of a model runs. A model that names a package runs the package's container.
pub fn container(snapshot: &Snapshot<'_>, model: &Model) -> Result<Container, Fault> {
    let primary = &model.request["PrimaryContainer"];
    let mut container = Container {
        model: model.name.clone(),
        role: text(&model.request, "/ExecutionRoleArn").to_owned(),
        ..Container::default()
    };
    match (
        optional(primary, "/Image"),
        optional(primary, "/ModelPackageName"),
    ) {
        (Some(_), Some(_)) => {
            return Err(Fault::validation(
                "PrimaryContainer has both Image and ModelPackageName; name one of them",
            ));
        }
        (Some(_), None) => fill(&mut container, primary),
        (None, Some(package)) => {
            let package = model_package::require(snapshot, package)?;
            fill(
                &mut container,
                &package.request["InferenceSpecification"]["Containers"][0],
            );
            container.environment.extend(environment(primary));
        }
        (None, None) => {
            return Err(Fault::validation(
                "PrimaryContainer has neither Image nor ModelPackageName",
            ));
        }
    }
    Ok(container)
}

fn fill(container: &mut Container, source: &Value) {
    text(source, "/Image").clone_into(&mut container.image);
    container.model_data = optional(source, "/ModelDataUrl").map(str::to_owned);
    container.environment = environment(source);
}

fn environment(source: &Value) -> BTreeMap<String, String> {
    let members = source.get("Environment").and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

fn missing(ctx: &Ctx, name: &str) -> Fault {
    let arn = ctx.arn("sagemaker", &format!("model/{name}"));
    Fault::validation(format!("Could not find model \"{arn}\"."))
}
