//! SageMaker's operations on a store of their own: names, conflicts, lists, statuses and what is emitted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::job::{self, Begin, End};
use super::{Endpoint, JobStatus, Secondary, Training, endpoint};
use crate::services;
use crate::store::{Effect, Store, Tx};
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
    fn call(&mut self, operation: &str, request: Value) -> Result<Value, Fault> {
        let service = aws_api::service("sagemaker").unwrap();
        let model = service.operation(operation).unwrap();
        aws_api::validate(service, model, &request).unwrap();
        self.run(|tx| services::call(tx, "sagemaker", operation, &request))
    }

    fn run<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.store.transact("me", work).map(|(value, _)| value)
    }

    fn refusal(&mut self, operation: &str, request: Value) -> (String, String) {
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

#[test]
fn a_training_job_is_created_described_and_finished() {
    let mut bed = Bed::new();
    let created = bed.call("CreateTrainingJob", training("j")).unwrap();
    let arn = "arn:aws:sagemaker:us-east-1:000000000000:training-job/j";
    assert_eq!(created, json!({"TrainingJobArn": arn}));
    assert_eq!(bed.effects(), ["start/sagemaker.training-job/j"]);
    let name = json!({"TrainingJobName": "j"});
    let job = bed.call("DescribeTrainingJob", name.clone()).unwrap();
    assert_eq!(job["TrainingJobStatus"], "InProgress");
    assert_eq!(job["SecondaryStatus"], "Starting");
    assert_eq!(job["CreationTime"], 1000.0);
    assert_eq!(job["EnableNetworkIsolation"], false);
    assert_eq!(job["ResourceConfig"]["InstanceType"], "ml.m5.large");
    assert_eq!(job.get("Tags"), None);
    assert_eq!(job.get("TrainingStartTime"), None);

    bed.at(1_002_000);
    let begun = bed.run(|tx| job::begin::<Training>(tx, "j")).unwrap();
    assert!(matches!(begun, Begin::Run(_)));
    bed.at(1_003_000);
    bed.run(|tx| job::enter::<Training>(tx, "j", Secondary::Training))
        .unwrap();
    bed.at(1_010_500);
    bed.run(|tx| {
        let end = End {
            artifact: Some("s3://bucket/out/j/output/model.tar.gz".to_owned()),
            metrics: vec![super::Metric {
                name: "loss".into(),
                value: 0.25,
                at: 1_005_000,
            }],
            ..End::new(JobStatus::Completed, Secondary::Completed)
        };
        job::finish::<Training>(tx, "j", end)
    })
    .unwrap();
    let job = bed.call("DescribeTrainingJob", name).unwrap();
    assert_eq!(job["TrainingJobStatus"], "Completed");
    assert_eq!(job["TrainingTimeInSeconds"], 8);
    assert_eq!(job["BillableTimeInSeconds"], 8);
    let artifact = "s3://bucket/out/j/output/model.tar.gz";
    assert_eq!(job["ModelArtifacts"]["S3ModelArtifacts"], artifact);
    let metric = json!({"MetricName": "loss", "Value": 0.25, "Timestamp": 1005.0});
    assert_eq!(job["FinalMetricDataList"], json!([metric]));
    let transitions: Vec<_> = job["SecondaryStatusTransitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            (
                t["Status"].as_str().unwrap(),
                t["StartTime"].as_f64(),
                t["EndTime"].as_f64(),
            )
        })
        .collect();
    assert_eq!(
        transitions,
        [
            ("Starting", Some(1000.0), Some(1002.0)),
            ("Downloading", Some(1002.0), Some(1003.0)),
            ("Training", Some(1003.0), Some(1010.5)),
            ("Completed", Some(1010.5), Some(1010.5)),
        ]
    );
}

#[test]
fn a_job_that_begins_again_is_restarting() {
    let mut bed = Bed::new();
    bed.call("CreateTrainingJob", training("j")).unwrap();
    for _ in 0..2 {
        bed.run(|tx| job::begin::<Training>(tx, "j")).unwrap();
    }
    let job = bed
        .call("DescribeTrainingJob", json!({"TrainingJobName": "j"}))
        .unwrap();
    let words: Vec<_> = job["SecondaryStatusTransitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["Status"].as_str().unwrap())
        .collect();
    assert_eq!(
        words,
        ["Starting", "Downloading", "Restarting", "Downloading"]
    );
}

#[test]
fn names_of_jobs_are_taken_for_ever_and_missing_ones_are_named() {
    let mut bed = Bed::new();
    bed.call("CreateTrainingJob", training("j")).unwrap();
    let (code, message) = bed.refusal("CreateTrainingJob", training("j"));
    assert_eq!(code, "ResourceInUse");
    assert!(
        message
            .ends_with("already exists (arn:aws:sagemaker:us-east-1:000000000000:training-job/j)")
    );
    bed.call("CreateProcessingJob", processing("p")).unwrap();
    assert_eq!(
        bed.refusal("CreateProcessingJob", processing("p")).0,
        "ResourceInUse"
    );
    let missing = "Could not find requested job with name: x";
    for (operation, request, expected) in [
        (
            "DescribeTrainingJob",
            json!({"TrainingJobName": "x"}),
            "Requested resource not found.",
        ),
        (
            "StopTrainingJob",
            json!({"TrainingJobName": "x"}),
            "Requested resource not found.",
        ),
        (
            "DescribeProcessingJob",
            json!({"ProcessingJobName": "x"}),
            missing,
        ),
        (
            "StopProcessingJob",
            json!({"ProcessingJobName": "x"}),
            missing,
        ),
        (
            "DescribeTransformJob",
            json!({"TransformJobName": "x"}),
            missing,
        ),
    ] {
        let refused = bed.refusal(operation, request);
        assert_eq!(
            refused,
            ("ValidationException".to_owned(), expected.to_owned()),
            "{operation}"
        );
    }
}

#[test]
fn stopping_emits_once_and_is_refused_at_the_end() {
    let mut bed = Bed::new();
    bed.call("CreateTrainingJob", training("j")).unwrap();
    let name = json!({"TrainingJobName": "j"});
    for _ in 0..2 {
        bed.call("StopTrainingJob", name.clone()).unwrap();
    }
    assert_eq!(
        bed.effects(),
        [
            "start/sagemaker.training-job/j",
            "stop/sagemaker.training-job/j"
        ]
    );
    let job = bed.call("DescribeTrainingJob", name.clone()).unwrap();
    assert_eq!(
        (&job["TrainingJobStatus"], &job["SecondaryStatus"]),
        (&json!("Stopping"), &json!("Stopping"))
    );
    assert!(matches!(
        bed.run(|tx| job::begin::<Training>(tx, "j")).unwrap(),
        Begin::Over
    ));
    let job = bed.call("DescribeTrainingJob", name.clone()).unwrap();
    assert_eq!(job["TrainingJobStatus"], "Stopped");
    assert_eq!(
        bed.refusal("StopTrainingJob", name).1,
        "The request was rejected because the training job is in status Stopped."
    );
}

#[test]
fn what_cannot_be_honoured_is_refused_by_name() {
    let mut bed = Bed::new();
    let channel = |source: Value| {
        let mut request = training("j");
        request["InputDataConfig"] = json!([{
            "ChannelName": "train", "DataSource": {"S3DataSource": source},
        }]);
        request
    };
    let source = |kind: &str, uri: &str| json!({"S3DataType": kind, "S3Uri": uri});
    let metric = |regex: &str| {
        let mut request = training("j");
        request["AlgorithmSpecification"]["MetricDefinitions"] =
            json!([{"Name": "loss", "Regex": regex}]);
        request
    };
    let cases = [
        (
            "CreateTrainingJob",
            with(training("j"), "/ResourceConfig/InstanceCount", json!(2)),
            "InstanceCount 2 is not supported: a job has one instance",
        ),
        (
            "CreateTrainingJob",
            with(
                training("j"),
                "/AlgorithmSpecification/TrainingInputMode",
                json!("Pipe"),
            ),
            "TrainingInputMode Pipe is not supported: data are files before the job starts",
        ),
        (
            "CreateTrainingJob",
            channel(source("ManifestFile", "s3://b/k")),
            "S3DataType ManifestFile is not supported: name the objects by their prefix",
        ),
        (
            "CreateTrainingJob",
            metric("loss"),
            "the regular expression of metric loss is not valid: it has no group for the value",
        ),
        (
            "CreateProcessingJob",
            with(
                processing("p"),
                "/ProcessingInputs/0/S3Input/LocalPath",
                json!("/opt/ml/processing/../x"),
            ),
            "LocalPath /opt/ml/processing/../x is not a folder below /opt/ml/processing/",
        ),
        (
            "CreateProcessingJob",
            with(
                processing("p"),
                "/ProcessingOutputConfig/Outputs/0/S3Output/LocalPath",
                json!("/opt/ml/processing/in"),
            ),
            "inputs and outputs must have local paths of their own: /opt/ml/processing/in is there twice",
        ),
        (
            "CreateProcessingJob",
            with(
                processing("p"),
                "/ProcessingOutputConfig/Outputs/0/S3Output/S3UploadMode",
                json!("Continuous"),
            ),
            "S3UploadMode Continuous is not supported: outputs are uploaded at the end",
        ),
    ];
    for (operation, request, expected) in cases {
        let refused = bed.refusal(operation, request);
        assert_eq!(
            refused,
            ("ValidationException".to_owned(), expected.to_owned())
        );
    }
    assert_eq!(bed.effects(), Vec::<String>::new());
}

#[test]
fn jobs_are_listed_filtered_sorted_and_paged() {
    let mut bed = Bed::new();
    for (index, name) in ["b-1", "a-2", "c-3"].into_iter().enumerate() {
        bed.at(1_000_000 + 1_000 * index as i64);
        bed.call("CreateTrainingJob", training(name)).unwrap();
    }
    bed.run(|tx| job::finish::<Training>(tx, "a-2", End::failed("why")))
        .unwrap();
    let mut names = |request: Value| -> (Vec<String>, Value) {
        let answer = bed.call("ListTrainingJobs", request).unwrap();
        let list = answer["TrainingJobSummaries"].as_array().unwrap().clone();
        let name = |job: &Value| job["TrainingJobName"].as_str().unwrap().to_owned();
        (list.iter().map(name).collect(), answer["NextToken"].clone())
    };
    assert_eq!(names(json!({})).0, ["b-1", "a-2", "c-3"]);
    assert_eq!(
        names(json!({"SortBy": "Name", "SortOrder": "Descending"})).0,
        ["c-3", "b-1", "a-2"]
    );
    assert_eq!(names(json!({"StatusEquals": "Failed"})).0, ["a-2"]);
    assert_eq!(names(json!({"NameContains": "-3"})).0, ["c-3"]);
    assert_eq!(
        names(json!({"CreationTimeAfter": 1000.0})).0,
        ["a-2", "c-3"]
    );
    let (first, token) = names(json!({"MaxResults": 2}));
    assert_eq!(
        (first, token.clone()),
        (vec!["b-1".to_owned(), "a-2".to_owned()], json!("2"))
    );
    assert_eq!(
        names(json!({"MaxResults": 2, "NextToken": token})),
        (vec!["c-3".to_owned()], Value::Null)
    );
}

#[test]
fn models_and_configurations_say_what_aws_says() {
    let mut bed = Bed::new();
    let arn =
        |kind: &str, name: &str| format!("arn:aws:sagemaker:us-east-1:000000000000:{kind}/{name}");
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    let described = bed
        .call("DescribeModel", json!({"ModelName": "m"}))
        .unwrap();
    assert_eq!(described["PrimaryContainer"]["Image"], "plimsoll:0.1.0");
    assert_eq!(described["ModelArn"], arn("model", "m"));
    let cases = [
        (
            "CreateModel",
            model("m"),
            format!(
                "Cannot create already existing model \"{}\".",
                arn("model", "m")
            ),
        ),
        (
            "DescribeModel",
            json!({"ModelName": "x"}),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "DeleteModel",
            json!({"ModelName": "x"}),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "CreateEndpointConfig",
            config("c", "m"),
            format!(
                "Cannot create already existing endpoint configuration \"{}\".",
                arn("endpoint-config", "c")
            ),
        ),
        (
            "CreateEndpointConfig",
            config("d", "x"),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "DescribeEndpointConfig",
            json!({"EndpointConfigName": "x"}),
            format!(
                "Could not find endpoint configuration \"{}\".",
                arn("endpoint-config", "x")
            ),
        ),
        (
            "CreateEndpoint",
            endpoint_of("e", "x"),
            format!(
                "Could not find endpoint configuration \"{}\".",
                arn("endpoint-config", "x")
            ),
        ),
        (
            "DescribeEndpoint",
            json!({"EndpointName": "x"}),
            format!("Could not find endpoint \"{}\".", arn("endpoint", "x")),
        ),
    ];
    for (operation, request, expected) in cases {
        assert_eq!(
            bed.refusal(operation, request),
            ("ValidationException".to_owned(), expected),
            "{operation}"
        );
    }
    bed.call("DeleteModel", json!({"ModelName": "m"})).unwrap();
    bed.call("DeleteEndpointConfig", json!({"EndpointConfigName": "c"}))
        .unwrap();
    let left = bed.call("ListModels", json!({})).unwrap();
    assert_eq!(left, json!({"Models": []}));
}

#[test]
fn an_endpoint_lives_through_its_statuses() {
    let mut bed = Bed::new();
    for name in ["one", "two"] {
        bed.call("CreateModel", model(name)).unwrap();
        bed.call("CreateEndpointConfig", config(name, name))
            .unwrap();
    }
    let name = json!({"EndpointName": "e"});
    let status = |bed: &mut Bed| {
        let found = bed.call("DescribeEndpoint", name.clone()).unwrap();
        let text = |member: &str| found[member].as_str().unwrap_or("").to_owned();
        (
            text("EndpointStatus"),
            text("EndpointConfigName"),
            text("FailureReason"),
        )
    };
    let shown = |status: &str, config: &str, reason: &str| {
        (status.to_owned(), config.to_owned(), reason.to_owned())
    };
    bed.call("CreateEndpoint", endpoint_of("e", "one")).unwrap();
    assert_eq!(status(&mut bed), shown("Creating", "one", ""));
    for operation in ["UpdateEndpoint", "DeleteEndpoint"] {
        let request = if operation == "UpdateEndpoint" {
            endpoint_of("e", "two")
        } else {
            name.clone()
        };
        assert_eq!(
            bed.refusal(operation, request).1,
            "Cannot update in-progress endpoint \"arn:aws:sagemaker:us-east-1:000000000000:endpoint/e\"."
        );
    }
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    assert_eq!(status(&mut bed), shown("InService", "one", ""));
    // A configuration that is in use may go, as notebooks do it.
    bed.call("DeleteEndpointConfig", json!({"EndpointConfigName": "one"}))
        .unwrap();

    bed.call("UpdateEndpoint", endpoint_of("e", "two")).unwrap();
    assert_eq!(status(&mut bed), shown("Updating", "one", ""));
    let found = bed.call("DescribeEndpoint", name.clone()).unwrap();
    assert_eq!(
        found["PendingDeploymentSummary"]["EndpointConfigName"],
        "two"
    );
    bed.run(|tx| endpoint::not_deployed(tx, "e", "ping"))
        .unwrap();
    assert_eq!(status(&mut bed), shown("InService", "one", "ping"));
    bed.call("UpdateEndpoint", endpoint_of("e", "two")).unwrap();
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    assert_eq!(status(&mut bed), shown("InService", "two", ""));

    bed.call("DeleteEndpoint", name.clone()).unwrap();
    assert_eq!(status(&mut bed).0, "Deleting");
    bed.run(|tx| endpoint::removed(tx, "e")).unwrap();
    assert!(
        bed.refusal("DescribeEndpoint", name.clone())
            .1
            .starts_with("Could not find endpoint")
    );
    assert_eq!(
        bed.effects(),
        [
            "start/endpoint/e/one",
            "start/endpoint/e/two",
            "stop/endpoint/e"
        ]
    );
}

#[test]
fn a_new_endpoint_whose_replicas_fail_can_only_be_deleted() {
    let mut bed = Bed::new();
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    bed.call("CreateEndpoint", endpoint_of("e", "c")).unwrap();
    bed.run(|tx| endpoint::not_deployed(tx, "e", "no")).unwrap();
    let record: Endpoint = bed.store.snapshot().get("e").unwrap().unwrap();
    assert_eq!(record.status.as_str(), "Failed");
    assert!(
        bed.refusal("UpdateEndpoint", endpoint_of("e", "c"))
            .1
            .contains("in status Failed")
    );
    bed.call("DeleteEndpoint", json!({"EndpointName": "e"}))
        .unwrap();
}

#[test]
fn packages_are_versions_of_their_group() {
    let mut bed = Bed::new();
    let group = json!({"ModelPackageGroupName": "g", "ModelPackageGroupDescription": "d"});
    bed.call("CreateModelPackageGroup", group.clone()).unwrap();
    let arn = "arn:aws:sagemaker:us-east-1:000000000000:model-package-group/g";
    assert_eq!(
        bed.refusal("CreateModelPackageGroup", group).1,
        format!("Model Package Group already exists: {arn}")
    );
    let package = |token: &str| {
        json!({
            "ModelPackageGroupName": "g", "ClientToken": token,
            "InferenceSpecification": {
                "Containers": [{
                    "Image": "plimsoll:0.1.0", "ModelDataUrl": "s3://b/m.tar.gz",
                    "Environment": {"A": "1", "B": "1"},
                }],
                "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"],
            },
            "CustomerMetadataProperties": {"key": "1"},
        })
    };
    let token = |digit: char| digit.to_string().repeat(36);
    let one = bed
        .call("CreateModelPackage", package(&token('1')))
        .unwrap();
    assert_eq!(
        one,
        bed.call("CreateModelPackage", package(&token('1')))
            .unwrap()
    );
    let two = bed
        .call("CreateModelPackage", package(&token('2')))
        .unwrap();
    let two = two["ModelPackageArn"].as_str().unwrap().to_owned();
    assert!(two.ends_with(":model-package/g/2"), "{two}");

    let update = json!({
        "ModelPackageArn": two, "ModelApprovalStatus": "Approved", "ApprovalDescription": "good",
        "CustomerMetadataProperties": {"more": "2"}, "CustomerMetadataPropertiesToRemove": ["key"],
    });
    bed.call("UpdateModelPackage", update).unwrap();
    let found = bed
        .call("DescribeModelPackage", json!({"ModelPackageName": two}))
        .unwrap();
    assert_eq!(found["ModelPackageVersion"], 2);
    assert_eq!(found["ModelApprovalStatus"], "Approved");
    assert_eq!(found["CustomerMetadataProperties"], json!({"more": "2"}));
    assert_eq!(found["ModelPackageGroupName"], "g");
    let list = |bed: &mut Bed, request: Value| -> Vec<u64> {
        let answer = bed.call("ListModelPackages", request).unwrap();
        let list = answer["ModelPackageSummaryList"]
            .as_array()
            .unwrap()
            .clone();
        list.iter()
            .map(|package| package["ModelPackageVersion"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(
        list(&mut bed, json!({"ModelPackageGroupName": "g"})),
        [1, 2]
    );
    let approved = json!({"ModelPackageGroupName": arn, "ModelApprovalStatus": "Approved"});
    assert_eq!(list(&mut bed, approved), [2]);
    assert_eq!(list(&mut bed, json!({})), Vec::<u64>::new());

    let from_package = json!({
        "ModelName": "m", "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"ModelPackageName": two, "Environment": {"B": "2"}},
    });
    bed.call("CreateModel", from_package).unwrap();
    let snapshot = bed.store.snapshot();
    let record = snapshot.get::<super::Model>("m").unwrap().unwrap();
    let container = super::container(&snapshot, &record).unwrap();
    assert_eq!(container.image, "plimsoll:0.1.0");
    assert_eq!(container.model_data.as_deref(), Some("s3://b/m.tar.gz"));
    let environment: Vec<_> = container.environment.into_iter().collect();
    assert_eq!(
        environment,
        [("A".into(), "1".into()), ("B".into(), "2".into())]
    );

    let group = json!({"ModelPackageGroupName": "g"});
    assert_eq!(
        bed.refusal("DeleteModelPackageGroup", group.clone()).0,
        "ConflictException"
    );
    for version in [1, 2] {
        let name = format!("arn:aws:sagemaker:us-east-1:000000000000:model-package/g/{version}");
        bed.call("DeleteModelPackage", json!({"ModelPackageName": name}))
            .unwrap();
    }
    let three = bed
        .call("CreateModelPackage", package(&token('1')))
        .unwrap();
    assert!(three["ModelPackageArn"].as_str().unwrap().ends_with("/g/3"));
    let name = three["ModelPackageArn"].clone();
    bed.call("DeleteModelPackage", json!({"ModelPackageName": name}))
        .unwrap();
    bed.call("DeleteModelPackageGroup", group).unwrap();
}

#[test]
fn tags_belong_to_a_resource_that_exists() {
    let mut bed = Bed::new();
    let arn = bed.call("CreateTrainingJob", training("j")).unwrap()["TrainingJobArn"].clone();
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    let added = json!({"ResourceArn": arn, "Tags": [tag("a", "1"), tag("team", "b")]});
    let tags = bed.call("AddTags", added).unwrap();
    assert_eq!(tags["Tags"], json!([tag("a", "1"), tag("team", "b")]));
    let first = bed
        .call("ListTags", json!({"ResourceArn": arn, "MaxResults": 50}))
        .unwrap();
    assert_eq!(first["Tags"].as_array().unwrap().len(), 2);
    bed.call(
        "DeleteTags",
        json!({"ResourceArn": arn, "TagKeys": ["team"]}),
    )
    .unwrap();
    let left = bed.call("ListTags", json!({"ResourceArn": arn})).unwrap();
    assert_eq!(left["Tags"], json!([tag("a", "1")]));
    let other = "arn:aws:sagemaker:us-east-1:000000000000:training-job/x";
    assert_eq!(
        bed.refusal("ListTags", json!({"ResourceArn": other})).1,
        format!("Could not find resource \"{other}\".")
    );
    let many: Vec<Value> = (0..50)
        .map(|number| tag(&number.to_string(), "v"))
        .collect();
    let refused = bed.refusal("AddTags", json!({"ResourceArn": arn, "Tags": many}));
    assert!(
        refused.1.ends_with("would have more than 50 tags"),
        "{}",
        refused.1
    );
}

#[test]
fn a_transform_job_needs_its_model_and_a_payload_within_bounds() {
    let mut bed = Bed::new();
    bed.call("CreateModel", model("m")).unwrap();
    let job = |name: &str, model: &str| {
        json!({
            "TransformJobName": name, "ModelName": model, "MaxPayloadInMB": 6,
            "MaxConcurrentTransforms": 2, "BatchStrategy": "MultiRecord",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}},
                "ContentType": "text/csv", "SplitType": "Line",
            },
            "TransformOutput": {"S3OutputPath": "s3://b/out", "AssembleWith": "Line"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        })
    };
    bed.call("CreateTransformJob", job("t", "m")).unwrap();
    let run = bed.store.snapshot().effects().unwrap().remove(0).effect;
    let expected = Effect::StartJob {
        kind: "sagemaker.transform-job".to_owned(),
        name: "t".to_owned(),
    };
    assert_eq!(run, expected);
    let described = bed
        .call("DescribeTransformJob", json!({"TransformJobName": "t"}))
        .unwrap();
    assert_eq!(described["TransformJobStatus"], "InProgress");
    assert_eq!(described["TransformOutput"]["AssembleWith"], "Line");
    for (request, expected) in [
        (
            job("u", "x"),
            "Could not find model \"arn:aws:sagemaker:us-east-1:000000000000:model/x\".",
        ),
        (
            with(job("u", "m"), "/MaxPayloadInMB", json!(60)),
            "MaxConcurrentTransforms * MaxPayloadInMB is 120, at most 100 is allowed",
        ),
        (
            with(job("u", "m"), "/TransformInput/SplitType", json!("None")),
            "BatchStrategy MultiRecord needs SplitType Line",
        ),
        (
            with(
                job("u", "m"),
                "/TransformInput/SplitType",
                json!("RecordIO"),
            ),
            "SplitType RecordIO is not supported: records are lines",
        ),
    ] {
        assert_eq!(bed.refusal("CreateTransformJob", request).1, expected);
    }
}
