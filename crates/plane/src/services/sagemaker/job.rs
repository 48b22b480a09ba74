//! What processing, training and transform jobs share: names, status, lists, stopping, and the executor's reports.

use serde_json::{Map, Value, json};

use super::record::{Job, JobKind, JobStatus, Metric, Secondary};
use super::request::{described, items, page, query, seconds, set, text};
use super::tags;
use crate::Fault;
use crate::store::{Effect, Snapshot, Tx};

/// The tag that names the run a job belongs to; jobs of different runs take turns.
pub const RUN_TAG: &str = "plimsoll:run";
/// AWS's limit of a failure reason, in characters.
const REASON_LIMIT: usize = 1024;

/// What the executor finds when a job's turn has come.
#[derive(Debug)]
pub enum Begin<K> {
    /// It is to run now.
    Run(Box<Job<K>>),
    /// There is nothing to run: it was stopped before, or it is final already.
    Over,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// Final status.
    pub status: JobStatus,
    /// Final secondary status.
    pub secondary: Secondary,
    /// Why it failed.
    pub failure: Option<String>,
    /// What it left in its message file.
    pub exit_message: Option<String>,
    /// URI of its model.
    pub artifact: Option<String>,
    /// Last value of each metric.
    pub metrics: Vec<Metric>,
}

impl End {
    /// A failure, cut to AWS's limit.
    pub fn failed(reason: &str) -> Self {
        Self {
            failure: Some(reason.chars().take(REASON_LIMIT).collect()),
            ..Self::new(JobStatus::Failed, Secondary::Failed)
        }
    }

    /// An end without anything beside.
    pub fn new(status: JobStatus, secondary: Secondary) -> Self {
        Self {
            status,
            secondary,
            failure: None,
            exit_message: None,
            artifact: None,
            metrics: Vec::new(),
        }
    }
}

/// The job, or AWS's refusal.
pub fn require<K: JobKind>(snapshot: &Snapshot<'_>, name: &str) -> Result<Job<K>, Fault> {
    snapshot
        .get(name)?
        .ok_or_else(|| Fault::validation(K::WORDS.missing.replace("{}", name)))
}

/// A job's turn has come: it is entered as running, or as running once more.
pub fn begin<K: JobKind>(tx: &mut Tx<'_>, name: &str) -> Result<Begin<K>, Fault> {
    let Some(mut job) = tx.get::<Job<K>>(name)? else {
        return Ok(Begin::Over);
    };
    if job.status.is_final() {
        return Ok(Begin::Over);
    }
    if job.status == JobStatus::Stopping {
        finish::<K>(tx, name, End::new(JobStatus::Stopped, Secondary::Stopped))?;
        return Ok(Begin::Over);
    }
    let now = tx.ctx().now;
    if job.started.is_some() {
        job.enter(Secondary::Restarting, now);
    }
    if K::WORDS.kind == super::TRAINING_JOB {
        super::tuning::trial_begun(tx, name)?;
    }
    job.started.get_or_insert(now);
    job.enter(Secondary::Downloading, now);
    tx.put(&job)?;
    Ok(Begin::Run(Box::new(job)))
}

/// A running job goes over to another stage; one that is being stopped stays `Stopping`.
pub fn enter<K: JobKind>(tx: &mut Tx<'_>, name: &str, secondary: Secondary) -> Result<(), Fault> {
    if let Some(mut job) = tx.get::<Job<K>>(name)?
        && job.status == JobStatus::InProgress
    {
        let now = tx.ctx().now;
        job.enter(secondary, now);
        tx.put(&job)?;
    }
    Ok(())
}

/// A job is final, and whoever waits for it is told.
pub fn finish<K: JobKind>(tx: &mut Tx<'_>, name: &str, end: End) -> Result<(), Fault> {
    let Some(mut job) = tx.get::<Job<K>>(name)? else {
        return Ok(());
    };
    if job.status.is_final() {
        return Ok(());
    }
    let now = tx.ctx().now;
    job.status = end.status;
    job.ended = Some(now);
    job.failure = end.failure;
    job.exit_message = end.exit_message;
    job.artifact = end.artifact;
    job.metrics = end.metrics;
    job.enter(end.secondary, now);
    tx.put(&job)?;
    if K::WORDS.kind == super::TRAINING_JOB
        && let Some(training) = tx.get::<Job<super::Training>>(name)?
    {
        super::tuning::trial_finished(tx, &training)?;
    }
    crate::services::states::job_finished(tx, K::WORDS.kind, name)
}

/// Creates a job whose request has been checked.
pub(super) fn create<K: JobKind>(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let words = K::WORDS;
    let name = text(request, &format!("/{}", words.name)).to_owned();
    let arn = tx
        .ctx()
        .arn("sagemaker", &format!("{}/{name}", words.resource));
    if tx.get::<Job<K>>(&name)?.is_some() {
        return Err(Fault::client(
            "ResourceInUse",
            format!("{} ({arn})", words.taken),
        ));
    }
    let run = items(request, "/Tags")
        .iter()
        .find(|tag| text(tag, "/Key") == RUN_TAG)
        .map_or(tx.ctx().principal.as_str(), |tag| text(tag, "/Value"))
        .to_owned();
    let job = Job::<K>::new(&name, &arn, request.clone(), run, tx.ctx().now);
    tx.put(&job)?;
    tags::attach(tx, &arn, request)?;
    tx.emit(Effect::StartJob {
        kind: words.kind.to_owned(),
        name,
    })?;
    Ok(json!({ words.arn: arn }))
}

/// Asks a job to end.
pub(super) fn stop<K: JobKind>(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let words = K::WORDS;
    let mut job = require::<K>(tx, text(request, &format!("/{}", words.name)))?;
    match job.status {
        JobStatus::InProgress => {
            job.status = JobStatus::Stopping;
            job.enter(Secondary::Stopping, tx.ctx().now);
            tx.put(&job)?;
            tx.emit(Effect::StopJob {
                kind: words.kind.to_owned(),
                name: job.name,
            })?;
        }
        JobStatus::Stopping => {}
        ended => {
            return Err(Fault::validation(format!(
                "The request was rejected because the {} is in status {}.",
                words.noun,
                ended.as_str()
            )));
        }
    }
    Ok(json!({}))
}

/// The members that every Describe of a job has.
pub(super) fn describe<K: JobKind>(job: &Job<K>) -> Map<String, Value> {
    let words = K::WORDS;
    let mut members = described(&job.request);
    members.insert(words.arn.to_owned(), Value::from(job.arn.as_str()));
    members.insert(words.status.to_owned(), Value::from(job.status.as_str()));
    members.insert("CreationTime".to_owned(), seconds(job.created));
    set(&mut members, words.start, job.started.map(seconds));
    set(&mut members, words.end, job.ended.map(seconds));
    set(&mut members, "FailureReason", job.failure.clone());
    members
}

/// A page of summaries.
pub(super) fn list<K: JobKind>(
    snapshot: &Snapshot<'_>,
    request: &Value,
    descending: bool,
) -> Result<Value, Fault> {
    let words = K::WORDS;
    let found = snapshot.list::<Job<K>>(&query(request, descending))?;
    let summary = |job: &Job<K>| {
        let mut members = Map::new();
        members.insert(words.name.to_owned(), Value::from(job.name.as_str()));
        members.insert(words.arn.to_owned(), Value::from(job.arn.as_str()));
        members.insert("CreationTime".to_owned(), seconds(job.created));
        set(&mut members, words.end, job.ended.map(seconds));
        members.insert("LastModifiedTime".to_owned(), seconds(job.modified));
        members.insert(words.status.to_owned(), Value::from(job.status.as_str()));
        // Summaries of training jobs have no reason on AWS.
        if words.kind != super::TRAINING_JOB {
            set(&mut members, "FailureReason", job.failure.clone());
        }
        Value::from(members)
    };
    Ok(page(
        words.summaries,
        found.rows.iter().map(summary).collect(),
        found.token,
    ))
}

/// Refuses what needs more than one instance.
pub(super) fn check_instances(request: &Value, pointer: &str) -> Result<(), Fault> {
    match request.pointer(pointer).and_then(Value::as_i64) {
        Some(1) => Ok(()),
        Some(count) => Err(Fault::validation(format!(
            "InstanceCount {count} is not supported: a job has one instance"
        ))),
        None => Err(Fault::validation("InstanceCount is missing")),
    }
}

/// Refuses an S3 URI of another form.
pub(super) fn check_uri(member: &str, uri: &str) -> Result<(), Fault> {
    crate::executor::S3Uri::parse(uri)
        .map(|_| ())
        .map_err(|error| Fault::validation(format!("{member}: {error}")))
}

/// Refuses a value that is valid on AWS and has no meaning here.
pub(super) fn check_value(
    item: &Value,
    pointer: &str,
    supported: &[&str],
    why: &str,
) -> Result<(), Fault> {
    match item.pointer(pointer).and_then(Value::as_str) {
        Some(value) if !supported.contains(&value) => {
            let member = pointer.rsplit('/').next().unwrap_or(pointer);
            Err(Fault::validation(format!(
                "{member} {value} is not supported: {why}"
            )))
        }
        _ => Ok(()),
    }
}
