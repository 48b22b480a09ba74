//! States that several steps share: find a finished step, keep a finished step, put and read a document, run a job.
//!
//! Layout of the data between states: `$.in.<Step>` is compiled with the workload and never changes; `$.out.<Step>` is
//! what the step left: `complete.job`, `complete.outputs`, and `answer` where a later state needs the document itself.

use serde_json::{Map, Value, json};

use crate::structure::DataShape;

/// Named states in order.
pub(crate) type States = Vec<(String, Value)>;

/// States as a JSON object that keeps their order.
pub(crate) fn object(states: States) -> Map<String, Value> {
    states.into_iter().collect()
}

/// Where a step's objects lie in the bucket, as a `States.Format` of one more path below it. A run in which a
/// candidate failed marks its keys with `$.partial.suffix`, so that what it finds and leaves is its own.
pub(crate) fn object_key(step: &str, below: &str) -> String {
    let key = input_path(step, "key");
    let folder = step.split('.').next().unwrap_or(step);
    format!("States.Format('steps/{folder}/{{}}{{}}/{below}', {key}, $.partial.suffix)")
}

/// The same as an S3 URI.
pub(crate) fn object_uri(step: &str, below: &str) -> String {
    let key = input_path(step, "key");
    let folder = step.split('.').next().unwrap_or(step);
    format!(
        "States.Format('s3://{{}}/steps/{folder}/{{}}{{}}/{below}', $.bucket, {key}, $.partial.suffix)"
    )
}

/// Path of a compiled value of a step; `Train.random_forest` is a step within `Train`.
pub(crate) fn input_path(step: &str, member: &str) -> String {
    format!("$.in.{step}.{member}")
}

/// Name of a job, unique per execution and try: `<workload>-<step>-<key>-<run>-<redrive><retry>`.
pub(crate) fn job_name(step: &str) -> String {
    format!(
        "States.Format('{{}}-{{}}-{{}}{{}}', {}, $.run, $$.Execution.RedriveCount, $$.State.RetryCount)",
        input_path(step, "name")
    )
}

/// Errors before a job exists: throttled or no capacity. A failure of the job itself (`States.TaskFailed`) is not tried
/// again, since the same input gives the same failure.
pub(crate) fn retry_creation() -> Value {
    json!([{
        "ErrorEquals": ["SageMaker.ResourceLimitExceededException", "SageMaker.AmazonSageMakerException"],
        "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2.0, "JitterStrategy": "FULL"
    }])
}

/// A task of the storage service, tried again when the call itself failed.
fn s3(action: &str, parameters: &Value) -> Map<String, Value> {
    let state = json!({
        "Type": "Task",
        "Resource": format!("arn:aws:states:::aws-sdk:s3:{action}"),
        "Parameters": parameters,
        "Retry": [{"ErrorEquals": ["S3.SdkClientException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2.0}],
    });
    match state {
        Value::Object(members) => members,
        _ => unreachable!("a state is an object"),
    }
}

/// Where a training writes itself down while it runs. The folder lies below the step's key: whoever does the same work
/// goes on from there.
pub(crate) fn with_checkpoints(mut training: Value, step: &str, data: DataShape) -> Value {
    if data != DataShape::Table {
        training["Parameters"]["CheckpointConfig"] =
            json!({"S3Uri.$": object_uri(step, "checkpoints")});
    }
    training
}

/// Looks for a finished step; a miss goes on to do it.
pub(crate) fn find(step: &str, out: &str, hit: &str, miss: &str) -> Value {
    let mut state = s3(
        "getObject",
        &json!({"Bucket.$": "$.bucket", "Key.$": object_key(step, "complete.json")}),
    );
    state.insert(
        "ResultSelector".into(),
        json!({"complete.$": "States.StringToJson($.Body)"}),
    );
    state.insert("ResultPath".into(), json!(out));
    let missing =
        json!([{"ErrorEquals": ["S3.NoSuchKeyException"], "ResultPath": null, "Next": miss}]);
    state.insert("Catch".into(), missing);
    state.insert("Next".into(), json!(hit));
    Value::Object(state)
}

/// Writes down that a step is finished.
pub(crate) fn keep(step: &str, out: &str, next: &str) -> Value {
    let name = step.split('.').next().unwrap_or(step);
    let body = json!({
        "schema": "plimsoll.complete/1",
        "step": name,
        "key.$": input_path(step, "key"),
        "job.$": format!("{out}.complete.job"),
        "outputs.$": format!("{out}.complete.outputs"),
    });
    put(&object_key(step, "complete.json"), &body, next)
}

/// Writes down that a search is finished: also the hyperparameters that it chose.
pub(crate) fn keep_tuned(step: &str, out: &str, next: &str) -> Value {
    let mut state = keep(step, out, next);
    state["Parameters"]["Body"]["hyperparameters.$"] =
        json!(format!("{out}.complete.hyperparameters"));
    state
}

/// Writes a document to an object whose key is an intrinsic function.
pub(crate) fn put(key: &str, body: &Value, next: &str) -> Value {
    let mut state = s3(
        "putObject",
        &json!({"Bucket.$": "$.bucket", "Key.$": key, "ContentType": "application/json", "Body": body}),
    );
    state.insert("ResultPath".into(), Value::Null);
    state.insert("Next".into(), json!(next));
    Value::Object(state)
}

/// Reads a document that a job left into `$.out.<step>.answer`, keeping the members that later states need.
pub(crate) fn read(step: &str, file: &str, members: &[&str], next: &str) -> [(String, Value); 2] {
    let (read, answer) = (format!("Read{step}"), format!("Answer{step}"));
    let mut state = s3(
        "getObject",
        &json!({"Bucket.$": "$.bucket", "Key.$": object_key(step, &format!("output/{file}"))}),
    );
    state.insert(
        "ResultSelector".into(),
        json!({"document.$": "States.StringToJson($.Body)"}),
    );
    state.insert("ResultPath".into(), json!("$.read"));
    state.insert("Next".into(), json!(answer));
    let chosen: Map<String, Value> = members
        .iter()
        .map(|member| {
            (
                format!("{member}.$"),
                json!(format!("$.read.document.{member}")),
            )
        })
        .collect();
    let shape = json!({
        "Type": "Pass",
        "Parameters": chosen,
        "ResultPath": format!("$.out.{step}.answer"),
        "Next": next,
    });
    [(read, Value::Object(state)), (answer, shape)]
}

/// One input of a processing job.
pub(crate) struct Input<'a> {
    /// Name and folder of the input.
    pub(crate) name: &'a str,
    /// Intrinsic function or path that gives its URI.
    pub(crate) uri: String,
}

/// A processing job of our image: `plimsoll process <entry>`, inputs below `/opt/ml/processing/input`, one output.
pub(crate) fn processing(step: &str, entry: &str, inputs: &[Input<'_>], next: &str) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|input| {
            json!({
                "InputName": input.name,
                "S3Input": {
                    "S3Uri.$": input.uri,
                    "LocalPath": format!("/opt/ml/processing/input/{}", input.name),
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            })
        })
        .collect();
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
        "Parameters": {
            "ProcessingJobName.$": job_name(step),
            "RoleArn.$": "$.role",
            "AppSpecification": {"ImageUri.$": "$.image", "ContainerEntrypoint": ["plimsoll", "process", entry]},
            "ProcessingInputs": inputs,
            "ProcessingOutputConfig": {"Outputs": [{
                "OutputName": "output",
                "S3Output": {
                    "S3Uri.$": object_uri(step, "output"),
                    "LocalPath": "/opt/ml/processing/output",
                    "S3UploadMode": "EndOfJob",
                },
            }]},
            "ProcessingResources": {"ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType.$": input_path(step, "instance_type"),
                "VolumeSizeInGB": 30,
            }},
            "StoppingCondition": {"MaxRuntimeInSeconds.$": input_path(step, "max_seconds")},
            "Tags.$": "$.tags",
        },
        "ResultSelector": {"complete": {
            "job.$": "$.ProcessingJobName",
            "outputs": {"output.$": "$.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri"},
        }},
        "ResultPath": format!("$.out.{step}"),
        "Retry": retry_creation(),
        "Next": next,
    })
}

/// A channel of a training job.
pub(crate) fn channel(name: &str, uri: &str, data: DataShape) -> Value {
    let content_type = match data {
        DataShape::Table | DataShape::Series => "text/csv",
        // Pixels as a NumPy array, with a list of paths and classes beside it.
        DataShape::Images => "application/x-npy",
    };
    json!({
        "ChannelName": name,
        "ContentType": content_type,
        "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri.$": uri,
            "S3DataDistributionType": "FullyReplicated",
        }},
    })
}

/// Name of a tuning job, unique per execution and try, within its 32 characters.
fn tuning_name(step: &str) -> String {
    format!(
        "States.Format('{{}}-{{}}-{{}}{{}}', {}, $.run, $$.Execution.RedriveCount, $$.State.RetryCount)",
        input_path(step, "tuning_name")
    )
}

/// A tuning job whose trials are training jobs such as [`training`] makes; `$.tuned.best` is then the best one's name.
pub(crate) fn tuning(step: &str, channels: &[Value], next: &str) -> Value {
    let of = training(step, &input_path(step, "hyperparameters"), channels, "", "");
    let told = &of["Parameters"];
    let mut definition = Map::new();
    for member in [
        "RoleArn.$",
        "AlgorithmSpecification",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "StoppingCondition",
    ] {
        definition.insert(member.to_owned(), told[member].clone());
    }
    definition.insert(
        "StaticHyperParameters.$".to_owned(),
        told["HyperParameters.$"].clone(),
    );
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync",
        "Parameters": {
            "HyperParameterTuningJobName.$": tuning_name(step),
            "HyperParameterTuningJobConfig.$": input_path(step, "tuning"),
            "TrainingJobDefinition": definition,
            "Tags.$": input_path(step, "tags"),
        },
        "ResultSelector": {"best.$": "$.BestTrainingJob.TrainingJobName"},
        "ResultPath": "$.tuned",
        "Retry": retry_creation(),
        "Next": next,
    })
}

/// The best trial of a search as a finished step.
pub(crate) fn best(out: &str, next: &str) -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob",
        "Parameters": {"TrainingJobName.$": "$.tuned.best"},
        "ResultSelector": {"complete": {
            "job.$": "$.TrainingJobName",
            "outputs": {"model.$": "$.ModelArtifacts.S3ModelArtifacts"},
            "hyperparameters.$": "$.HyperParameters",
        }},
        "ResultPath": out,
        "Next": next,
    })
}

/// A training job of our image. `hyperparameters` is a path; `out` is where its result goes.
pub(crate) fn training(
    step: &str,
    hyperparameters: &str,
    channels: &[Value],
    out: &str,
    next: &str,
) -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": {
            "TrainingJobName.$": job_name(step),
            "RoleArn.$": "$.role",
            "AlgorithmSpecification": {
                "TrainingImage.$": "$.image",
                "TrainingInputMode": "File",
                "MetricDefinitions.$": "$.metrics",
            },
            "HyperParameters.$": hyperparameters,
            "InputDataConfig": channels,
            "OutputDataConfig": {"S3OutputPath.$": object_uri(step, "output")},
            "ResourceConfig": {
                "InstanceCount": 1,
                "InstanceType.$": input_path(step, "instance_type"),
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds.$": input_path(step, "max_seconds")},
            "Tags.$": "$.tags",
        },
        "ResultSelector": {"complete": {
            "job.$": "$.TrainingJobName",
            "outputs": {"model.$": "$.ModelArtifacts.S3ModelArtifacts"},
        }},
        "ResultPath": out,
        "Retry": retry_creation(),
        "Next": next,
    })
}
