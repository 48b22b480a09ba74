//! Processing jobs.

use serde_json::Value;

use super::job::{self, check_instances, check_uri, check_value};
use super::record::{Job, Processing};
use super::request::{items, seconds, set, text};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Where a container finds and leaves its data.
const ROOT: &str = "/opt/ml/processing/";

/// Creates a job and asks for its start.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    check_instances(request, "/ProcessingResources/ClusterConfig/InstanceCount")?;
    let mut names = Vec::new();
    let mut paths = Vec::new();
    for input in items(request, "/ProcessingInputs") {
        names.push(text(input, "/InputName"));
        let s3 = input.get("S3Input").ok_or_else(|| {
            Fault::validation(format!(
                "input {} has no S3Input",
                text(input, "/InputName")
            ))
        })?;
        check_uri("S3Uri", text(s3, "/S3Uri"))?;
        check_value(
            s3,
            "/S3DataType",
            &["S3Prefix"],
            "name the objects by their prefix",
        )?;
        check_value(
            s3,
            "/S3InputMode",
            &["File"],
            "data are files before the job starts",
        )?;
        check_value(
            s3,
            "/S3CompressionType",
            &["None"],
            "objects are taken as they are",
        )?;
        paths.push(text(s3, "/LocalPath"));
    }
    for output in items(request, "/ProcessingOutputConfig/Outputs") {
        names.push(text(output, "/OutputName"));
        let s3 = output.get("S3Output").ok_or_else(|| {
            Fault::validation(format!(
                "output {} has no S3Output",
                text(output, "/OutputName")
            ))
        })?;
        check_uri("S3Uri", text(s3, "/S3Uri"))?;
        check_value(
            s3,
            "/S3UploadMode",
            &["EndOfJob"],
            "outputs are uploaded at the end",
        )?;
        paths.push(text(s3, "/LocalPath"));
    }
    check_distinct("names", &names)?;
    check_distinct("local paths", &paths)?;
    for path in paths {
        check_path(path)?;
    }
    job::create::<Processing>(tx, request)
}

/// Describes a job.
pub(super) fn describe(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let job: Job<Processing> = job::require(snapshot, text(request, "/ProcessingJobName"))?;
    let mut members = job::describe(&job);
    members.insert("LastModifiedTime".to_owned(), seconds(job.modified));
    set(&mut members, "ExitMessage", job.exit_message);
    Ok(Value::from(members))
}

/// Lists jobs.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    job::list::<Processing>(snapshot, request, false)
}

/// Asks a job to end.
pub(super) fn stop(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    job::stop::<Processing>(tx, request)
}

fn check_distinct(what: &str, values: &[&str]) -> Result<(), Fault> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::validation(format!(
            "inputs and outputs must have {what} of their own: {} is there twice",
            pair[0]
        ))),
        None => Ok(()),
    }
}

fn check_path(path: &str) -> Result<(), Fault> {
    let below = path
        .strip_prefix(ROOT)
        .unwrap_or_default()
        .trim_end_matches('/');
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    if !below.is_empty() && below.split('/').all(plain) {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "LocalPath {path} is not a folder below {ROOT}"
    )))
}
