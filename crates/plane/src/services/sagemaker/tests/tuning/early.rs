//! Ends: of trials before their time, of tuning jobs by criteria, limits and requests.

use serde_json::{Value, json};

use super::super::super::JobStatus;
use super::super::super::tuning::timer_fired;
use super::super::{Bed, with};
use super::{LIMITS, configured, loss, tuning};

#[test]
fn a_metric_that_never_comes_and_trials_that_all_fail_end_it() {
    let reasons = [
        (
            Some(JobStatus::Completed),
            "No objective metrics found after running 5 training jobs. Please ensure that the custom algorithm is emitting the objective metric as defined by the regular expression provided.",
        ),
        (
            None,
            "All training jobs failed. Please take a look at the training jobs failures to get more details.",
        ),
    ];
    for (completed, reason) in reasons {
        let mut bed = Bed::new();
        bed.call("CreateHyperParameterTuningJob", tuning("t"))
            .unwrap();
        loop {
            let open = bed.trials("t").into_iter().find(|trial| {
                ["InProgress", "Stopping"].contains(&trial["TrainingJobStatus"].as_str().unwrap())
            });
            let Some(open) = open else { break };
            let training = open["TrainingJobName"].as_str().unwrap();
            if bed.begin(training) {
                bed.end(training, completed.unwrap_or(JobStatus::Failed), None);
            }
        }
        let job = bed.described("t");
        assert_eq!(job["HyperParameterTuningJobStatus"], "Failed");
        assert_eq!(job["FailureReason"], reason);
        assert_eq!(job.get("BestTrainingJob"), None);
        let counters = &job["TrainingJobStatusCounters"];
        assert_eq!(counters["Stopped"], 2, "{counters}");
        assert_eq!(bed.trials("t").len(), 7);
    }
}

#[test]
fn a_stop_in_the_middle_keeps_what_is_finished() {
    let mut bed = Bed::new();
    bed.call("CreateHyperParameterTuningJob", tuning("t"))
        .unwrap();
    let name = json!({"HyperParameterTuningJobName": "t"});
    let (code, text) = bed.refusal("DeleteHyperParameterTuningJob", &name);
    assert_eq!(
        (code.as_str(), text.contains("InProgress")),
        ("ValidationException", true)
    );
    let first = bed.trials("t")[0]["TrainingJobName"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(bed.begin(&first));
    bed.end(&first, JobStatus::Completed, Some(2.5));
    bed.call("StopHyperParameterTuningJob", &name).unwrap();
    bed.call("StopHyperParameterTuningJob", &name).unwrap();
    assert_eq!(
        bed.described("t")["HyperParameterTuningJobStatus"],
        "Stopping"
    );
    bed.run_all("t", |_| 0, |values| Some(loss(values)));
    let job = bed.described("t");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Stopped");
    assert_eq!(job["BestTrainingJob"]["TrainingJobName"], first.as_str());
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 1);
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 3);
    assert_eq!(bed.trials("t").len(), 4);
    let (_, text) = bed.refusal("StopHyperParameterTuningJob", &name);
    assert!(text.contains("is in status Stopped"), "{text}");
    bed.call("DeleteHyperParameterTuningJob", &name).unwrap();
    assert_eq!(
        bed.refusal("DescribeHyperParameterTuningJob", &name).0,
        "ResourceNotFound"
    );
    // The training jobs stay, and a new job of the same name has none of them.
    let training = bed
        .call("DescribeTrainingJob", json!({"TrainingJobName": first}))
        .unwrap();
    assert_eq!(training["TrainingJobStatus"], "Completed");
    bed.at(2_000_000);
    bed.call("CreateHyperParameterTuningJob", tuning("t"))
        .unwrap();
    assert_eq!(bed.trials("t").len(), 3);
}

#[test]
fn criteria_end_it_with_the_result_of_one_trial_at_a_time() {
    for criteria in [
        json!({"TargetObjectiveMetricValue": 1.4}),
        json!({"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}),
    ] {
        let came_to = |parallel: u64| {
            let mut bed = Bed::new();
            let limits =
                json!({"MaxNumberOfTrainingJobs": 40, "MaxParallelTrainingJobs": parallel});
            let members =
                json!({"TuningJobCompletionCriteria": criteria, "ResourceLimits": limits});
            bed.call("CreateHyperParameterTuningJob", configured("t", &members))
                .unwrap();
            // The youngest first: outcomes come in the wrong order.
            bed.run_all("t", |open| open - 1, |values| Some(loss(values)));
            let job = bed.described("t");
            assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
            let completed = job["TrainingJobStatusCounters"]["Completed"]
                .as_u64()
                .unwrap();
            assert!(completed < 30, "{completed}");
            (
                job["BestTrainingJob"]["TrainingJobName"].clone(),
                job["TuningJobCompletionDetails"].clone(),
            )
        };
        assert_eq!(came_to(4), came_to(1), "{criteria}");
    }
}

#[test]
fn the_median_rule_and_hyperband_stop_trials_early() {
    for strategy in ["Random", "Hyperband"] {
        let came_to = |parallel: u64| {
            let mut bed = Bed::new();
            let mut members = json!({
                "Strategy": strategy,
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 16, "MaxParallelTrainingJobs": parallel},
            });
            if strategy == "Random" {
                members["TrainingJobEarlyStoppingType"] = "Auto".into();
            }
            bed.call("CreateHyperParameterTuningJob", configured("t", &members))
                .unwrap();
            loop {
                let open: Vec<Value> = bed
                    .trials("t")
                    .into_iter()
                    .filter(|trial| trial["TrainingJobStatus"] == "InProgress")
                    .collect();
                if open.is_empty() {
                    break;
                }
                for trial in open {
                    let training = trial["TrainingJobName"].as_str().unwrap();
                    assert!(bed.begin(training));
                    let floor = loss(&trial["TunedHyperParameters"]);
                    for epoch in 1..=9 {
                        bed.say(training, floor + 1.0 / f64::from(epoch));
                    }
                    let request = json!({"TrainingJobName": training});
                    let status =
                        bed.call("DescribeTrainingJob", request).unwrap()["TrainingJobStatus"]
                            .clone();
                    let ended = if status == "Stopping" {
                        JobStatus::Stopped
                    } else {
                        JobStatus::Completed
                    };
                    bed.end(training, ended, Some(floor + 1.0 / 9.0));
                }
            }
            let job = bed.described("t");
            assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
            assert_eq!(job["ObjectiveStatusCounters"]["Succeeded"], 16);
            let stopped = job["TrainingJobStatusCounters"]["Stopped"]
                .as_u64()
                .unwrap();
            assert!(stopped >= 3, "{strategy}: {stopped}");
            let values: Vec<Value> = bed
                .trials("t")
                .iter()
                .map(|trial| trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].clone())
                .collect();
            (stopped, values)
        };
        assert_eq!(came_to(1), came_to(4), "{strategy}");
    }
}

#[test]
fn a_trial_that_starts_again_counts_its_values_from_the_start() {
    let mut bed = Bed::new();
    let members = json!({
        "Strategy": "Random", "TrainingJobEarlyStoppingType": "Auto",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 8, "MaxParallelTrainingJobs": 1},
    });
    bed.call("CreateHyperParameterTuningJob", configured("t", &members))
        .unwrap();
    for number in 0..6 {
        let training = bed.trials("t")[number]["TrainingJobName"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(bed.begin(&training));
        for value in [5.0, 3.0, 1.0] {
            bed.say(&training, value);
        }
        bed.end(&training, JobStatus::Completed, Some(1.0));
    }
    let training = bed.trials("t")[6]["TrainingJobName"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(bed.begin(&training));
    bed.say(&training, 4.5);
    // The plane was interrupted: without a new start its first value would be its second, and bad.
    assert!(bed.begin(&training));
    bed.say(&training, 4.5);
    let status = |bed: &mut Bed| {
        let request = json!({"TrainingJobName": training});
        bed.call("DescribeTrainingJob", request).unwrap()["TrainingJobStatus"].clone()
    };
    assert_eq!(status(&mut bed), "InProgress");
    bed.say(&training, 4.4);
    assert_eq!(status(&mut bed), "Stopping");
}

#[test]
fn time_and_money_end_it() {
    let mut bed = Bed::new();
    let limits = json!({"MaxNumberOfTrainingJobs": 12, "MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 120});
    bed.call(
        "CreateHyperParameterTuningJob",
        configured("time", &json!({"ResourceLimits": limits})),
    )
    .unwrap();
    let first = bed.trials("time")[0]["TrainingJobName"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(bed.begin(&first));
    bed.end(&first, JobStatus::Completed, Some(2.0));
    bed.at(1_000_000 + 119_999);
    bed.run(|tx| timer_fired(tx, "time")).unwrap();
    assert_eq!(bed.trials("time").len(), 3);
    bed.at(1_000_000 + 120_000);
    bed.run(|tx| timer_fired(tx, "time")).unwrap();
    bed.run_all("time", |_| 0, |values| Some(loss(values)));
    let job = bed.described("time");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Stopped"], 2);
    assert_eq!(job["ConsumedResources"]["RuntimeInSeconds"], 120);

    // 0.115 USD an hour: 0.001 USD are 31.3 s of one trial, which is smaller than the first.
    let mut bed = Bed::new();
    let mut request = with(
        tuning("money"),
        &format!("{LIMITS}/MaxParallelTrainingJobs"),
        1.into(),
    );
    request["Tags"] = json!([{"Key": "plimsoll:max-cost", "Value": "0.001 USD"}]);
    bed.call("CreateHyperParameterTuningJob", request).unwrap();
    let first = bed.trials("money")[0]["TrainingJobName"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(bed.begin(&first));
    bed.at(1_000_000 + 31_000);
    bed.run(|tx| timer_fired(tx, "money")).unwrap();
    assert_eq!(
        bed.described("money")["TrainingJobStatusCounters"]["InProgress"],
        1
    );
    bed.at(1_000_000 + 31_400);
    bed.run(|tx| timer_fired(tx, "money")).unwrap();
    let training = json!({"TrainingJobName": first});
    assert_eq!(
        bed.call("DescribeTrainingJob", training).unwrap()["TrainingJobStatus"],
        "Stopping"
    );
    bed.end(&first, JobStatus::Stopped, None);
    let job = bed.described("money");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Failed");
    assert!(
        job["FailureReason"]
            .as_str()
            .unwrap()
            .starts_with("The limits of the tuning job were reached")
    );
    assert_eq!(bed.trials("money").len(), 1);
}
