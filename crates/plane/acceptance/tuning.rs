//! A slot of a tuning job: one process for many trials, each of them a training job of its own.

use std::fs;

use serde_json::{Value, json};

use crate::bed::{Bed, ROLE, Running};

fn request(behaviours: &[&str], statics: &Value) -> Value {
    json!({
        "HyperParameterTuningJobName": "slots",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Grid",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "behaviour", "Values": behaviours}]},
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": statics,
            "AlgorithmSpecification": {
                "TrainingImage": "plimsoll:1", "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "loss", "Regex": "loss=([0-9.]+);"}, {"Name": "task", "Regex": "task=([0-9]+);"},
                ],
            },
            "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": "s3://data/train/",
            }}}],
            "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "RoleArn": ROLE,
        },
    })
}

/// The trials in their order, as training jobs.
async fn trials(plane: &Running) -> Vec<Value> {
    let listed = json!({
        "HyperParameterTuningJobName": "slots", "MaxResults": 100, "SortBy": "Name", "SortOrder": "Ascending",
    });
    let operation = "ListTrainingJobsForHyperParameterTuningJob";
    let answer = plane.call(operation, listed).await.unwrap();
    let mut found = Vec::new();
    for summary in answer["TrainingJobSummaries"].as_array().unwrap() {
        let named = json!({"TrainingJobName": summary["TrainingJobName"]});
        found.push(plane.call("DescribeTrainingJob", named).await.unwrap());
    }
    found
}

fn metric(trial: &Value, name: &str) -> Option<f64> {
    let found = trial["FinalMetricDataList"].as_array()?.iter();
    let mut found = found.filter(|metric| metric["MetricName"] == name);
    found.next()?["Value"].as_f64()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_performs_the_trials_and_what_ends_one_early_costs_no_other() {
    let bed = Bed::new();
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    let (started, gate) = (bed.path("started"), bed.path("gate"));
    let statics = json!({"started": started, "gate": gate, "name": "model"});
    let behaviours = ["a", "fail", "crash", "b", "wait", "c"];
    let create = "CreateHyperParameterTuningJob";
    plane
        .call(create, request(&behaviours, &statics))
        .await
        .unwrap();
    plane
        .eventually("the fifth trial runs", || started.exists())
        .await;
    let name = trials(&plane).await[4]["TrainingJobName"].clone();
    plane
        .call("StopTrainingJob", json!({"TrainingJobName": name}))
        .await
        .unwrap();
    let named = json!({"HyperParameterTuningJobName": "slots"});
    let describe = "DescribeHyperParameterTuningJob";
    let ends = ["Completed", "Failed", "Stopped"];
    let member = "HyperParameterTuningJobStatus";
    let described = plane.until(describe, named, member, &ends).await;
    assert_eq!(described[member], "Completed", "{described}");
    let trials = trials(&plane).await;
    let of = |trial: &Value| {
        let told = trial["HyperParameters"]["behaviour"]
            .as_str()
            .unwrap()
            .to_owned();
        (
            told,
            trial["TrainingJobStatus"].as_str().unwrap().to_owned(),
            metric(trial, "task"),
        )
    };
    // Which task of its worker each trial was: a new worker begins at 1.
    let expected = [
        ("a", "Completed", 1.0),
        ("fail", "Failed", 2.0),
        ("crash", "Failed", 3.0),
        ("b", "Completed", 1.0),
        ("wait", "Stopped", 2.0),
        ("c", "Completed", 1.0),
    ];
    let expected =
        expected.map(|(told, status, task)| (told.to_owned(), status.to_owned(), Some(task)));
    assert_eq!(trials.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(
        trials[1]["FailureReason"],
        "AlgorithmError: the data are bad, exit code: 3"
    );
    for trial in trials
        .iter()
        .filter(|trial| trial["TrainingJobStatus"] == "Completed")
    {
        assert_eq!(metric(trial, "loss"), Some(0.25));
        let artifact = trial["ModelArtifacts"]["S3ModelArtifacts"]
            .as_str()
            .unwrap();
        assert!(
            artifact.contains(trial["TrainingJobName"].as_str().unwrap()),
            "{artifact}"
        );
    }
    plane.executor.shutdown().await;
    let left: Vec<_> = fs::read_dir(bed.path("jobs")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plane_that_ends_in_a_trial_goes_on_with_it() {
    let bed = Bed::new();
    let plane = bed.start().await;
    plane.put("train/a.csv", b"1").await;
    let (started, gate) = (bed.path("started"), bed.path("gate"));
    let statics = json!({"started": started, "gate": gate});
    let create = "CreateHyperParameterTuningJob";
    plane
        .call(create, request(&["a", "wait", "b"], &statics))
        .await
        .unwrap();
    plane
        .eventually("the second trial runs", || started.exists())
        .await;
    plane.executor.shutdown().await;
    drop(plane);
    // A worker that was killed with its plane leaves a folder.
    fs::create_dir_all(bed.path("jobs/worker.9/ml")).unwrap();
    fs::write(&gate, "").unwrap();
    let plane = bed.start().await;
    assert!(!bed.path("jobs/worker.9").exists());
    let named = json!({"HyperParameterTuningJobName": "slots"});
    let describe = "DescribeHyperParameterTuningJob";
    let member = "HyperParameterTuningJobStatus";
    let described = plane
        .until(describe, named, member, &["Completed", "Failed"])
        .await;
    assert_eq!(
        described["TrainingJobStatusCounters"]["Completed"], 3,
        "{described}"
    );
    assert_eq!(trials(&plane).await.len(), 3);
}
