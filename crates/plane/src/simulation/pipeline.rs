//! A state machine in the shape of a workload's: find or do, jobs side by side, keep, gate, deploy, poll, map.

use serde_json::{Map, Value, json};

use super::bed::ROLE;

/// The bucket that the pipeline works on.
pub(crate) const BUCKET: &str = "pipeline";
/// Image of jobs and models.
const IMAGE: &str = "plimsoll:0.1.0";

/// Whether a failing candidate is caught in its branch, or fails the run and stops its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Candidates {
    Caught,
    Strict,
}

fn task(resource: &str, parameters: &Value, next: &str) -> Value {
    let mut state = json!({
        "Type": "Task",
        "Resource": format!("arn:aws:states:::{resource}"),
        "Parameters": parameters,
        "ResultPath": null,
    });
    match next {
        "" => state["End"] = true.into(),
        next => state["Next"] = next.into(),
    }
    state
}

fn job_name(step: &str) -> String {
    format!("States.Format('{step}-{{}}-{{}}', $$.Execution.Name, $$.State.RetryCount)")
}

/// A step that is found finished, or done and kept.
fn step(name: &str, work: Value, next: &str) -> Map<String, Value> {
    let [find, done, keep] = ["Find", "Do", "Keep"].map(|verb| format!("{verb} {name}"));
    let object = json!({"Bucket": BUCKET, "Key": format!("steps/{name}/complete.json")});
    let mut search = task("aws-sdk:s3:getObject", &object.clone(), next);
    search["Catch"] =
        json!([{"ErrorEquals": ["S3.NoSuchKeyException"], "ResultPath": null, "Next": done}]);
    let mut kept = object;
    kept["Body"] = json!({"step": name, "job.$": "$.job.arn"});
    let mut work = work;
    work["Next"] = keep.as_str().into();
    Map::from_iter([
        (find, search),
        (done, work),
        (keep, task("aws-sdk:s3:putObject", &kept, next)),
    ])
}

fn processing(name: &str) -> Value {
    let mut state = task(
        "sagemaker:createProcessingJob.sync",
        &json!({
            "ProcessingJobName.$": job_name(name),
            "AppSpecification": {"ImageUri": IMAGE},
            "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}},
            "RoleArn": ROLE,
        }),
        "",
    );
    selected(&mut state, "$.ProcessingJobArn");
    state
}

fn training(name: &str) -> Value {
    let mut state = task(
        "sagemaker:createTrainingJob.sync",
        &json!({
            "TrainingJobName.$": job_name(name),
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": format!("s3://{BUCKET}/models")},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "RoleArn": ROLE,
        }),
        "",
    );
    selected(&mut state, "$.TrainingJobArn");
    state
}

fn selected(state: &mut Value, arn: &str) {
    state["ResultSelector"] = json!({"arn.$": arn});
    state["ResultPath"] = "$.job".into();
    if let Some(members) = state.as_object_mut() {
        members.remove("End");
    }
}

fn candidate(name: &str, candidates: Candidates) -> Value {
    let mut work = training(name);
    let (trained, failed) = (format!("Trained {name}"), format!("Failed {name}"));
    if candidates == Candidates::Caught {
        work["Catch"] =
            json!([{"ErrorEquals": ["States.TaskFailed"], "ResultPath": null, "Next": failed}]);
    }
    let mut states = step(name, work, &trained);
    let end = |trained: bool| json!({"Type": "Pass", "Result": {"name": name, "trained": trained}, "End": true});
    states.insert(trained, end(true));
    if candidates == Candidates::Caught {
        states.insert(failed, end(false));
    }
    json!({"StartAt": format!("Find {name}"), "States": states})
}

/// The definition.
pub(crate) fn definition(candidates: Candidates) -> Value {
    let mut states = step("prepare", processing("prepare"), "Train");
    let branches: Vec<Value> = ["linear", "forest", "baseline"]
        .map(|name| candidate(name, candidates))
        .into();
    states.insert("Train".into(), json!({"Type": "Parallel", "Branches": branches, "ResultPath": "$.trained", "Next": "Gate"}));
    states.insert("Gate".into(), json!({
        "Type": "Choice",
        "Choices": [{"Variable": "$.trained[0].trained", "BooleanEquals": true, "Next": "CreateModel"}],
        "Default": "GateNotMet",
    }));
    states.insert(
        "GateNotMet".into(),
        json!({"Type": "Fail", "Error": "GateNotMet"}),
    );
    states.extend(deploy());
    let write = task(
        "aws-sdk:s3:putObject",
        &json!({"Bucket": BUCKET, "Key.$": "States.Format('reports/{}', $)", "Body.$": "$"}),
        "",
    );
    states.insert("Report".into(), json!({
        "Type": "Map", "ItemsPath": "$.reports", "MaxConcurrency": 2, "ResultPath": null, "Next": "Done",
        "ItemProcessor": {"StartAt": "Write", "States": {"Write": write}},
    }));
    states.insert(
        "Done".into(),
        json!({"Type": "Pass", "Parameters": {"trained.$": "$.trained"}, "End": true}),
    );
    json!({"StartAt": "Find prepare", "States": states})
}

fn deploy() -> Map<String, Value> {
    let tolerated = |next: &str| json!([{"ErrorEquals": ["SageMaker.AmazonSageMakerException"], "ResultPath": null, "Next": next}]);
    let model = json!({
        "ModelName": "model", "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": format!("s3://{BUCKET}/models/model.tar.gz")},
    });
    let config = json!({"EndpointConfigName": "config", "ProductionVariants": [{
        "VariantName": "AllTraffic", "ModelName": "model", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    }]});
    let endpoint = json!({"EndpointName": "endpoint", "EndpointConfigName": "config"});
    let mut create_model = task("sagemaker:createModel", &model, "CreateConfig");
    create_model["Catch"] = tolerated("CreateConfig");
    let mut create_config = task("sagemaker:createEndpointConfig", &config, "FindEndpoint");
    create_config["Catch"] = tolerated("FindEndpoint");
    let mut find = task(
        "aws-sdk:sagemaker:listEndpoints",
        &json!({"NameContains": "endpoint", "MaxResults": 100}),
        "EndpointExists",
    );
    find["ResultSelector"] =
        json!({"exists.$": "States.ArrayContains($.Endpoints[*].EndpointName, 'endpoint')"});
    find["ResultPath"] = "$.found".into();
    let mut describe = task(
        "aws-sdk:sagemaker:describeEndpoint",
        &json!({"EndpointName": "endpoint"}),
        "EndpointReady",
    );
    describe["ResultSelector"] = json!({"status.$": "$.EndpointStatus"});
    describe["ResultPath"] = "$.endpoint".into();
    Map::from_iter([
        ("CreateModel".to_owned(), create_model),
        ("CreateConfig".to_owned(), create_config),
        ("FindEndpoint".to_owned(), find),
        (
            "EndpointExists".to_owned(),
            json!({
                "Type": "Choice",
                "Choices": [{"Variable": "$.found.exists", "BooleanEquals": true, "Next": "DescribeEndpoint"}],
                "Default": "CreateEndpoint",
            }),
        ),
        (
            "CreateEndpoint".to_owned(),
            task("sagemaker:createEndpoint", &endpoint, "DescribeEndpoint"),
        ),
        ("DescribeEndpoint".to_owned(), describe),
        (
            "EndpointReady".to_owned(),
            json!({
                "Type": "Choice",
                "Choices": [{"Variable": "$.endpoint.status", "StringEquals": "InService", "Next": "Report"}],
                "Default": "WaitEndpoint",
            }),
        ),
        (
            "WaitEndpoint".to_owned(),
            json!({"Type": "Wait", "Seconds": 2, "Next": "DescribeEndpoint"}),
        ),
    ])
}
