//! Trials: what they are told, which is the best, one result in any order.

use serde_json::{Value, json};

use super::super::{Bed, with};
use super::{LIMITS, configured, loss, number, tuning};

#[test]
fn a_tuning_job_runs_its_trials_and_names_the_best() {
    let mut bed = Bed::new();
    let created = bed
        .call("CreateHyperParameterTuningJob", tuning("t"))
        .unwrap();
    let arn = "arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/t";
    assert_eq!(created, json!({"HyperParameterTuningJobArn": arn}));
    let trials = bed.trials("t");
    assert_eq!(trials.len(), 3);
    let first = trials[0]["TrainingJobName"].as_str().unwrap().to_owned();
    assert!(first.starts_with("t-001-") && first.len() == "t-001-".len() + 8);
    assert_eq!(trials[0]["ObjectiveStatus"], "Pending");
    let training = bed
        .call("DescribeTrainingJob", json!({"TrainingJobName": first}))
        .unwrap();
    assert_eq!(training["TuningJobArn"], arn);
    let given = &training["HyperParameters"];
    assert_eq!(
        (&given["_tuning_objective_metric"], &given["epochs"]),
        (&"loss".into(), &"9".into())
    );
    assert_eq!(given["rate"], trials[0]["TunedHyperParameters"]["rate"]);
    let tags = bed
        .call(
            "ListTags",
            json!({"ResourceArn": training["TrainingJobArn"]}),
        )
        .unwrap();
    assert_eq!(tags["Tags"], json!([{"Key": "team", "Value": "a"}]));

    bed.run_all("t", |_| 0, |values| Some(loss(values)));
    let trials = bed.trials("t");
    assert_eq!(trials.len(), 12);
    let job = bed.described("t");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["TrainingJobStatusCounters"]["Completed"], 12);
    assert_eq!(
        job["ObjectiveStatusCounters"],
        json!({"Succeeded": 12, "Pending": 0, "Failed": 0})
    );
    let value = |trial: &Value| {
        trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
            .as_f64()
            .unwrap()
    };
    let least = trials.iter().map(value).fold(f64::INFINITY, f64::min);
    let best = &job["BestTrainingJob"];
    assert!((value(best) - least).abs() < 1e-12);
    assert_eq!(
        best["FinalHyperParameterTuningJobObjectiveMetric"]["Type"],
        "Minimize"
    );
    assert!((loss(&best["TunedHyperParameters"]) - least).abs() < 1e-12);
    assert_eq!(job.get("OverallBestTrainingJob"), None);
    assert_eq!(
        job["TrainingJobDefinition"]["StaticHyperParameters"],
        json!({"epochs": "9", "_tuning_objective_metric": "loss"})
    );
    assert_eq!(job.get("Tags"), None);
}

#[test]
fn one_seed_gives_one_result_in_any_order_and_at_any_parallelism() {
    let came_to = |parallel: u64, order: usize| {
        let mut bed = Bed::new();
        let request = with(
            tuning("t"),
            &format!("{LIMITS}/MaxParallelTrainingJobs"),
            parallel.into(),
        );
        bed.call("CreateHyperParameterTuningJob", request).unwrap();
        let mut count = 0;
        let choose = |_: usize| {
            count += order;
            count / 3
        };
        bed.run_all("t", choose, |values| {
            Some(loss(values)).filter(|loss| *loss < 4.0)
        });
        let tuned = bed
            .trials("t")
            .into_iter()
            .map(|trial| trial["TunedHyperParameters"].clone());
        let best = bed.described("t")["BestTrainingJob"]["TrainingJobName"].clone();
        (tuned.collect::<Vec<_>>(), best)
    };
    let alone = came_to(1, 0);
    for (parallel, order) in [(2, 1), (3, 2), (4, 1), (4, 5)] {
        assert_eq!(
            came_to(parallel, order),
            alone,
            "{parallel} at a time, order {order}"
        );
    }
}

#[test]
fn one_failing_trial_is_counted_and_the_others_go_on() {
    let mut bed = Bed::new();
    bed.call("CreateHyperParameterTuningJob", tuning("t"))
        .unwrap();
    bed.run_all(
        "t",
        |_| 0,
        |values| Some(loss(values)).filter(|_| values["kind"] == "a"),
    );
    let job = bed.described("t");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    let failed = job["TrainingJobStatusCounters"]["NonRetryableError"]
        .as_u64()
        .unwrap();
    assert!(failed > 0 && failed < 12, "{failed}");
    assert_eq!(job["ObjectiveStatusCounters"]["Failed"], failed);
    assert_eq!(job["BestTrainingJob"]["TunedHyperParameters"]["kind"], "a");
}

#[test]
fn a_grid_runs_every_combination_once() {
    let mut bed = Bed::new();
    let members = json!({
        "Strategy": "Grid",
        "ResourceLimits": {"MaxParallelTrainingJobs": 4},
        "ParameterRanges": {"CategoricalParameterRanges": [
            {"Name": "kind", "Values": ["a", "b"]}, {"Name": "depth", "Values": ["1", "7", "9"]},
        ]},
    });
    bed.call("CreateHyperParameterTuningJob", configured("g", &members))
        .unwrap();
    bed.run_all("g", |_| 0, |values| Some(number(values, "depth")));
    let mut found: Vec<String> = bed
        .trials("g")
        .iter()
        .map(|trial| trial["TunedHyperParameters"].to_string())
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 6);
    let job = bed.described("g");
    assert_eq!(job["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(job["BestTrainingJob"]["TunedHyperParameters"]["depth"], "1");
}
