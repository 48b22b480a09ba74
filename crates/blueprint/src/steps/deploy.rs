//! Deploy: model and endpoint configuration are named by key, so that "already exists" means "nothing to do"; the
//! endpoint is created or updated, and waited for until it is in service with *this* configuration.
//!
//! A missing endpoint is found by listing, since AWS models no not-found error for `DescribeEndpoint`. After an update that
//! rolled back the endpoint is in service too, with the old configuration: that is a failure of this run.

use serde_json::{Value, json};

use crate::Structure;
use crate::state::{States, retry_creation};

pub(crate) const FIRST: &str = "Deploy";

const MODEL: &str = "States.Format('{}{}', $.in.Deploy.model, $.partial.suffix)";
const CONFIG: &str = "States.Format('{}{}', $.in.Deploy.config, $.partial.suffix)";

pub(crate) fn states(structure: &Structure, next: &str) -> States {
    let after_model = if structure.endpoint {
        "CreateEndpointConfig"
    } else {
        next
    };
    let mut states = vec![
        (
            FIRST.to_owned(),
            create_model(structure.model_path(), after_model),
        ),
        (
            "ConfirmModel".to_owned(),
            json!({
                "Type": "Task",
                "Comment": "creating it failed: go on if it is there already",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeModel",
                "Parameters": {"ModelName.$": MODEL},
                "ResultPath": null,
                "Next": after_model,
            }),
        ),
    ];
    if structure.endpoint {
        states.extend(config());
        states.extend(endpoint());
        states.extend(ready(next));
    }
    states
}

fn create_model(model: &str, next: &str) -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createModel",
        "Parameters": {
            "ModelName.$": MODEL,
            "ExecutionRoleArn.$": "$.role",
            "PrimaryContainer": {"Image.$": "$.image", "ModelDataUrl.$": model},
            "Tags.$": "$.tags",
        },
        "ResultPath": null,
        "Catch": [{"ErrorEquals": ["SageMaker.AmazonSageMakerException"], "ResultPath": null, "Next": "ConfirmModel"}],
        "Next": next,
    })
}

fn config() -> States {
    vec![
        (
            "CreateEndpointConfig".to_owned(),
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createEndpointConfig",
                "Parameters": {
                    "EndpointConfigName.$": CONFIG,
                    "ProductionVariants": [{
                        "VariantName": "AllTraffic",
                        "ModelName.$": MODEL,
                        "InstanceType.$": "$.in.Deploy.instance_type",
                        "InitialInstanceCount.$": "$.in.Deploy.replicas",
                        "InitialVariantWeight": 1,
                    }],
                    "Tags.$": "$.tags",
                },
                "ResultPath": null,
                "Catch": [{
                    "ErrorEquals": ["SageMaker.AmazonSageMakerException"],
                    "ResultPath": null,
                    "Next": "ConfirmEndpointConfig",
                }],
                "Next": "FindEndpoint",
            }),
        ),
        (
            "ConfirmEndpointConfig".to_owned(),
            json!({
                "Type": "Task",
                "Comment": "creating it failed: go on if it is there already",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeEndpointConfig",
                "Parameters": {"EndpointConfigName.$": CONFIG},
                "ResultPath": null,
                "Next": "FindEndpoint",
            }),
        ),
    ]
}

fn endpoint() -> States {
    let names = json!({"EndpointName.$": "$.in.Deploy.endpoint", "EndpointConfigName.$": CONFIG});
    let change = |action: &str, mark: &str| {
        json!({
            "Type": "Task",
            "Resource": format!("arn:aws:states:::sagemaker:{action}"),
            "Parameters": names,
            "ResultSelector": {"arn.$": "$.EndpointArn"},
            "ResultPath": mark,
            "Retry": retry_creation(),
            "Next": "DescribeEndpoint",
        })
    };
    vec![
        (
            "FindEndpoint".to_owned(),
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:listEndpoints",
                "Parameters": {"NameContains.$": "$.in.Deploy.endpoint", "MaxResults": 100},
                "ResultSelector": {
                    "exists.$": "States.ArrayContains($.Endpoints[*].EndpointName, $$.Execution.Input.in.Deploy.endpoint)",
                },
                "ResultPath": "$.found",
                "Next": "EndpointExists",
            }),
        ),
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
            change("createEndpoint", "$.changed"),
        ),
        (
            "UpdateEndpoint".to_owned(),
            change("updateEndpoint", "$.changed"),
        ),
        (
            "DeleteEndpoint".to_owned(),
            json!({
                "Type": "Task",
                "Comment": "an earlier deployment failed: begin anew",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:deleteEndpoint",
                "Parameters": {"EndpointName.$": "$.in.Deploy.endpoint"},
                "ResultPath": null,
                "Next": "WaitEndpoint",
            }),
        ),
    ]
}

fn ready(next: &str) -> States {
    let is = |status: &str| json!({"Variable": "$.endpoint.status", "StringEquals": status});
    let wanted = json!({"Variable": "$.endpoint.config", "StringEqualsPath": "$.endpoint.wanted"});
    let changed = json!({"Variable": "$.changed", "IsPresent": true});
    vec![
        (
            "DescribeEndpoint".to_owned(),
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint",
                "Parameters": {"EndpointName.$": "$.in.Deploy.endpoint"},
                "ResultSelector": {"status.$": "$.EndpointStatus", "config.$": "$.EndpointConfigName"},
                "ResultPath": "$.described",
                "Next": "CompareEndpoint",
            }),
        ),
        (
            "CompareEndpoint".to_owned(),
            json!({
                "Type": "Pass",
                "Parameters": {
                    "status.$": "$.described.status",
                    "config.$": "$.described.config",
                    "wanted.$": CONFIG,
                },
                "ResultPath": "$.endpoint",
                "Next": "EndpointReady",
            }),
        ),
        (
            "EndpointReady".to_owned(),
            json!({
                "Type": "Choice",
                "Choices": [
                    {"And": [is("InService"), wanted], "Next": next},
                    {"And": [{"Or": [is("InService"), is("Failed")]}, changed], "Next": "DeployFailed"},
                    {"And": [is("InService")], "Next": "UpdateEndpoint"},
                    {"And": [is("Failed")], "Next": "DeleteEndpoint"},
                ],
                "Default": "WaitEndpoint",
            }),
        ),
        (
            "WaitEndpoint".to_owned(),
            json!({
                "Type": "Wait",
                "SecondsPath": "$.in.Deploy.poll_seconds",
                "Next": "FindEndpoint",
            }),
        ),
        (
            "DeployFailed".to_owned(),
            json!({
                "Type": "Fail",
                "Error": "DeployFailed",
                "Cause": "the endpoint did not come into service with the new configuration; DescribeEndpoint says why",
            }),
        ),
    ]
}
