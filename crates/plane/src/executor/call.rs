//! Calls of state machines that need more than records: object bytes and endpoints.

use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::endpoint::Endpoints;
use super::world::World;
use crate::Fault;
use crate::gateway::Invocation;
use crate::services::s3::object::{Object, ObjectMeta};
use crate::services::s3::{bucket, object};
use crate::services::states;
use crate::store::Tx;

/// Bytes of a body that may enter the state of an execution, AWS's limit of a payload.
const BODY: u64 = 256 << 10;

/// A call to make.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) execution: String,
    pub(super) task: String,
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) parameters: Value,
}

/// Makes a call and hands its outcome to the execution, in the transaction that settles the effect.
pub(super) async fn make(world: &Arc<World>, endpoints: &Endpoints, call: Call, effect: String) {
    let outcome = match (call.service.as_str(), call.operation.as_str()) {
        ("s3", "GetObject") => get_object(world, &call.parameters).await,
        ("s3", "HeadObject") => head_object(world, &call.parameters),
        ("s3", "ListObjectsV2") => list_objects(world, &call.parameters),
        ("s3", "PutObject") => put_object(world, &call.parameters).await,
        ("s3", "DeleteObject") => delete_object(world, &call.parameters).await,
        ("sagemakerruntime" | "sagemaker-runtime", "InvokeEndpoint") => {
            invoke(endpoints, &call.parameters).await
        }
        (service, operation) => Err(Fault::client(
            "UnknownOperationException",
            format!("{service}:{operation} cannot be called from a state machine here"),
        )),
    };
    let recorded = world.run(move |tx| {
        if tx.settle(&effect)? {
            states::call_finished(tx, &call.execution, &call.task, outcome)?;
        }
        Ok(())
    });
    if let Err(fault) = recorded.await {
        tracing::error!(%fault, "the outcome of a call could not be recorded");
    }
}

async fn get_object(world: &Arc<World>, parameters: &Value) -> Result<Value, Fault> {
    check_members(parameters, &["Bucket", "Key"])?;
    let found = find(world, parameters)?;
    if found.blob.bytes > BODY {
        return Err(Fault::client(
            "States.DataLimitExceeded",
            format!(
                "the object has {} bytes, a state takes at most {BODY}",
                found.blob.bytes
            ),
        ));
    }
    let (blobs, sha256) = (world.deps.blobs.clone(), found.blob.sha256.clone());
    let read = tokio::task::spawn_blocking(move || blobs.get(&sha256)).await;
    let bytes = read.map_err(|_| Fault::internal("reading the object was interrupted"))??;
    let text = String::from_utf8(bytes)
        .map_err(|_| Fault::client("InvalidRequest", "the object is not text in UTF-8"))?;
    let mut answer = head(&found);
    answer.insert("Body".to_owned(), Value::from(text));
    Ok(Value::from(answer))
}

fn head_object(world: &World, parameters: &Value) -> Result<Value, Fault> {
    check_members(parameters, &["Bucket", "Key"])?;
    Ok(Value::from(head(&find(world, parameters)?)))
}

fn list_objects(world: &World, parameters: &Value) -> Result<Value, Fault> {
    check_members(
        parameters,
        &[
            "Bucket",
            "Prefix",
            "MaxKeys",
            "StartAfter",
            "ContinuationToken",
        ],
    )?;
    let name = required(parameters, "Bucket")?;
    let text = |member: &str| parameters[member].as_str();
    let prefix = text("Prefix").unwrap_or_default();
    let limit = parameters["MaxKeys"].as_u64().unwrap_or(1000).min(1000);
    let after = text("ContinuationToken").or(text("StartAfter"));
    let listing = world.deps.readers.read(|snapshot| {
        bucket::require(snapshot, name)?;
        let limit = usize::try_from(limit).unwrap_or(1000);
        Ok::<_, Fault>(object::list(snapshot, name, prefix, after, limit)?)
    })?;
    let contents: Vec<Value> = listing
        .objects
        .iter()
        .map(|object| {
            json!({
                "Key": object.key,
                "LastModified": iso(object.modified),
                "ETag": format!("\"{}\"", object.etag),
                "Size": object.blob.bytes,
                "StorageClass": "STANDARD",
            })
        })
        .collect();
    let mut answer = json!({
        "Name": name,
        "Prefix": prefix,
        "MaxKeys": limit,
        "KeyCount": contents.len(),
        "IsTruncated": listing.truncated,
        "Contents": contents,
    });
    if let (true, Some(last)) = (listing.truncated, listing.objects.last()) {
        answer["NextContinuationToken"] = Value::from(last.key.as_str());
    }
    Ok(answer)
}

async fn put_object(world: &Arc<World>, parameters: &Value) -> Result<Value, Fault> {
    check_members(
        parameters,
        &["Bucket", "Key", "Body", "ContentType", "Metadata"],
    )?;
    // A text is written as it is, anything else as JSON.
    let body = match &parameters["Body"] {
        Value::Null => Vec::new(),
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let etag: String = Md5::digest(&body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let blobs = world.deps.blobs.clone();
    let stored = tokio::task::spawn_blocking(move || blobs.put(&body)).await;
    let blob = stored.map_err(|_| Fault::internal("storing the object was interrupted"))??;
    let user = parameters["Metadata"].as_object().into_iter().flatten();
    let object = Object {
        bucket: required(parameters, "Bucket")?.to_owned(),
        key: required(parameters, "Key")?.to_owned(),
        modified: 0,
        blob,
        etag: etag.clone(),
        meta: ObjectMeta {
            content_type: parameters["ContentType"].as_str().map(str::to_owned),
            user: user
                .map(|(name, value)| {
                    (
                        name.to_lowercase(),
                        value.as_str().unwrap_or_default().to_owned(),
                    )
                })
                .collect(),
            ..ObjectMeta::default()
        },
    };
    let put = move |tx: &mut Tx<'_>| {
        let modified = tx.ctx().now;
        object::put(tx, &Object { modified, ..object })
    };
    world.run(put).await?;
    Ok(json!({ "ETag": format!("\"{etag}\"") }))
}

async fn delete_object(world: &Arc<World>, parameters: &Value) -> Result<Value, Fault> {
    check_members(parameters, &["Bucket", "Key"])?;
    let name = required(parameters, "Bucket")?.to_owned();
    let key = required(parameters, "Key")?.to_owned();
    let delete = move |tx: &mut Tx<'_>| {
        bucket::require(tx, &name)?;
        object::delete(tx, &name, &key)?;
        Ok(())
    };
    world.run(delete).await?;
    Ok(json!({}))
}

async fn invoke(endpoints: &Endpoints, parameters: &Value) -> Result<Value, Fault> {
    check_members(
        parameters,
        &[
            "EndpointName",
            "Body",
            "ContentType",
            "Accept",
            "CustomAttributes",
            "TargetVariant",
            "TargetModel",
            "TargetContainerHostname",
            "InferenceId",
        ],
    )?;
    let text = |member: &str| parameters[member].as_str().map(str::to_owned);
    let body = match &parameters["Body"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let answer = endpoints
        .call(Invocation {
            endpoint: required(parameters, "EndpointName")?.to_owned(),
            content_type: text("ContentType"),
            accept: text("Accept"),
            target_variant: text("TargetVariant"),
            target_model: text("TargetModel"),
            target_container: text("TargetContainerHostname"),
            custom_attributes: text("CustomAttributes"),
            inference_id: text("InferenceId"),
            body: Bytes::from(body),
        })
        .await?;
    if answer.body.len() as u64 > BODY {
        return Err(Fault::client(
            "States.DataLimitExceeded",
            format!(
                "the answer has {} bytes, a state takes at most {BODY}",
                answer.body.len()
            ),
        ));
    }
    let body = String::from_utf8(answer.body.to_vec())
        .map_err(|_| Fault::client("InvalidRequest", "the answer is not text in UTF-8"))?;
    let mut members = Map::new();
    members.insert("Body".to_owned(), Value::from(body));
    members.insert(
        "InvokedProductionVariant".to_owned(),
        Value::from(answer.variant),
    );
    for (name, value) in [
        ("ContentType", answer.content_type),
        ("CustomAttributes", answer.custom_attributes),
    ] {
        if let Some(value) = value {
            members.insert(name.to_owned(), Value::from(value));
        }
    }
    Ok(Value::from(members))
}

fn find(world: &World, parameters: &Value) -> Result<Object, Fault> {
    let (name, key) = (
        required(parameters, "Bucket")?,
        required(parameters, "Key")?,
    );
    world
        .deps
        .readers
        .read(|snapshot| object::require(snapshot, name, key))
}

fn head(object: &Object) -> Map<String, Value> {
    let meta = &object.meta;
    let answer = json!({
        "AcceptRanges": "bytes",
        "ContentLength": object.blob.bytes,
        "ContentType": meta.content_type.as_deref().unwrap_or("binary/octet-stream"),
        "ETag": format!("\"{}\"", object.etag),
        "LastModified": iso(object.modified),
        "Metadata": meta.user,
    });
    match answer {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn required<'a>(parameters: &'a Value, member: &str) -> Result<&'a str, Fault> {
    parameters[member]
        .as_str()
        .ok_or_else(|| Fault::client("InvalidParameter", format!("{member} is missing")))
}

/// Refuses what would be ignored.
fn check_members(parameters: &Value, known: &[&str]) -> Result<(), Fault> {
    let members = parameters.as_object();
    match members
        .into_iter()
        .flatten()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        Some((name, _)) => Err(Fault::client(
            "InvalidParameter",
            format!("{name} is not supported in calls of a state machine"),
        )),
        None => Ok(()),
    }
}

/// A moment as the state language writes it.
fn iso(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}
