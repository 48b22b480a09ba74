//! Batch transform jobs.

use serde_json::Value;

use super::job::{self, check_instances, check_uri, check_value};
use super::record::{Job, ModelData, Transform};
use super::request::text;
use super::{model, model_container};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// AWS's limit of concurrency x payload.
const MEGABYTES: u64 = 100;

/// Creates a job and asks for its start.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    check_instances(request, "/TransformResources/InstanceCount")?;
    let model = model::require(tx, text(request, "/ModelName"))?;
    let containers = model_container::containers(tx, &model)?;
    if containers
        .iter()
        .any(|container| matches!(container.data, Some(ModelData::Archives { .. })))
    {
        return Err(Fault::validation(
            "A model with a container in MultiModel mode cannot be used by a transform job.",
        ));
    }
    let input = &request["TransformInput"];
    let source = &input["DataSource"]["S3DataSource"];
    check_uri("S3Uri", text(source, "/S3Uri"))?;
    check_uri(
        "S3OutputPath",
        text(request, "/TransformOutput/S3OutputPath"),
    )?;
    check_value(
        source,
        "/S3DataType",
        &["S3Prefix"],
        "name the objects by their prefix",
    )?;
    check_value(
        input,
        "/CompressionType",
        &["None"],
        "objects are taken as they are",
    )?;
    check_value(input, "/SplitType", &["None", "Line"], "records are lines")?;
    crate::executor::check_data_processing(request).map_err(Fault::validation)?;
    let number = |member: &str| request.get(member).and_then(Value::as_u64);
    let product = number("MaxConcurrentTransforms").unwrap_or(1).max(1)
        * number("MaxPayloadInMB").unwrap_or(6);
    if product > MEGABYTES {
        return Err(Fault::validation(format!(
            "MaxConcurrentTransforms * MaxPayloadInMB is {product}, at most {MEGABYTES} is allowed"
        )));
    }
    let line = text(input, "/SplitType") == "Line";
    if text(request, "/BatchStrategy") == "MultiRecord" && !line {
        return Err(Fault::validation(
            "BatchStrategy MultiRecord needs SplitType Line",
        ));
    }
    job::create::<Transform>(tx, request)
}

/// Describes a job.
pub(super) fn describe(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let job: Job<Transform> = job::require(snapshot, text(request, "/TransformJobName"))?;
    Ok(Value::from(job::describe(&job)))
}

/// Lists jobs.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    job::list::<Transform>(snapshot, request, true)
}

/// Asks a job to end.
pub(super) fn stop(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    job::stop::<Transform>(tx, request)
}
