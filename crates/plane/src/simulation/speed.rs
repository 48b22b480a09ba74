//! What a transition costs: twenty in one transaction beside twenty transactions, interleaved; and what a trial of a tuning
//! job costs. Reported, not judged: the machine is shared.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
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

/// What something took on the clock, and of the processor: the rest was waiting for the disk, or for a machine that is shared.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

/// Does something, all of it in this thread.
fn timed(work: impl FnOnce()) -> Took {
    let cpu = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let (started, before) = (Instant::now(), cpu());
    work();
    Took {
        wall: started.elapsed(),
        cpu: cpu().saturating_sub(before),
    }
}

/// What each of so many trials took to be told and stored, and the next one to be asked; they end one after the other.
fn trials(count: usize) -> Vec<Took> {
    let mut bed = Bed::new();
    let mut request = tuning::request("Bayesian", "Off");
    let limits = json!({"MaxNumberOfTrainingJobs": count, "MaxParallelTrainingJobs": 1});
    request["HyperParameterTuningJobConfig"]["ResourceLimits"] = limits;
    bed.ok("sagemaker", "CreateHyperParameterTuningJob", &request);
    let newest = json!({
        "HyperParameterTuningJobName": "tuned", "MaxResults": 1, "SortBy": "Name", "SortOrder": "Descending",
    });
    let mut times = Vec::new();
    for _ in 0..count {
        let listed = "ListTrainingJobsForHyperParameterTuningJob";
        let answer = bed.ok("sagemaker", listed, &newest);
        let trial = &answer["TrainingJobSummaries"][0];
        let name = trial["TrainingJobName"].as_str().unwrap().to_owned();
        let begun = bed.transact(|tx| work::begin(tx, TRAINING_JOB, &name));
        let loss = work::printed(&begun.unwrap().unwrap()).last().copied();
        let job = (TRAINING_JOB, name.as_str());
        times.push(timed(|| {
            bed.transact(|tx| work::finish_with(tx, job, JobStatus::Completed, (None, loss)))
                .unwrap();
        }));
    }
    let named = json!({"HyperParameterTuningJobName": "tuned"});
    let described = bed.ok("sagemaker", "DescribeHyperParameterTuningJob", &named);
    assert_eq!(described["HyperParameterTuningJobStatus"], "Completed");
    assert_eq!(described["ObjectiveStatusCounters"]["Succeeded"], count);
    times
}

fn print(what: &str, took: &[Took]) {
    let walls: Vec<Duration> = took.iter().map(|one| one.wall).collect();
    let (least, most) = (walls.iter().min().unwrap(), walls.iter().max().unwrap());
    let ends = (least.as_secs_f64() * 1e3, most.as_secs_f64() * 1e3);
    println!(
        "ask, tell and store, {what}: {:.2} ms; {:.2} ms to {:.2} ms, {:.2} ms of CPU, median of {}, each flushed",
        median(walls) / 1e3,
        ends.0,
        ends.1,
        median(took.iter().map(|one| one.cpu).collect()) / 1e3,
        took.len()
    );
}

#[test]
fn a_trial_is_told_stored_and_asked_in_one_transaction() {
    print("of 60", &trials(60));
}

#[test]
fn a_trial_late_in_a_long_search_is_one_transaction_too() {
    let times = trials(300);
    print("240th to 300th", &times[240..]);
}

#[test]
fn a_trial_takes_as_much_beside_a_bare_commit() {
    let mut bed = Bed::new();
    let mut times = Vec::new();
    for round in 0..60 {
        times.push(timed(|| {
            bed.transact(|tx| Ok(tx.set_meta(&format!("bare/{round}"), "x")?))
                .unwrap();
        }));
    }
    print("of a bare commit", &times);
}
