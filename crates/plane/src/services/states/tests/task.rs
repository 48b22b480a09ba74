//! Tasks that call services.

use serde_json::{Value, json};

use super::task;
use crate::Fault;
use crate::services::request::text;
use crate::services::states::{Live, call_finished};
use crate::simulation::bed::Bed;
use crate::store::Effect;

#[test]
fn a_chain_of_calls_runs_in_one_transaction_and_goes_on_by_a_timer_when_it_is_long() {
    let mut bed = Bed::new();
    let items: Vec<u64> = (0..450).collect();
    let list = json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sagemaker:listModels", "Parameters": {}, "End": true});
    let machine = bed.machine("m", &json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "MaxConcurrency": 1, "End": true,
        "ItemProcessor": {"StartAt": "L", "States": {"L": list}}, "ResultSelector": {"n.$": "States.ArrayLength($)"},
    }}}));
    let arn = bed.start(&machine, "r", &json!(items));
    assert_eq!(bed.described(&arn)["status"], "RUNNING");
    assert_eq!(
        bed.store
            .snapshot()
            .get::<Live>(&arn)
            .unwrap()
            .unwrap()
            .pending
            .len(),
        1
    );
    let mut fired = 0;
    while bed.fire_due() {
        fired += 1;
    }
    assert_eq!(fired, 2);
    let described = bed.described(&arn);
    assert_eq!(
        (&described["status"], &described["output"]),
        (&json!("SUCCEEDED"), &json!("{\"n\":450}"))
    );
    assert_eq!(bed.store.snapshot().get::<Live>(&arn).unwrap(), None);
    assert_eq!(bed.store.snapshot().next_due().unwrap(), None);
}

#[test]
fn errors_have_the_names_and_causes_of_their_integration() {
    let mut bed = Bed::new();
    let mut fail = |name: &str, resource: &str, parameters: Value| {
        let machine = bed.machine(name, &task(resource, &parameters));
        let arn = bed.start(&machine, "r", &json!({}));
        let described = bed.described(&arn);
        assert_eq!(
            bed.history(&arn)[1..5],
            [
                "TaskStateEntered",
                "TaskScheduled",
                "TaskStarted",
                "TaskFailed"
            ]
        );
        (
            text(&described, "error").to_owned(),
            text(&described, "cause").to_owned(),
        )
    };
    let (error, cause) = fail(
        "a",
        "sagemaker:createEndpoint",
        json!({"EndpointName": "e", "EndpointConfigName": "none"}),
    );
    assert_eq!(error, "SageMaker.AmazonSageMakerException");
    assert!(cause.contains(" (Service: AmazonSageMaker; Status Code: 400; Error Code: ValidationException; Request ID: "), "{cause}");
    assert!(cause.ends_with("; Proxy: null)"), "{cause}");
    let (error, cause) = fail(
        "b",
        "aws-sdk:sagemaker:describeModel",
        json!({"ModelName": "none"}),
    );
    assert_eq!(error, "SageMaker.SageMakerException");
    assert!(
        cause.contains(" (Service: SageMaker, Status Code: 400, Request ID: "),
        "{cause}"
    );
    let (error, cause) = fail("c", "aws-sdk:iam:getRole", json!({"RoleName": "none"}));
    assert_eq!(error, "Iam.NoSuchEntityException");
    assert!(
        cause.starts_with(
            "The role with name none cannot be found. (Service: Iam, Status Code: 404,"
        ),
        "{cause}"
    );
    let (error, cause) = fail(
        "d",
        "aws-sdk:sagemaker:describeModel",
        json!({"Nonsense": 1}),
    );
    assert_eq!(error, "SageMaker.SageMakerException");
    assert!(
        cause.starts_with("2 validation errors detected: ")
            || cause.starts_with("1 validation error detected: "),
        "{cause}"
    );
}

#[test]
fn answers_of_calls_have_moments_as_text() {
    let mut bed = Bed::new();
    let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    bed.ok(
        "iam",
        "CreateRole",
        &json!({"RoleName": "r", "AssumeRolePolicyDocument": trust}),
    );
    let machine = bed.machine("m", &task("aws-sdk:iam:getRole", &json!({"RoleName": "r"})));
    let arn = bed.start(&machine, "r", &json!({}));
    let output: Value = serde_json::from_str(text(&bed.described(&arn), "output")).unwrap();
    assert_eq!(output["Role"]["CreateDate"], "2025-11-24T16:00:00Z");
    let machine = bed.machine("who", &task("aws-sdk:sts:getCallerIdentity", &json!({})));
    let arn = bed.start(&machine, "r", &json!({}));
    let output: Value = serde_json::from_str(text(&bed.described(&arn), "output")).unwrap();
    assert_eq!(
        output["Arn"],
        "arn:aws:sts::000000000000:assumed-role/machine/plimsoll"
    );
}

#[test]
fn object_calls_are_effects_and_come_back_once() {
    let mut bed = Bed::new();
    let parameters = json!({"Bucket": "bucket", "Key": "k", "Body": {"a": [1, 2]}});
    let machine = bed.machine("m", &task("aws-sdk:s3:putObject", &parameters));
    let arn = bed.start(&machine, "r", &json!({}));
    assert_eq!(
        bed.history(&arn),
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted"
        ]
    );
    let [row] = &bed.released[..] else {
        panic!("one effect")
    };
    let Effect::CallService {
        operation,
        parameters,
        task: number,
        ..
    } = row.effect.clone()
    else {
        panic!("a call")
    };
    assert_eq!(
        (operation.as_str(), &parameters["Body"]),
        ("PutObject", &json!("{\"a\":[1,2]}"))
    );
    for _ in 0..2 {
        bed.transact(|tx| {
            call_finished(
                tx,
                &arn,
                &number,
                Ok(json!({"ETag": "\"e\"", "LastModified": 0})),
            )
        })
        .unwrap();
    }
    let output = bed.described(&arn)["output"].clone();
    assert_eq!(
        output,
        "{\"ETag\":\"\\\"e\\\"\",\"LastModified\":\"1970-01-01T00:00:00Z\"}"
    );
}

#[test]
fn refused_object_calls_have_the_names_of_s3() {
    let mut bed = Bed::new();
    let parameters = json!({"Bucket": "bucket", "Key": "k"});
    let machine = bed.machine("m", &task("aws-sdk:s3:getObject", &parameters));
    for (name, fault, error) in [
        (
            "key",
            Fault::not_found("NoSuchKey", "The specified key does not exist."),
            "S3.NoSuchKeyException",
        ),
        (
            "denied",
            Fault::new(403, "AccessDenied", "no"),
            "S3.S3Exception",
        ),
        (
            "size",
            Fault::client("States.DataLimitExceeded", "too much"),
            "States.DataLimitExceeded",
        ),
    ] {
        let arn = bed.start(&machine, name, &json!({}));
        bed.transact(|tx| call_finished(tx, &arn, "1", Err(fault)))
            .unwrap();
        assert_eq!(bed.described(&arn)["error"], error);
    }
    let machine = bed.machine(
        "bad",
        &task("aws-sdk:s3:getObject", &json!({"Bucket": "bucket"})),
    );
    let arn = bed.start(&machine, "r", &json!({}));
    assert_eq!(bed.described(&arn)["error"], "S3.S3Exception");
}

#[test]
fn a_call_that_is_no_longer_wanted_is_forgotten() {
    let mut bed = Bed::new();
    let machine = bed.machine(
        "m",
        &task("aws-sdk:s3:getObject", &json!({"Bucket": "b", "Key": "k"})),
    );
    let arn = bed.start(&machine, "r", &json!({}));
    assert_eq!(bed.store.snapshot().effects().unwrap().len(), 1);
    bed.ok("states", "StopExecution", &json!({"executionArn": arn}));
    assert_eq!(bed.store.snapshot().effects().unwrap(), []);
    bed.transact(|tx| call_finished(tx, &arn, "1", Ok(json!({}))))
        .unwrap();
    assert_eq!(bed.described(&arn)["status"], "ABORTED");
}

#[test]
fn a_task_for_an_activity_that_is_not_there_fails_and_a_known_one_waits_for_its_timeout() {
    let mut bed = Bed::new();
    let activity = "arn:aws:states:us-east-1:000000000000:activity:a";
    let machine = bed.machine(
        "m",
        &json!({"StartAt": "T", "States": {"T": {
            "Type": "Task", "Resource": activity, "TimeoutSeconds": 5, "End": true,
        }}}),
    );
    let arn = bed.start(&machine, "none", &json!({}));
    assert_eq!(
        bed.described(&arn)["cause"],
        format!("Activity Does Not Exist: '{activity}'")
    );
    bed.ok("states", "CreateActivity", &json!({"name": "a"}));
    let arn = bed.start(&machine, "some", &json!({}));
    assert!(bed.sleep() && bed.fire_due());
    assert_eq!(bed.described(&arn)["error"], "States.Timeout");
}
