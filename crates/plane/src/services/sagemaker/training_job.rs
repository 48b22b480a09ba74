//! Training jobs.

use serde_json::{Value, json};

use super::job::{self, check_instances, check_uri, check_value};
use super::record::{Job, JobStatus, Training};
use super::request::{items, optional, seconds, set, text};
use super::tuning;
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Members of a Describe that AWS answers although the request left them out.
const SWITCHES: [&str; 3] = [
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
];

/// Creates a job and asks for its start.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    check(request)?;
    job::create::<Training>(tx, request)
}

/// Refuses what AWS's model allows and what cannot run.
pub(super) fn check(request: &Value) -> Result<(), Fault> {
    check_instances(request, "/ResourceConfig/InstanceCount")?;
    if optional(request, "/ResourceConfig/InstanceType").is_none() {
        return Err(Fault::validation("InstanceType is missing"));
    }
    let algorithm = &request["AlgorithmSpecification"];
    if optional(algorithm, "/TrainingImage").is_none() {
        return Err(Fault::validation("TrainingImage is missing"));
    }
    let files = "data are files before the job starts";
    check_value(
        algorithm,
        "/TrainingInputMode",
        &["File", "FastFile"],
        files,
    )?;
    for metric in items(algorithm, "/MetricDefinitions") {
        check_regex(text(metric, "/Name"), text(metric, "/Regex"))?;
    }
    let mut names = Vec::new();
    for channel in items(request, "/InputDataConfig") {
        let name = text(channel, "/ChannelName");
        if names.contains(&name) {
            return Err(Fault::validation(format!("channel {name} is there twice")));
        }
        names.push(name);
        let s3 = channel
            .pointer("/DataSource/S3DataSource")
            .ok_or_else(|| Fault::validation(format!("channel {name} has no S3DataSource")))?;
        check_uri("S3Uri", text(s3, "/S3Uri"))?;
        check_value(
            s3,
            "/S3DataType",
            &["S3Prefix"],
            "name the objects by their prefix",
        )?;
        check_value(channel, "/InputMode", &["File", "FastFile"], files)?;
        let plain = "objects are taken as they are";
        check_value(channel, "/CompressionType", &["None"], plain)?;
        check_value(channel, "/RecordWrapperType", &["None"], plain)?;
    }
    check_checkpoints(request)?;
    check_spot(request)?;
    check_uri(
        "S3OutputPath",
        text(request, "/OutputDataConfig/S3OutputPath"),
    )
}

/// Describes a job.
pub(super) fn describe(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let job: Job<Training> = job::require(snapshot, text(request, "/TrainingJobName"))?;
    let mut members = job::describe(&job);
    for switch in SWITCHES {
        members.entry(switch).or_insert(Value::Bool(false));
    }
    if let Some(output) = members
        .get_mut("OutputDataConfig")
        .and_then(Value::as_object_mut)
    {
        // AWS answers the empty key too, and the SDK's `attach` reads it.
        output.entry("KmsKeyId").or_insert(Value::from(""));
    }
    if let Some(trial) = tuning::trial_of(snapshot, &job.name)? {
        members.insert("TuningJobArn".to_owned(), trial.tuning_arn.into());
    }
    members.insert("LastModifiedTime".to_owned(), seconds(job.modified));
    members.insert(
        "SecondaryStatus".to_owned(),
        job.secondary().as_str().into(),
    );
    let transitions = job.transitions.iter().map(|transition| {
        let mut entry = json!({
            "Status": transition.status.as_str(),
            "StartTime": seconds(transition.started),
            "StatusMessage": transition.status.message(),
        });
        if let Some(ended) = transition.ended {
            entry["EndTime"] = seconds(ended);
        }
        entry
    });
    members.insert(
        "SecondaryStatusTransitions".to_owned(),
        transitions.collect(),
    );
    if let (Some(started), Some(ended)) = (job.started, job.ended) {
        let time = (ended - started).max(0) / 1000;
        members.insert("TrainingTimeInSeconds".to_owned(), time.into());
        // AWS bills whole seconds and at least one.
        members.insert("BillableTimeInSeconds".to_owned(), time.max(1).into());
    }
    let artifact = job.artifact.clone().or_else(|| {
        // AWS names an empty artifact for a job that failed.
        (job.status == JobStatus::Failed).then(String::new)
    });
    set(
        &mut members,
        "ModelArtifacts",
        artifact.map(|uri| json!({"S3ModelArtifacts": uri})),
    );
    if !job.metrics.is_empty() {
        let metrics = job.metrics.iter().map(|metric| {
            json!({
                "MetricName": metric.name,
                "Value": metric.value,
                "Timestamp": seconds(metric.at),
            })
        });
        members.insert("FinalMetricDataList".to_owned(), metrics.collect());
    }
    Ok(Value::from(members))
}

/// Lists jobs.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    job::list::<Training>(snapshot, request, false)
}

/// Asks a job to end.
pub(super) fn stop(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    job::stop::<Training>(tx, request)
}

/// Checkpoints lie in the job's own tree, and not where something else lies already.
fn check_checkpoints(request: &Value) -> Result<(), Fault> {
    let Some(config) = request.get("CheckpointConfig") else {
        return Ok(());
    };
    check_uri("S3Uri", text(config, "/S3Uri"))?;
    let Some(path) = optional(config, "/LocalPath") else {
        return Ok(());
    };
    let below = path.strip_prefix(steps::ML_ROOT).unwrap_or_default();
    let mut parts = below.split('/').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let taken = ["", ".", "..", "input", "output", "model", "code"].contains(&first);
    if !below.starts_with('/') || taken || parts.any(|part| part == "..") {
        return Err(Fault::validation(format!(
            "CheckpointConfig.LocalPath {path} must be a folder of its own below {}, such as {}/checkpoints",
            steps::ML_ROOT,
            steps::ML_ROOT
        )));
    }
    Ok(())
}

/// Spot training waits at least as long as it may run.
fn check_spot(request: &Value) -> Result<(), Fault> {
    if request["EnableManagedSpotTraining"] != Value::Bool(true) {
        return Ok(());
    }
    let limit = |name: &str| request["StoppingCondition"][name].as_u64();
    let runtime = limit("MaxRuntimeInSeconds").unwrap_or(86_400);
    match limit("MaxWaitTimeInSeconds") {
        Some(wait) if wait >= runtime => Ok(()),
        _ => Err(Fault::validation(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds \
             when EnableManagedSpotTraining is set to true",
        )),
    }
}

fn check_regex(name: &str, pattern: &str) -> Result<(), Fault> {
    crate::executor::metric_pattern(pattern)
        .map(|_| ())
        .map_err(|reason| {
            Fault::validation(format!(
                "the regular expression of metric {name} is not valid: {reason}"
            ))
        })
}
