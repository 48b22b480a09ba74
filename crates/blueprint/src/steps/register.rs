//! Register: the model joins its package group. Not cached: the client token makes the same key the same package.

use serde_json::json;

use crate::state::{States, retry_creation};

pub(crate) const FIRST: &str = "Register";

pub(crate) fn states(model: &str, next: &str) -> States {
    vec![(
        FIRST.to_owned(),
        json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sagemaker:createModelPackage",
            "Parameters": {
                "ModelPackageGroupName.$": "$.in.Register.group",
                "ModelApprovalStatus": "Approved",
                "ClientToken.$": "States.Format('{}{}', $.in.Register.token, $.partial.suffix)",
                "InferenceSpecification": {
                    "Containers": [{"Image.$": "$.image", "ModelDataUrl.$": model}],
                    "SupportedContentTypes": ["text/csv", "application/json", "application/jsonlines", "application/x-npy"],
                    "SupportedResponseMIMETypes": ["text/csv", "application/json", "application/jsonlines", "application/x-npy"],
                },
                "ModelMetrics": {"ModelQuality": {"Statistics": {
                    "ContentType": "application/json",
                    "S3Uri.$": "States.Format('{}/evaluation.json', $.out.Test.complete.outputs.output)",
                }}},
            },
            "ResultSelector": {"package.$": "$.ModelPackageArn"},
            "ResultPath": "$.out.Register",
            "Retry": retry_creation(),
            "Next": next,
        }),
    )]
}
