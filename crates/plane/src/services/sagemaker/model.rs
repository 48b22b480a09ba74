//! Models.

use serde_json::{Value, json};

use super::record::Model;
use super::request::{described, page, query, seconds, text};
use super::{model_container, tags};
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
    model_container::containers(tx, &model)?;
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

fn missing(ctx: &Ctx, name: &str) -> Fault {
    let arn = ctx.arn("sagemaker", &format!("model/{name}"));
    Fault::validation(format!("Could not find model \"{arn}\"."))
}
