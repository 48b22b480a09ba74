//! Tuning under crashes: no trial is lost, none runs once more after it was finished, none is over the limit, none stays
//! open.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bed::ROLE;
use super::pipeline::BUCKET;
use super::world::{Crash, Ran, World};

const TRIALS: usize = 12;

/// A machine that tunes and answers with the best.
fn machine(strategy: &str, early: &str) -> Value {
    let parameters = request(strategy, early);
    json!({"StartAt": "Tune", "States": {"Tune": {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync",
        "Parameters": parameters,
        "ResultSelector": {
            "best.$": "$.BestTrainingJob.TunedHyperParameters",
            "value.$": "$.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value",
            "objectives.$": "$.ObjectiveStatusCounters",
            "trainings.$": "$.TrainingJobStatusCounters",
        },
        "End": true,
    }}})
}

/// A tuning job of twelve trials, three at a time.
pub(super) fn request(strategy: &str, early: &str) -> Value {
    json!({
        "HyperParameterTuningJobName": "tuned",
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": TRIALS, "MaxParallelTrainingJobs": 3},
            "TrainingJobEarlyStoppingType": early,
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}],
                "IntegerParameterRanges": [{"Name": "n", "MinValue": "1", "MaxValue": "20"}],
                "CategoricalParameterRanges": [{"Name": "kind", "Values": ["whole", "sound", "good", "broken"]}],
            },
            "RandomSeed": 5,
        },
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {
                "TrainingImage": "plimsoll:0.1.0", "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
            },
            "OutputDataConfig": {"S3OutputPath": format!("s3://{BUCKET}/models")},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "RoleArn": ROLE,
        },
    })
}

fn run(seed: u64, machine: &Value, crash: Crash) -> (Ran, Vec<Value>) {
    let mut world = World::new(seed, crash);
    let ran = world.run_definition(machine);
    let trials = world.trials("tuned");
    (ran, trials)
}

/// What every trial was and came to.
fn came_to(trials: &[Value]) -> Vec<(&Value, &Value, &Value)> {
    let value = "/FinalHyperParameterTuningJobObjectiveMetric/Value";
    trials
        .iter()
        .map(|trial| {
            let value = trial.pointer(value).unwrap_or(&Value::Null);
            (
                &trial["TunedHyperParameters"],
                value,
                &trial["ObjectiveStatus"],
            )
        })
        .collect()
}

fn check(ran: &Ran, trials: &[Value], place: &str) {
    assert_eq!(ran.status, "SUCCEEDED", "{place}: {}", ran.reason);
    assert_eq!(trials.len(), TRIALS, "{place}: lost, or over the limit");
    let names: BTreeSet<&str> = trials
        .iter()
        .map(|trial| trial["TrainingJobName"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), TRIALS, "{place}: repeated");
    for trial in trials {
        let status = trial["TrainingJobStatus"].as_str().unwrap();
        assert!(
            ["Completed", "Failed", "Stopped"].contains(&status),
            "{place}: {status}"
        );
        assert_ne!(trial["ObjectiveStatus"], "Pending", "{place}");
    }
    let started = ran.performed.keys().filter(|key| key.starts_with("start/"));
    assert_eq!(started.count(), TRIALS, "{place}: a job that is no trial");
    let left = ran
        .dump
        .iter()
        .find(|row| row.starts_with("effect:") || row.starts_with("timer:"));
    assert_eq!(left, None, "{place}");
}

#[test]
fn a_crash_at_any_boundary_neither_loses_nor_repeats_a_trial() {
    let mut kills = 0;
    for (strategy, early) in [("Bayesian", "Off"), ("Random", "Auto")] {
        let machine = machine(strategy, early);
        let (whole, trials) = run(2, &machine, Crash::Never);
        check(&whole, &trials, strategy);
        let failed = trials
            .iter()
            .filter(|trial| trial["TrainingJobStatus"] == "Failed")
            .count();
        assert!((1..TRIALS / 2).contains(&failed), "{failed} trials failed");
        let stopped = whole.output["trainings"]["Stopped"].as_u64().unwrap();
        assert_eq!(
            stopped > 0,
            early == "Auto",
            "{stopped} trials were stopped"
        );
        for place in 1..=whole.boundaries {
            let (struck, left) = run(2, &machine, Crash::At(place));
            check(&struck, &left, &format!("{strategy}, crash at {place}"));
            assert_eq!(
                came_to(&left),
                came_to(&trials),
                "{strategy}, crash at {place}"
            );
            assert_eq!(struck.output, whole.output, "{strategy}, crash at {place}");
            let repeated: u64 = struck.performed.values().map(|times| times - 1).sum();
            assert!(
                repeated <= 1,
                "{strategy}, crash at {place}: {:?}",
                struck.performed
            );
            kills += struck.crashes;
        }
    }
    println!("{kills} kills of a tuning job");
    assert!(kills >= 150, "{kills}");
}

#[test]
fn the_order_in_which_trials_end_changes_nothing() {
    for (strategy, early) in [
        ("Bayesian", "Off"),
        ("Random", "Auto"),
        ("Bayesian", "Auto"),
    ] {
        let machine = machine(strategy, early);
        let (whole, trials) = run(1, &machine, Crash::Never);
        for seed in 2..6 {
            let (other, left) = run(seed, &machine, Crash::Every(7));
            check(&other, &left, &format!("{strategy}, seed {seed}"));
            assert_eq!(
                came_to(&left),
                came_to(&trials),
                "{strategy}, {early}, seed {seed}"
            );
            assert_eq!(
                other.output, whole.output,
                "{strategy}, {early}, seed {seed}"
            );
            assert!(other.crashes > 5);
        }
    }
}
