//! Definitions, parents, lists.

use serde_json::{Value, json};

use super::super::{Bed, with};
use super::{definition, loss, number, tuning};

#[test]
fn several_definitions_take_turns() {
    let mut bed = Bed::new();
    let of = |name: &str, low: &str| {
        let mut one = definition();
        one["DefinitionName"] = name.into();
        one["TuningObjective"] = json!({"Type": "Minimize", "MetricName": "loss"});
        one["HyperParameterRanges"] =
            json!({"ContinuousParameterRanges": [{"Name": "x", "MinValue": low, "MaxValue": "9"}]});
        one
    };
    let mut request = tuning("m");
    let members = request.as_object_mut().unwrap();
    members.remove("TrainingJobDefinition");
    members.insert(
        "TrainingJobDefinitions".into(),
        json!([of("one", "1"), of("two", "8")]),
    );
    let (_, text) = bed.refusal("CreateHyperParameterTuningJob", &request);
    assert!(
        text.contains("cannot be used with TrainingJobDefinitions"),
        "{text}"
    );
    let config = request["HyperParameterTuningJobConfig"]
        .as_object_mut()
        .unwrap();
    config.remove("ParameterRanges");
    config.remove("HyperParameterTuningJobObjective");
    bed.call("CreateHyperParameterTuningJob", &request).unwrap();
    bed.run_all("m", |_| 0, |values| Some(number(values, "x")));
    let trials = bed.trials("m");
    let count = |name: &str| {
        trials
            .iter()
            .filter(|trial| trial["TrainingJobDefinitionName"] == name)
            .count()
    };
    assert_eq!((count("one"), count("two")), (6, 6));
    assert_eq!(
        bed.described("m")["BestTrainingJob"]["TrainingJobDefinitionName"],
        "one"
    );
}

#[test]
fn a_warm_start_knows_its_parents() {
    let mut bed = Bed::new();
    bed.call("CreateHyperParameterTuningJob", tuning("p"))
        .unwrap();
    bed.run_all("p", |_| 0, |values| Some(loss(values)));
    let child = |kind: &str| {
        let mut request = tuning("c");
        request["WarmStartConfig"] = json!({
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "p"}],
            "WarmStartType": kind,
        });
        request["HyperParameterTuningJobConfig"]["RandomSeed"] = 8.into();
        request
    };
    let other = with(
        child("IdenticalDataAndAlgorithm"),
        "/TrainingJobDefinition/AlgorithmSpecification/TrainingImage",
        "plimsoll:0.2.0".into(),
    );
    let (_, text) = bed.refusal("CreateHyperParameterTuningJob", &other);
    assert!(
        text.contains(
            "the training image must be the same as in the parent hyperparameter tuning job [p]"
        ),
        "{text}"
    );
    let transfer = with(
        other,
        "/WarmStartConfig/WarmStartType",
        "TransferLearning".into(),
    );
    let grid = with(
        transfer.clone(),
        "/HyperParameterTuningJobConfig/Strategy",
        "Hyperband".into(),
    );
    assert!(
        bed.refusal("CreateHyperParameterTuningJob", &grid)
            .1
            .contains("not supported with the Grid and Hyperband")
    );
    bed.call(
        "CreateHyperParameterTuningJob",
        child("IdenticalDataAndAlgorithm"),
    )
    .unwrap();
    let cold = {
        let mut bed = Bed::new();
        bed.call(
            "CreateHyperParameterTuningJob",
            with(
                tuning("c"),
                "/HyperParameterTuningJobConfig/RandomSeed",
                8.into(),
            ),
        )
        .unwrap();
        bed.trials("c")[0]["TunedHyperParameters"].clone()
    };
    assert_ne!(bed.trials("c")[0]["TunedHyperParameters"], cold);
    // Its own trials are worse than the parent's.
    bed.run_all("c", |_| 0, |values| Some(loss(values) + 100.0));
    let job = bed.described("c");
    let best = bed.described("p")["BestTrainingJob"]["TrainingJobName"].clone();
    assert_eq!(job["OverallBestTrainingJob"]["TrainingJobName"], best);
    assert_eq!(job["OverallBestTrainingJob"]["TuningJobName"], "p");
    assert!(
        job["BestTrainingJob"]["TrainingJobName"]
            .as_str()
            .unwrap()
            .starts_with("c-")
    );
}

#[test]
fn lists_filter_and_sort() {
    let mut bed = Bed::new();
    for (name, at) in [("b", 1_001_000), ("a", 1_002_000), ("c", 1_003_000)] {
        bed.at(at);
        bed.call("CreateHyperParameterTuningJob", tuning(name))
            .unwrap();
    }
    bed.run_all("c", |_| 0, |values| Some(loss(values)));
    let mut listed = |request: Value| -> Vec<String> {
        let answer = bed.call("ListHyperParameterTuningJobs", request).unwrap();
        let summaries = answer["HyperParameterTuningJobSummaries"]
            .as_array()
            .unwrap();
        summaries
            .iter()
            .map(|one| {
                one["HyperParameterTuningJobName"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(listed(json!({})), ["a", "b", "c"]);
    assert_eq!(
        listed(json!({"SortBy": "CreationTime", "SortOrder": "Descending"})),
        ["c", "a", "b"]
    );
    assert_eq!(listed(json!({"StatusEquals": "Completed"})), ["c"]);
    assert_eq!(listed(json!({"NameContains": "b"})), ["b"]);
    assert_eq!(
        listed(json!({"CreationTimeAfter": 1001.5, "CreationTimeBefore": 1003.0})),
        ["a"]
    );
}

#[test]
fn lists_of_trials_filter_sort_and_have_pages() {
    let mut bed = Bed::new();
    bed.call("CreateHyperParameterTuningJob", tuning("c"))
        .unwrap();
    bed.run_all(
        "c",
        |_| 0,
        |values| Some(loss(values)).filter(|_| values["kind"] == "a"),
    );
    let mut of = |members: Value| -> Vec<Value> {
        let mut request = json!({"HyperParameterTuningJobName": "c", "MaxResults": 100});
        request
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let answer = bed
            .call("ListTrainingJobsForHyperParameterTuningJob", request)
            .unwrap();
        answer["TrainingJobSummaries"].as_array().unwrap().clone()
    };
    let failed = of(json!({"StatusEquals": "Failed"}));
    let scored = of(json!({"SortBy": "FinalObjectiveMetricValue"}));
    assert_eq!(failed.len() + scored.len(), 12);
    assert!(
        !failed.is_empty()
            && failed
                .iter()
                .all(|trial| trial["ObjectiveStatus"] == "Failed")
    );
    let values: Vec<f64> = scored
        .iter()
        .map(|trial| {
            trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
                .as_f64()
                .unwrap()
        })
        .collect();
    assert!(values.is_sorted(), "{values:?}");
    let turned = of(json!({"SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending"}));
    assert_eq!(turned.first(), scored.last());
    let page = bed
        .call(
            "ListTrainingJobsForHyperParameterTuningJob",
            json!({"HyperParameterTuningJobName": "c"}),
        )
        .unwrap();
    assert_eq!(page["TrainingJobSummaries"].as_array().unwrap().len(), 10);
    let next = json!({"HyperParameterTuningJobName": "c", "NextToken": page["NextToken"]});
    let rest = bed
        .call("ListTrainingJobsForHyperParameterTuningJob", next)
        .unwrap();
    assert_eq!(rest["TrainingJobSummaries"].as_array().unwrap().len(), 2);
    assert_eq!(rest.get("NextToken"), None);
}

#[test]
fn what_every_trial_shares_is_told_apart_by_its_name() {
    let mut bed = Bed::new();
    let mut request = tuning("t");
    request["TrainingJobDefinition"]["CheckpointConfig"] = json!({"S3Uri": "s3://bucket/kept/"});
    let resources = json!({"InstanceConfigs": [
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 2},
        {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 2},
    ]});
    let members = request["TrainingJobDefinition"].as_object_mut().unwrap();
    members.remove("ResourceConfig");
    members.insert("HyperParameterTuningResourceConfig".into(), resources);
    bed.call("CreateHyperParameterTuningJob", &request).unwrap();
    let name = bed.trials("t")[1]["TrainingJobName"]
        .as_str()
        .unwrap()
        .to_owned();
    let training = bed
        .call("DescribeTrainingJob", json!({"TrainingJobName": name}))
        .unwrap();
    assert_eq!(
        training["CheckpointConfig"]["S3Uri"],
        format!("s3://bucket/kept/{name}")
    );
    assert_eq!(training["ResourceConfig"]["InstanceType"], "ml.m5.xlarge");
    assert_eq!(bed.effects().len(), 3);
}
