//! Tasks that wait for jobs.

use serde_json::{Value, json};

use super::task;
use crate::services::request::text;
use crate::services::states::{Execution, Watch, call_finished, job_finished, timer_fired};
use crate::simulation::bed::{Bed, EPOCH, ROLE};

fn processing(name: &str) -> Value {
    json!({
        "ProcessingJobName": name,
        "AppSpecification": {"ImageUri": "plimsoll:0.1.0"},
        "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}},
        "RoleArn": ROLE,
    })
}

fn end(bed: &mut Bed, name: &str, status: crate::services::sagemaker::JobStatus) {
    use crate::services::sagemaker::{Processing, Secondary, job};
    let secondary = match status {
        crate::services::sagemaker::JobStatus::Completed => Secondary::Completed,
        crate::services::sagemaker::JobStatus::Stopped => Secondary::Stopped,
        _ => Secondary::Failed,
    };
    bed.transact(|tx| job::finish::<Processing>(tx, name, job::End::new(status, secondary)))
        .unwrap();
}

#[test]
fn finished_jobs_that_nobody_watches_change_nothing() {
    let mut bed = Bed::new();
    let before = bed.dump();
    bed.transact(|tx| job_finished(tx, "sagemaker.training-job", "none"))
        .unwrap();
    bed.transact(|tx| call_finished(tx, "none", "1", Ok(json!({}))))
        .unwrap();
    bed.transact(|tx| timer_fired(tx, "none", "1")).unwrap();
    bed.transact(|tx| timer_fired(tx, "none", "finished/sagemaker.training-job/none"))
        .unwrap();
    assert_eq!(bed.dump(), before);
}

#[test]
fn sync_waits_for_the_job_and_answers_with_its_description() {
    use crate::services::sagemaker::JobStatus;
    let mut bed = Bed::new();
    let machine = bed.machine(
        "m",
        &task("sagemaker:createProcessingJob.sync", &processing("job")),
    );
    let arn = bed.start(&machine, "r", &json!({}));
    assert_eq!(bed.history(&arn).last().unwrap(), "TaskSubmitted");
    assert_eq!(bed.released.len(), 1);
    end(&mut bed, "job", JobStatus::Completed);
    let output: Value = serde_json::from_str(text(&bed.described(&arn), "output")).unwrap();
    assert_eq!(output["ProcessingJobStatus"], "Completed");
    assert_eq!(output["CreationTime"], EPOCH);
    assert_eq!(bed.store.snapshot().children::<Watch>(&arn).unwrap(), []);
    // The name is taken now: a second run fails before there is a job of its own.
    let again = bed.start(&machine, "again", &json!({}));
    assert_eq!(
        bed.described(&again)["error"],
        "SageMaker.ResourceInUseException"
    );
}

#[test]
fn a_failed_job_fails_its_task_with_the_description_as_cause() {
    use crate::services::sagemaker::JobStatus;
    for (status, word) in [
        (JobStatus::Failed, "Failed"),
        (JobStatus::Stopped, "Stopped"),
    ] {
        let mut bed = Bed::new();
        let machine = bed.machine(
            "m",
            &task("sagemaker:createProcessingJob.sync", &processing("job")),
        );
        let arn = bed.start(&machine, "r", &json!({}));
        end(&mut bed, "job", status);
        let described = bed.described(&arn);
        assert_eq!(
            (&described["status"], &described["error"]),
            (&json!("FAILED"), &json!("States.TaskFailed"))
        );
        let cause: Value = serde_json::from_str(text(&described, "cause")).unwrap();
        assert_eq!(cause["ProcessingJobStatus"], word);
    }
}

#[test]
fn a_stopped_execution_stops_its_job_and_hears_no_more_of_it() {
    use crate::services::sagemaker::JobStatus;
    let mut bed = Bed::new();
    let machine = bed.machine(
        "m",
        &task("sagemaker:createProcessingJob.sync", &processing("job")),
    );
    let arn = bed.start(&machine, "r", &json!({}));
    bed.ok("states", "StopExecution", &json!({"executionArn": arn}));
    let job = bed.ok(
        "sagemaker",
        "DescribeProcessingJob",
        &json!({"ProcessingJobName": "job"}),
    );
    assert_eq!(job["ProcessingJobStatus"], "Stopping");
    assert_eq!(
        bed.released.last().unwrap().key,
        "stop/sagemaker.processing-job/job"
    );
    let length = bed.history(&arn).len();
    end(&mut bed, "job", JobStatus::Stopped);
    assert_eq!(bed.history(&arn).len(), length);
}

#[test]
fn what_a_machine_ends_by_a_call_of_its_own_is_told_after_the_advance() {
    use crate::services::sagemaker::{JobStatus, Processing, Secondary, job};
    let mut bed = Bed::new();
    let machine = bed.machine(
        "m",
        &task("sagemaker:createProcessingJob.sync", &processing("job")),
    );
    let arn = bed.start(&machine, "r", &json!({}));
    bed.transact_as(ROLE, |tx| {
        let end = job::End::new(JobStatus::Completed, Secondary::Completed);
        job::finish::<Processing>(tx, "job", end)
    })
    .unwrap();
    let record = |bed: &Bed| {
        bed.store
            .snapshot()
            .get::<Execution>(&arn)
            .unwrap()
            .unwrap()
            .status
    };
    assert_eq!(record(&bed), "RUNNING");
    assert!(bed.fire_due());
    assert_eq!(record(&bed), "SUCCEEDED");
}
