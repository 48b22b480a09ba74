//! Jobs: the request as it came, and what became of it.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Record;

/// AWS's status word of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    /// Waiting, starting or running.
    InProgress,
    /// Ended well, outputs in place.
    Completed,
    /// Ended badly.
    Failed,
    /// Asked to end.
    Stopping,
    /// Ended on request or at its time limit.
    Stopped,
}

impl JobStatus {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }

    /// Whether nothing changes any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }
}

/// AWS's secondary status word of a training job; kept for every job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secondary {
    /// Waits for its place.
    Starting,
    /// Its inputs are laid out.
    Downloading,
    /// Its program runs.
    Training,
    /// Its outputs enter the object store.
    Uploading,
    /// Asked to end.
    Stopping,
    /// Ended on request.
    Stopped,
    /// Ended at its time limit.
    MaxRuntimeExceeded,
    /// Ended well.
    Completed,
    /// Ended badly.
    Failed,
    /// Starts once more after the plane was interrupted.
    Restarting,
}

impl Secondary {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "Starting",
            Self::Downloading => "Downloading",
            Self::Training => "Training",
            Self::Uploading => "Uploading",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::MaxRuntimeExceeded => "MaxRuntimeExceeded",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Restarting => "Restarting",
        }
    }

    /// What stands beside the word for people.
    pub fn message(self) -> &'static str {
        match self {
            Self::Starting => "Waiting for a place on this machine",
            Self::Downloading => "Downloading input data",
            Self::Training => "Training in progress",
            Self::Uploading => "Uploading generated training model",
            Self::Stopping => "Stopping the training job",
            Self::Stopped => "Training job stopped",
            Self::MaxRuntimeExceeded => "Training job runtime exceeded MaxRuntimeInSeconds",
            Self::Completed => "Training job completed",
            Self::Failed => "Training job failed",
            Self::Restarting => "Starting again after an interruption of the plane",
        }
    }
}

/// A stretch of time in one secondary status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Which.
    pub status: Secondary,
    /// Milliseconds since the epoch.
    pub started: i64,
    /// Milliseconds since the epoch; open while the status lasts.
    pub ended: Option<i64>,
}

/// The last value of a metric that a job printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Milliseconds since the epoch.
    pub at: i64,
}

/// The words in which AWS speaks of one kind of job.
#[derive(Debug)]
pub struct JobWords {
    /// Kind of record.
    pub kind: &'static str,
    /// Part of the ARN.
    pub resource: &'static str,
    /// In messages.
    pub noun: &'static str,
    /// Members: name, ARN, status, start and end.
    pub name: &'static str,
    /// Member with the ARN.
    pub arn: &'static str,
    /// Member with the status.
    pub status: &'static str,
    /// Member with the start.
    pub start: &'static str,
    /// Member with the end.
    pub end: &'static str,
    /// Member with the list of summaries.
    pub summaries: &'static str,
    /// Where its log lines go.
    pub log_group: &'static str,
    /// How AWS refuses a name that is taken; the ARN follows in parentheses.
    pub taken: &'static str,
    /// How AWS refuses a name that is not there, `{}` for the name.
    pub missing: &'static str,
}

/// A kind of job, as a type.
pub trait JobKind: fmt::Debug + Clone + Send + Sync + 'static {
    /// Its words.
    const WORDS: &'static JobWords;
}

/// Processing jobs.
#[derive(Debug, Clone)]
pub struct Processing;
/// Training jobs.
#[derive(Debug, Clone)]
pub struct Training;
/// Batch transform jobs.
#[derive(Debug, Clone)]
pub struct Transform;

/// Kind of the records of processing jobs.
pub const PROCESSING_JOB: &str = "sagemaker.processing-job";
/// Kind of the records of training jobs.
pub const TRAINING_JOB: &str = "sagemaker.training-job";
/// Kind of the records of transform jobs.
pub const TRANSFORM_JOB: &str = "sagemaker.transform-job";

const JOB_TAKEN: &str = "Job name must be unique within an AWS account and region, and a job with this name already exists";
const JOB_MISSING: &str = "Could not find requested job with name: {}";

impl JobKind for Processing {
    const WORDS: &'static JobWords = &JobWords {
        kind: PROCESSING_JOB,
        resource: "processing-job",
        noun: "processing job",
        name: "ProcessingJobName",
        arn: "ProcessingJobArn",
        status: "ProcessingJobStatus",
        start: "ProcessingStartTime",
        end: "ProcessingEndTime",
        summaries: "ProcessingJobSummaries",
        log_group: "/aws/sagemaker/ProcessingJobs",
        taken: JOB_TAKEN,
        missing: JOB_MISSING,
    };
}

impl JobKind for Training {
    const WORDS: &'static JobWords = &JobWords {
        kind: TRAINING_JOB,
        resource: "training-job",
        noun: "training job",
        name: "TrainingJobName",
        arn: "TrainingJobArn",
        status: "TrainingJobStatus",
        start: "TrainingStartTime",
        end: "TrainingEndTime",
        summaries: "TrainingJobSummaries",
        log_group: "/aws/sagemaker/TrainingJobs",
        taken: "Training job names must be unique within an AWS account and region, and a training \
                job with this name already exists",
        missing: "Requested resource not found.",
    };
}

impl JobKind for Transform {
    const WORDS: &'static JobWords = &JobWords {
        kind: TRANSFORM_JOB,
        resource: "transform-job",
        noun: "transform job",
        name: "TransformJobName",
        arn: "TransformJobArn",
        status: "TransformJobStatus",
        start: "TransformStartTime",
        end: "TransformEndTime",
        summaries: "TransformJobSummaries",
        log_group: "/aws/sagemaker/TransformJobs",
        taken: JOB_TAKEN,
        missing: JOB_MISSING,
    };
}

/// A job: the request as it came, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Job<K> {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The request.
    pub request: Value,
    /// Whose turn it is when jobs wait: the tag `plimsoll:run`, else who asked for it.
    pub run: String,
    /// Status.
    pub status: JobStatus,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub modified: i64,
    /// When it got its place.
    pub started: Option<i64>,
    /// When it was final.
    pub ended: Option<i64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// What a processing job left in `/opt/ml/output/message`.
    pub exit_message: Option<String>,
    /// Secondary statuses, oldest first.
    pub transitions: Vec<Transition>,
    /// URI of what a training job left as its model.
    pub artifact: Option<String>,
    /// Last value of each metric.
    pub metrics: Vec<Metric>,
    #[serde(skip)]
    kind: PhantomData<K>,
}

impl<K: JobKind> Job<K> {
    /// A job that waits for its place.
    pub fn new(name: &str, arn: &str, request: Value, run: String, now: i64) -> Self {
        Self {
            name: name.to_owned(),
            arn: arn.to_owned(),
            request,
            run,
            status: JobStatus::InProgress,
            created: now,
            modified: now,
            started: None,
            ended: None,
            failure: None,
            exit_message: None,
            transitions: vec![Transition {
                status: Secondary::Starting,
                started: now,
                ended: None,
            }],
            artifact: None,
            metrics: Vec::new(),
            kind: PhantomData,
        }
    }

    /// The present secondary status.
    pub fn secondary(&self) -> Secondary {
        self.transitions
            .last()
            .map_or(Secondary::Starting, |transition| transition.status)
    }

    /// Goes over to a secondary status; a final one ends with its beginning.
    pub fn enter(&mut self, status: Secondary, now: i64) {
        if let Some(last) = self.transitions.last_mut()
            && last.ended.is_none()
        {
            last.ended = Some(now);
        }
        let ended = self.status.is_final().then_some(now);
        self.transitions.push(Transition {
            status,
            started: now,
            ended,
        });
        self.modified = now;
    }
}

impl<K: JobKind> Record for Job<K> {
    const KIND: &'static str = K::WORDS.kind;
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.modified
    }
    fn status(&self) -> &str {
        self.status.as_str()
    }
}
