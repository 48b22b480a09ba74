//! Training, processing and transform jobs.

use std::fs;

use plane::services::usage;
use serde_json::{Value, json};

use crate::bed::{Bed, ROLE, Running};

const FINAL: [&str; 3] = ["Completed", "Failed", "Stopped"];

fn training(name: &str, hyperparameters: &Value) -> Value {
    json!({
        "TrainingJobName": name,
        "HyperParameters": hyperparameters,
        "AlgorithmSpecification": {
            "TrainingImage": "plimsoll:1", "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": "s3://data/train/",
        }}}],
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "Tags": [{"Key": "plimsoll:run", "Value": "run-1"}],
    })
}

fn processing(name: &str, arguments: &[&str], seconds: u64) -> Value {
    json!({
        "ProcessingJobName": name,
        "ProcessingResources": {"ClusterConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
        }},
        "AppSpecification": {
            "ImageUri": "plimsoll:1",
            "ContainerEntrypoint": ["plimsoll", "process"],
            "ContainerArguments": arguments,
        },
        "RoleArn": ROLE,
        "ProcessingInputs": [{"InputName": "in", "S3Input": {
            "S3Uri": "s3://data/train/a.csv", "LocalPath": "/opt/ml/processing/in",
            "S3DataType": "S3Prefix", "S3InputMode": "File",
        }}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": "s3://data/processed", "LocalPath": "/opt/ml/processing/out",
            "S3UploadMode": "EndOfJob",
        }}]},
        "StoppingCondition": {"MaxRuntimeInSeconds": seconds},
    })
}

async fn ended(plane: &Running, name: &str) -> Value {
    let request = json!({"TrainingJobName": name});
    plane
        .until("DescribeTrainingJob", request, "TrainingJobStatus", &FINAL)
        .await
}

async fn processed(plane: &Running, name: &str) -> Value {
    let request = json!({"ProcessingJobName": name});
    plane
        .until(
            "DescribeProcessingJob",
            request,
            "ProcessingJobStatus",
            &FINAL,
        )
        .await
}

fn words(job: &Value) -> Vec<&str> {
    let transitions = job["SecondaryStatusTransitions"].as_array().unwrap();
    transitions
        .iter()
        .map(|transition| transition["Status"].as_str().unwrap())
        .collect()
}

fn unpacked(archive: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        found.push((entry.path().unwrap().display().to_string(), text));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_training_job_turns_its_channel_into_a_model() {
    let bed = Bed::new();
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    plane.put("train/b.csv", b"2").await;
    plane
        .call(
            "CreateTrainingJob",
            training("j", &json!({"name": "forest"})),
        )
        .await
        .unwrap();
    let job = ended(&plane, "j").await;
    assert_eq!(job["TrainingJobStatus"], "Completed", "{job}");
    assert_eq!(
        words(&job),
        [
            "Starting",
            "Downloading",
            "Training",
            "Uploading",
            "Completed"
        ]
    );
    let artifact = "s3://data/out/j/output/model.tar.gz";
    assert_eq!(job["ModelArtifacts"]["S3ModelArtifacts"], artifact);
    assert_eq!(plane.keys("out/"), ["out/j/output/model.tar.gz"]);
    let model = unpacked(&plane.get("out/j/output/model.tar.gz"));
    assert_eq!(
        model[1],
        ("listing".to_owned(), "a.csv=1;b.csv=2;".to_owned())
    );
    assert_eq!(model[2], ("name".to_owned(), "forest".to_owned()));
    assert!(model[0].1.starts_with("ASIA"), "{model:?}");
    assert_eq!(
        plane.get("train/a.csv"),
        b"1",
        "the job spoiled its copy alone"
    );

    assert_eq!(job["FinalMetricDataList"][0]["Value"], 0.25);
    let lines = plane.lines("/aws/sagemaker/TrainingJobs");
    assert_eq!(
        lines,
        ["training starts", "epoch=1 loss=0.5;", "epoch=2 loss=0.25;"]
    );
    let metrics = plane.metrics("/aws/sagemaker/TrainingJobs");
    assert_eq!(metrics, ["CPUUtilization", "MemoryUtilization", "loss"]);
    let used = plane
        .read(|s| usage::find(s, "sagemaker.training-job", "j"))
        .unwrap();
    assert_eq!(
        (used.run.as_str(), used.exit.as_str()),
        ("run-1", "exit code 0")
    );
    assert_eq!(
        (used.instance_type.as_str(), used.shared),
        ("ml.m5.large", false)
    );
    assert!(used.cpus >= 1 && used.peak_bytes > 0 && used.ended >= used.started);
    assert_eq!(plane.read(|s| usage::of_run(s, "run-1")).len(), 1);

    assert_eq!(plane.effects(), Vec::<String>::new());
    let folder = bed.path("jobs/training-job-j");
    plane
        .eventually("the folder is removed", || !folder.exists())
        .await;
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_fail_with_their_reasons() {
    let plane = Bed::new().start().await;
    plane.put("train/a.csv", b"1").await;
    let elsewhere = |pointer: &str, value: &str| {
        let mut request = training("x", &json!({}));
        *request.pointer_mut(pointer).unwrap() = value.into();
        request
    };
    let source = "/InputDataConfig/0/DataSource/S3DataSource/S3Uri";
    let cases = [
        (
            training("x", &json!({"behaviour": "fail"})),
            "AlgorithmError: the data are bad, exit code: 3",
        ),
        (
            training("x", &json!({"behaviour": "fail silently"})),
            "AlgorithmError: last words, exit code: 1",
        ),
        (
            elsewhere("/AlgorithmSpecification/TrainingImage", "sklearn:1"),
            "ClientError: image sklearn:1 is not available here: this plane runs plimsoll:1 and, in \
             your Python, sagemaker-scikit-learn, sagemaker-xgboost, pytorch-training, \
             tensorflow-training, huggingface-pytorch-training, sagemaker-base-python, under any registry",
        ),
        (
            elsewhere(source, "s3://data/nothing"),
            "ClientError: Data download failed:No S3 objects found under S3 URL \
             \"s3://data/nothing\"",
        ),
        (
            elsewhere(source, "s3://nowhere/x"),
            "ClientError: Data download failed:The specified bucket does not exist",
        ),
        (
            elsewhere("/OutputDataConfig/S3OutputPath", "s3://nowhere/x"),
            "ClientError: Data upload failed: The specified bucket does not exist",
        ),
    ];
    for (index, (mut request, expected)) in cases.into_iter().enumerate() {
        let name = format!("j{index}");
        request["TrainingJobName"] = name.as_str().into();
        plane.call("CreateTrainingJob", request).await.unwrap();
        let job = ended(&plane, &name).await;
        assert_eq!(job["TrainingJobStatus"], "Failed");
        assert_eq!(job["FailureReason"], expected);
    }
    assert_eq!(plane.keys("out/"), Vec::<String>::new());
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_in_flight_when_the_plane_ends_is_started_again_by_the_next() {
    let bed = Bed::new();
    let (started, gate) = (bed.path("started"), bed.path("gate"));
    let waits = json!({"behaviour": "wait", "started": started, "gate": gate, "name": "n"});
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    plane
        .call("CreateTrainingJob", training("j", &waits))
        .await
        .unwrap();
    plane.eventually("the job runs", || started.exists()).await;
    plane.executor.shutdown().await;
    assert_eq!(plane.effects(), ["start/sagemaker.training-job/j"]);
    drop(plane);

    fs::remove_file(&started).unwrap();
    let plane = bed.start().await;
    plane
        .eventually("the job runs again", || started.exists())
        .await;
    let request = json!({"TrainingJobName": "j"});
    plane
        .until(
            "DescribeTrainingJob",
            request,
            "SecondaryStatus",
            &["Training"],
        )
        .await;
    fs::write(&gate, "").unwrap();
    let job = ended(&plane, "j").await;
    assert_eq!(job["TrainingJobStatus"], "Completed");
    assert!(words(&job).contains(&"Restarting"), "{job}");
    assert_eq!(plane.keys("out/"), ["out/j/output/model.tar.gz"]);
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_job_keeps_what_it_has_and_a_waiting_one_never_starts() {
    let bed = Bed::new();
    let started = bed.path("started");
    let waits = json!({"behaviour": "wait", "started": started, "gate": bed.path("gate")});
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    plane
        .call("CreateTrainingJob", training("j", &waits))
        .await
        .unwrap();
    plane.eventually("the job runs", || started.exists()).await;
    plane
        .call("StopTrainingJob", json!({"TrainingJobName": "j"}))
        .await
        .unwrap();
    let job = ended(&plane, "j").await;
    assert_eq!(
        (&job["TrainingJobStatus"], &job["SecondaryStatus"]),
        (&json!("Stopped"), &json!("Stopped"))
    );
    assert_eq!(plane.keys("out/"), ["out/j/output/model.tar.gz"]);
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_processing_job_leaves_files_and_a_message() {
    let plane = Bed::new().start().await;
    plane.put("train/a.csv", b"1,2\n").await;
    plane
        .call("CreateProcessingJob", processing("p", &["copy"], 3600))
        .await
        .unwrap();
    let job = processed(&plane, "p").await;
    assert_eq!(job["ProcessingJobStatus"], "Completed", "{job}");
    assert_eq!(job["ExitMessage"], "copied");
    assert_eq!(plane.get("processed/sub/copy.csv"), b"1,2\n");
    assert_eq!(plane.keys("processed/"), ["processed/sub/copy.csv"]);
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_beyond_its_time_is_stopped() {
    let plane = Bed::new().start().await;
    plane.put("train/a.csv", b"1").await;
    plane
        .call("CreateProcessingJob", processing("p", &["hang"], 1))
        .await
        .unwrap();
    let job = processed(&plane, "p").await;
    assert_eq!(job["ProcessingJobStatus"], "Stopped");
    assert_eq!(
        job["FailureReason"],
        "Job runtime exceeded MaxRuntimeInSeconds"
    );
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_side_by_side_where_there_are_two_cpus() {
    if std::thread::available_parallelism().unwrap().get() < 2 {
        return;
    }
    let bed = Bed::new();
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    let (one, two) = (
        bed.path("one").display().to_string(),
        bed.path("two").display().to_string(),
    );
    plane
        .call(
            "CreateProcessingJob",
            processing("p", &["meet", &one, &two], 3600),
        )
        .await
        .unwrap();
    plane
        .call(
            "CreateProcessingJob",
            processing("q", &["meet", &two, &one], 3600),
        )
        .await
        .unwrap();
    for name in ["p", "q"] {
        assert_eq!(
            processed(&plane, name).await["ProcessingJobStatus"],
            "Completed"
        );
        let used = plane
            .read(|s| usage::find(s, "sagemaker.processing-job", name))
            .unwrap();
        assert!(used.shared, "{used:?}");
    }
    plane.executor.shutdown().await;
}

fn transform(name: &str, prefix: &str) -> Value {
    json!({
        "TransformJobName": name, "ModelName": "m", "BatchStrategy": "SingleRecord",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": prefix}},
            "ContentType": "text/csv", "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": "s3://data/scored", "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "ModelClientConfig": {"InvocationsMaxRetries": 0, "InvocationsTimeoutInSeconds": 30},
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transform_job_scores_every_record_in_order() {
    let plane = Bed::new().start().await;
    plane.model("m", json!({})).await;
    plane.put("batch/one.csv", b"1\n2\n3\n4\n5\n").await;
    plane.put("batch/sub/two.csv", b"6").await;
    plane.put("worse/x.csv", b"1\nbad\n3\n").await;
    plane
        .call("CreateTransformJob", transform("t", "s3://data/batch"))
        .await
        .unwrap();
    plane
        .call("CreateTransformJob", transform("u", "s3://data/worse"))
        .await
        .unwrap();
    let request = |name: &str| json!({"TransformJobName": name});
    let status = "TransformJobStatus";
    let job = plane
        .until("DescribeTransformJob", request("t"), status, &FINAL)
        .await;
    assert_eq!(job[status], "Completed", "{job}");
    assert_eq!(
        plane.get("scored/one.csv.out"),
        b"m(1)\nm(2)\nm(3)\nm(4)\nm(5)\n"
    );
    assert_eq!(plane.get("scored/sub/two.csv.out"), b"m(6)\n");
    let job = plane
        .until("DescribeTransformJob", request("u"), status, &FINAL)
        .await;
    assert_eq!(job[status], "Failed");
    assert_eq!(
        job["FailureReason"],
        "AlgorithmError: Bad HTTP status returned from invoke: 400: a bad row"
    );
    assert_eq!(
        plane.keys("scored/"),
        ["scored/one.csv.out", "scored/sub/two.csv.out"]
    );
    plane.executor.shutdown().await;
}
