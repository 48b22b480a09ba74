//! Jobs that `.sync` waits for: how they are described, stopped and judged.

use serde_json::{Value, json};
use states::{Event, TaskId};

use super::record::Watch;
use super::result::{self, Moments};
use crate::Fault;
use crate::services;
use crate::store::Tx;

/// A kind of job that a task may wait for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct JobCall {
    action: &'static str,
    /// Kind of the job's record.
    pub(super) kind: &'static str,
    /// The member that names it.
    pub(super) name: &'static str,
    status: &'static str,
    describe: &'static str,
    stop: &'static str,
}

const JOBS: &[JobCall] = &[
    JobCall {
        action: "createTrainingJob",
        kind: "sagemaker.training-job",
        name: "TrainingJobName",
        status: "TrainingJobStatus",
        describe: "DescribeTrainingJob",
        stop: "StopTrainingJob",
    },
    JobCall {
        action: "createHyperParameterTuningJob",
        kind: crate::services::sagemaker::TUNING_JOB,
        name: "HyperParameterTuningJobName",
        status: "HyperParameterTuningJobStatus",
        describe: "DescribeHyperParameterTuningJob",
        stop: "StopHyperParameterTuningJob",
    },
    JobCall {
        action: "createProcessingJob",
        kind: "sagemaker.processing-job",
        name: "ProcessingJobName",
        status: "ProcessingJobStatus",
        describe: "DescribeProcessingJob",
        stop: "StopProcessingJob",
    },
    JobCall {
        action: "createTransformJob",
        kind: "sagemaker.transform-job",
        name: "TransformJobName",
        status: "TransformJobStatus",
        describe: "DescribeTransformJob",
        stop: "StopTransformJob",
    },
];

/// The job that an action starts.
pub(super) fn of_action(action: &str) -> Option<&'static JobCall> {
    JOBS.iter().find(|job| job.action == action)
}

/// What a watched job came to, once it is over: AWS answers with the description, and fails with it as the cause.
pub(super) fn ended(tx: &mut Tx<'_>, role: &str, watch: &Watch) -> Result<Option<Event>, Fault> {
    let Some(job) = JOBS.iter().find(|job| job.kind == watch.kind) else {
        return Ok(None);
    };
    let task = TaskId(watch.task);
    let request = json!({job.name: watch.name});
    let described = tx.as_principal(role, |tx| {
        services::call(tx, "sagemaker", job.describe, &request)
    });
    let described = match described {
        Ok(described) => described,
        Err(fault) if fault.status >= 500 => return Err(fault),
        // A job that cannot be described is lost: its task must not wait for ever.
        Err(fault) => {
            let error = "SageMaker.AmazonSageMakerException".to_owned();
            return Ok(Some(Event::TaskFailed {
                task,
                error,
                cause: Some(fault.message),
            }));
        }
    };
    let described = result::render("sagemaker", job.describe, described, Moments::Millis);
    Ok(match described[job.status].as_str() {
        Some("Completed") => Some(Event::TaskSucceeded {
            task,
            output: described,
        }),
        Some("Failed" | "Stopped") => Some(Event::TaskFailed {
            task,
            error: "States.TaskFailed".to_owned(),
            cause: Some(described.to_string()),
        }),
        _ => None,
    })
}

/// Asks a watched job to stop; one that is over already stays as it is.
pub(super) fn stop(tx: &mut Tx<'_>, role: &str, watch: &Watch) {
    let Some(job) = JOBS.iter().find(|job| job.kind == watch.kind) else {
        return;
    };
    let request: Value = json!({job.name: watch.name});
    let stopped = tx.as_principal(role, |tx| {
        services::call(tx, "sagemaker", job.stop, &request)
    });
    if let Err(fault) = stopped {
        tracing::debug!(%fault, job = watch.name, "a job was not stopped");
    }
}
