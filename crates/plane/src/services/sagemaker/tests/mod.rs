//! SageMaker's operations on a store of their own: names, conflicts, lists, statuses and what is emitted.

mod containers;
mod jobs;
mod registry;
mod serving;
mod tuning;

use std::borrow::Borrow;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::services;
use crate::store::{Store, Tx};
use crate::{Fault, ManualClock};

const ROLE: &str = "arn:aws:iam::000000000000:role/job";

struct Bed {
    _folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: Store,
}

impl Bed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(1_000_000));
        let path = folder.path().join("plane.db");
        let store = Store::open(&path, clock.clone(), "us-east-1", 7).unwrap();
        Self {
            _folder: folder,
            clock,
            store,
        }
    }

    /// Validates a request as the gateway would, and carries it out.
    fn call(&mut self, operation: &str, request: impl Borrow<Value>) -> Result<Value, Fault> {
        let request = request.borrow();
        let service = aws_api::service("sagemaker").unwrap();
        let model = service.operation(operation).unwrap();
        aws_api::validate(service, model, request).unwrap();
        self.run(|tx| services::call(tx, "sagemaker", operation, request))
    }

    fn run<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.store.transact("me", work).map(|(value, _)| value)
    }

    fn refusal(&mut self, operation: &str, request: impl Borrow<Value>) -> (String, String) {
        let fault = self.call(operation, request).unwrap_err();
        (fault.code, fault.message)
    }

    fn effects(&self) -> Vec<String> {
        self.store
            .snapshot()
            .effects()
            .unwrap()
            .into_iter()
            .map(|row| row.key)
            .collect()
    }

    fn at(&self, millis: i64) {
        self.clock.advance_to(millis);
    }
}

fn training(name: &str) -> Value {
    json!({
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": "plimsoll:0.1.0", "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "Tags": [{"Key": "team", "Value": "a"}],
    })
}

fn processing(name: &str) -> Value {
    json!({
        "ProcessingJobName": name,
        "ProcessingResources": {"ClusterConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
        }},
        "AppSpecification": {"ImageUri": "plimsoll:0.1.0", "ContainerEntrypoint": ["plimsoll"]},
        "RoleArn": ROLE,
        "ProcessingInputs": [{"InputName": "in", "S3Input": {
            "S3Uri": "s3://bucket/in", "LocalPath": "/opt/ml/processing/in",
            "S3DataType": "S3Prefix", "S3InputMode": "File",
        }}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": "s3://bucket/out", "LocalPath": "/opt/ml/processing/out",
            "S3UploadMode": "EndOfJob",
        }}]},
    })
}

fn model(name: &str) -> Value {
    json!({
        "ModelName": name,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {
            "Image": "plimsoll:0.1.0", "ModelDataUrl": "s3://bucket/model.tar.gz",
            "Environment": {"A": "1"},
        },
    })
}

fn config(name: &str, model: &str) -> Value {
    json!({
        "EndpointConfigName": name,
        "ProductionVariants": [{
            "VariantName": "AllTraffic", "ModelName": model, "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1, "InitialVariantWeight": 1.0,
        }],
    })
}

fn endpoint_of(name: &str, config: &str) -> Value {
    json!({"EndpointName": name, "EndpointConfigName": config})
}

/// Changes one member of a request, by JSON pointer.
fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    *request.pointer_mut(pointer).unwrap() = value;
    request
}

#[test]
fn every_operation_of_the_model_has_a_handler() {
    let service = aws_api::service("sagemaker").unwrap();
    for operation in service.operations {
        assert!(
            services::find("sagemaker", operation.name).is_some(),
            "{}",
            operation.name
        );
    }
    assert_eq!(super::TABLE.len(), service.operations.len());
}
