//! Violations in AWS's words.

use serde_json::{Value, json};

use super::validate;
use crate::codec::MAX_DEPTH;
use crate::table::{Kind, Member, Operation, Shape, Text};
use crate::{ApiError, service};

fn check(service_name: &str, operation: &str, value: &Value) -> Result<(), ApiError> {
    let service = service(service_name).unwrap();
    validate(service, service.operation(operation).unwrap(), value)
}

fn message(service_name: &str, operation: &str, value: &Value) -> String {
    check(service_name, operation, value).unwrap_err().message
}

fn training_job() -> Value {
    json!({
        "TrainingJobName": "job-1",
        "AlgorithmSpecification": {"TrainingImage": "plimsoll:1", "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "InputDataConfig": [{
            "ChannelName": "train",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}},
        }],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "HyperParameters": {"eta": "0.1"},
    })
}

/// The job with one place, by JSON pointer of its parent, set to a value.
fn with(parent: &str, name: &str, value: Value) -> Value {
    let mut job = training_job();
    job.pointer_mut(parent).unwrap()[name] = value;
    job
}

#[test]
fn a_complete_request_passes() {
    check("sagemaker", "CreateTrainingJob", &training_job()).unwrap();
    check("sts", "GetCallerIdentity", &json!({})).unwrap();
}

#[test]
fn one_violation_at_a_time() {
    let cases = [
        (
            with("", "TrainingJobName", json!("a_b")),
            "Value 'a_b' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        (
            with("/ResourceConfig", "InstanceCount", json!(-1)),
            "Value '-1' at 'resourceConfig.instanceCount' failed to satisfy constraint: Member must have value \
             greater than or equal to 0",
        ),
        (
            with("/StoppingCondition", "MaxRuntimeInSeconds", json!(0)),
            "Value '0' at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint: Member must have \
             value greater than or equal to 1",
        ),
        (
            with(
                "/AlgorithmSpecification",
                "TrainingInputMode",
                json!("Disk"),
            ),
            "Value 'Disk' at 'algorithmSpecification.trainingInputMode' failed to satisfy constraint: Member must \
             satisfy enum value set: [Pipe, File, FastFile]",
        ),
        (
            with("/InputDataConfig/0", "ChannelName", json!("a b")),
            "Value 'a b' at 'inputDataConfig.1.member.channelName' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [A-Za-z0-9\\.\\-_]+",
        ),
        (
            with("", "RoleArn", Value::Null),
            "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            with("", "HyperParameters", json!("none")),
            "Value 'none' at 'hyperParameters' failed to satisfy constraint: Member must be a Map",
        ),
        (
            with("", "Colour", json!("red")),
            "Value at 'Colour' failed to satisfy constraint: Member is not known to CreateTrainingJob",
        ),
        (
            with(
                "",
                "MlflowConfig",
                json!({"MlflowResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:mlflow-app/a"}),
            ),
            "Value at 'mlflowConfig' failed to satisfy constraint: Member is not supported here: MLflow is not \
             implemented",
        ),
        (
            with(
                "/InputDataConfig/0/DataSource",
                "FileSystemDataSource",
                json!({}),
            ),
            "Value at 'inputDataConfig.1.member.dataSource.fileSystemDataSource' failed to satisfy constraint: Member \
             is not supported here: there is no EFS and no FSx",
        ),
    ];
    for (job, expected) in cases {
        let expected = format!("1 validation error detected: {expected}");
        assert_eq!(message("sagemaker", "CreateTrainingJob", &job), expected);
    }
}

#[test]
fn all_violations_stand_in_one_message() {
    let expected = "2 validation errors detected: Value null at 'endpointName' failed to satisfy constraint: Member \
                    must not be null; Value null at 'endpointConfigName' failed to satisfy constraint: Member must \
                    not be null";
    assert_eq!(message("sagemaker", "CreateEndpoint", &json!({})), expected);
}

#[test]
fn elements_of_collections_name_the_collection() {
    let job = with(
        "/AlgorithmSpecification",
        "ContainerEntrypoint",
        json!(["a", "b\nc"]),
    );
    let text = message("sagemaker", "CreateTrainingJob", &job);
    let expected = "Value 'b\nc' at 'algorithmSpecification.containerEntrypoint' failed to satisfy constraint: Member \
                    must satisfy constraint: [Member must have length less than or equal to 256, Member must have \
                    length greater than or equal to 0, Member must satisfy regular expression pattern: .*]";
    assert!(text.ends_with(expected), "{text}");
    let job = with("", "HyperParameters", json!({"k": "v".repeat(2501)}));
    let text = message("sagemaker", "CreateTrainingJob", &job);
    assert!(
        text.contains("at 'hyperParameters' failed to satisfy constraint: Map value must satisfy"),
        "{text}"
    );
    let job = with("", "HyperParameters", json!({"k".repeat(257): "v"}));
    let text = message("sagemaker", "CreateTrainingJob", &job);
    assert!(
        text.contains("at 'hyperParameters' failed to satisfy constraint: Map keys must satisfy"),
        "{text}"
    );
}

#[test]
fn codes_are_the_services() {
    for (service_name, operation, code) in [
        ("sagemaker", "DescribeModel", "ValidationException"),
        ("iam", "GetRole", "ValidationError"),
        ("logs", "CreateLogGroup", "InvalidParameterException"),
        ("states", "DescribeExecution", "ValidationException"),
        ("cloudwatch", "PutMetricData", "ValidationError"),
    ] {
        let error = check(service_name, operation, &json!({})).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_str()),
            (400, code),
            "{service_name}"
        );
    }
}

#[test]
fn sensitive_values_are_not_repeated() {
    let value = json!({"name": "m", "definition": "", "roleArn": "arn:aws:iam::1:role/r"});
    let text = message("states", "CreateStateMachine", &value);
    assert!(
        text.contains(
            "Value at 'definition' failed to satisfy constraint: Member must have length"
        ),
        "{text}"
    );
}

#[test]
fn long_values_are_cut() {
    let text = message(
        "sagemaker",
        "DescribeModel",
        &json!({"ModelName": "\u{e4}".repeat(5000)}),
    );
    assert!(text.contains(&format!(
        "Value '{}...' at 'modelName'",
        "\u{e4}".repeat(1000)
    )));
    assert!(text.len() < 6000, "{}", text.len());
}

#[test]
fn violations_are_bounded() {
    let members: serde_json::Map<String, Value> =
        (0..500).map(|at| (format!("x{at}"), json!(1))).collect();
    let text = message("sts", "GetCallerIdentity", &Value::Object(members));
    assert!(
        text.starts_with("50 validation errors detected"),
        "{}",
        &text[..60]
    );
}

#[test]
fn false_passes_where_a_flag_is_refused() {
    let value = |publish: bool| json!({"name": "m", "definition": "{}", "roleArn": "r", "publish": publish});
    check("states", "CreateStateMachine", &value(false)).unwrap();
    assert!(message("states", "CreateStateMachine", &value(true)).contains("'publish'"));
}

#[test]
fn blobs_count_bytes() {
    let value = |bytes: usize| json!({"EndpointName": "e", "Body": "A".repeat(bytes / 3 * 4)});
    check("sagemaker-runtime", "InvokeEndpoint", &value(6_291_456)).unwrap();
    assert!(message("sagemaker-runtime", "InvokeEndpoint", &value(6_291_459)).contains("'body'"));
}

#[test]
fn one_member_of_a_union_is_set() {
    static TEXT: Shape = Shape::string("T");
    static EITHER: Shape = Shape::union(
        "Either",
        &[Member::optional("A", &TEXT), Member::optional("B", &TEXT)],
    );
    static INPUT: Shape = Shape::structure("Input", &[Member::optional("Either", &EITHER)]);
    static OPERATION: Operation = Operation {
        name: "Choose",
        method: "POST",
        uri: "/",
        input: Some(&INPUT),
        output: None,
        result_wrapper: None,
        errors: &[],
        support: &[],
    };
    let service = service("sagemaker").unwrap();
    validate(service, &OPERATION, &json!({"Either": {"A": "x"}})).unwrap();
    for value in [
        json!({"Either": {}}),
        json!({"Either": {"A": "x", "B": "y"}}),
    ] {
        let error = validate(service, &OPERATION, &value).unwrap_err();
        let expected = "1 validation error detected: Value at 'either' failed to satisfy constraint: Exactly one \
                        member must be set of: [A, B]";
        assert_eq!(error.message, expected);
    }
}

#[test]
fn types_are_checked_without_a_decoder() {
    for (parent, name, value, what) in [
        ("/ResourceConfig", "InstanceCount", json!("1"), "Long"),
        ("", "EnableNetworkIsolation", json!("true"), "Boolean"),
        ("", "InputDataConfig", json!({}), "List"),
        ("", "TrainingJobName", json!(5), "String"),
    ] {
        let text = message("sagemaker", "CreateTrainingJob", &with(parent, name, value));
        assert!(
            text.ends_with(&format!("Member must be a {what}")),
            "{text}"
        );
    }
    let error = check("sagemaker", "ListModels", &json!([1])).unwrap_err();
    assert!(
        error.message.contains("Member must be a Structure"),
        "{}",
        error.message
    );
    let text = message(
        "sagemaker",
        "ListModels",
        &json!({"CreationTimeAfter": "soon"}),
    );
    assert!(text.ends_with("Member must be a Timestamp"), "{text}");
}

/// Every member of every request, of the wrong type, at the top: refused, never a panic.
#[test]
fn every_request_survives_nonsense() {
    let mut deep = json!(1);
    for _ in 0..MAX_DEPTH {
        deep = json!([deep]);
    }
    for service in crate::services() {
        for operation in service.operations {
            for member in operation.input.map(Shape::members).unwrap_or_default() {
                for nonsense in [
                    json!({"a": {"b": 1}}),
                    json!([[1], {"x": null}]),
                    json!(1.5),
                    deep.clone(),
                ] {
                    let value = json!({member.name: nonsense});
                    let passes =
                        matches!(member.shape.kind, Kind::Float { .. } | Kind::Timestamp(_));
                    let result = validate(service, operation, &value);
                    assert!(
                        result.is_err() || passes,
                        "{} {}",
                        operation.name,
                        member.name
                    );
                }
            }
        }
    }
}

/// The shortest and the longest permitted text of every constrained member pass, one beyond does not.
#[test]
fn lengths_are_inclusive() {
    let service = service("states").unwrap();
    let operation = service.operation("CreateActivity").unwrap();
    let Kind::String(Text {
        min: Some(1),
        max: Some(80),
        ..
    }) = operation.input.unwrap().member("name").unwrap().shape.kind
    else {
        panic!("the name of an activity has 1 to 80 characters");
    };
    for (length, passes) in [(0, false), (1, true), (80, true), (81, false)] {
        let result = validate(service, operation, &json!({"name": "n".repeat(length)}));
        assert_eq!(result.is_ok(), passes, "{length}");
    }
}
