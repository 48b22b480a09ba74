//! What a transition costs: twenty in one transaction beside twenty transactions, interleaved; and what a trial of a tuning
//! job costs. Reported, not judged: the machine is shared.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::bed::Bed;
use super::{tuning, work};
use crate::services::sagemaker::{JobStatus, TRAINING_JOB};

const STATES: usize = 20;
const ROUNDS: usize = 25;

fn chain() -> Value {
    let state = |place: usize| match place + 1 {
        STATES => json!({"Type": "Pass", "End": true}),
        next => json!({"Type": "Pass", "Next": format!("S{next}")}),
    };
    let states: Map<String, Value> = (0..STATES)
        .map(|place| (format!("S{place}"), state(place)))
        .collect();
    json!({"StartAt": "S0", "States": states})
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}

#[test]
fn twenty_transitions_are_one_transaction() {
    let mut bed = Bed::new();
    let machine = bed.machine("chain", &chain());
    let (mut one, mut many) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let started = Instant::now();
        let execution = bed.start(&machine, &format!("r{round}"), &json!({}));
        one.push(started.elapsed());
        let started = Instant::now();
        for place in 0..STATES {
            bed.transact(|tx| Ok(tx.set_meta(&format!("bare/{round}/{place}"), "x")?))
                .unwrap();
        }
        many.push(started.elapsed());
        assert_eq!(bed.described(&execution)["status"], "SUCCEEDED");
        assert_eq!(bed.history(&execution).len(), 2 + 2 * STATES);
    }
    let (one, many) = (median(one), median(many));
    println!(
        "{STATES} transitions in one transaction: {one:.0} us; {STATES} bare commits: {many:.0} us; ratio {:.2}",
        one / many
    );
}

#[test]
fn a_trial_is_told_stored_and_asked_in_one_transaction() {
    const TRIALS: usize = 60;
    let mut bed = Bed::new();
    let mut request = tuning::request("Bayesian", "Off");
    let limits = json!({"MaxNumberOfTrainingJobs": TRIALS, "MaxParallelTrainingJobs": 1});
    request["HyperParameterTuningJobConfig"]["ResourceLimits"] = limits;
    bed.ok("sagemaker", "CreateHyperParameterTuningJob", &request);
    let named = json!({"HyperParameterTuningJobName": "tuned", "MaxResults": 100});
    let mut times = Vec::new();
    for number in 0..TRIALS {
        let listed = "ListTrainingJobsForHyperParameterTuningJob";
        let answer = bed.ok("sagemaker", listed, &named);
        let trial = &answer["TrainingJobSummaries"][number];
        let name = trial["TrainingJobName"].as_str().unwrap().to_owned();
        let begun = bed.transact(|tx| work::begin(tx, TRAINING_JOB, &name));
        let loss = work::printed(&begun.unwrap().unwrap()).last().copied();
        let started = Instant::now();
        let job = (TRAINING_JOB, name.as_str());
        bed.transact(|tx| work::finish_with(tx, job, JobStatus::Completed, (None, loss)))
            .unwrap();
        times.push(started.elapsed());
    }
    let named = json!({"HyperParameterTuningJobName": "tuned"});
    let described = bed.ok("sagemaker", "DescribeHyperParameterTuningJob", &named);
    assert_eq!(described["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(described["ObjectiveStatusCounters"]["Succeeded"], TRIALS);
    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    let ends = (least.as_secs_f64() * 1e3, most.as_secs_f64() * 1e3);
    println!(
        "ask, tell and store: {:.2} ms; {:.2} ms to {:.2} ms, median of {TRIALS} trials, each flushed",
        median(times) / 1e3,
        ends.0,
        ends.1
    );
}
