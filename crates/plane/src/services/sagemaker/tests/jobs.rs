//! Jobs: names, statuses, refusals, lists.

use serde_json::{Value, json};

use super::super::job::{self, Begin, End};
use super::super::{JobStatus, Metric, Secondary, Training};
use super::{Bed, model, processing, training, with};
use crate::store::Effect;

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
            metrics: vec![Metric {
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
fn what_a_training_job_cannot_have_is_refused_by_name() {
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
fn what_a_processing_job_cannot_have_is_refused_by_name() {
    let mut bed = Bed::new();
    let cases = [
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
    for (index, name) in (0_i64..).zip(["b-1", "a-2", "c-3"]) {
        bed.at(1_000_000 + 1_000 * index);
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
