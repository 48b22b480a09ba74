//! From runs and files to demands.

#![expect(clippy::float_cmp, reason = "figures that are tested so are exact")]

use std::collections::BTreeMap;

use plane::services::sagemaker::PROCESSING_JOB;
use serde_json::json;
use steps::LatencyBucket;

use super::*;
use crate::run::StepRow;

fn facts(job: &str, kind: &str, cpu_seconds: f64) -> JobFacts {
    JobFacts {
        job: job.to_owned(),
        run: "r1".to_owned(),
        started: 0,
        cpus: 2,
        memory: 0,
        host: String::new(),
        kind: kind.to_owned(),
        instance_type: "ml.m5.large".to_owned(),
        seconds: 2.0 * cpu_seconds,
        cpu_seconds,
        peak_bytes: 30_000_000,
        read_bytes: 1_000,
        written_bytes: 2_000,
        shared: false,
        energy: None,
        charge: None,
    }
}

fn step(name: &str, facts: Vec<JobFacts>) -> StepRow {
    StepRow {
        name: name.to_owned(),
        state: crate::run::StepState::Done,
        started: 0.0,
        seconds: 1.0,
        says: String::new(),
        cache: None,
        branches: BTreeMap::new(),
        job: None,
        outputs: BTreeMap::new(),
        facts,
    }
}

fn report() -> RunReport {
    RunReport {
        input: json!({"in": {"Train": {"forest": {"key": "abcdef0123456789"}}}}),
        steps: vec![
            step(
                "Prepare",
                vec![facts("heart-prepare-1-r1", PROCESSING_JOB, 0.5)],
            ),
            step(
                "Train",
                vec![facts("heart-train-abcdef01-r1", TRAINING_JOB, 4.0)],
            ),
            step("Gate", Vec::new()),
            step(
                "BatchPredict",
                vec![facts("heart-batch-2-r1", TRANSFORM_JOB, 0.1)],
            ),
            step(
                "LoadTest",
                vec![facts("heart-load-3-r1", PROCESSING_JOB, 9.0)],
            ),
        ],
        load: Some(LoadReport {
            scheduled: 3,
            answered: 3,
            errors: BTreeMap::new(),
            seconds: 1.0,
            per_second: 3.0,
            latency_us: BTreeMap::new(),
            lag_p99_us: 100,
            histogram: vec![LatencyBucket {
                from_us: 900,
                below_us: 1_100,
                count: 3,
            }],
        }),
        ..RunReport::empty()
    }
}

fn workload(more: &str) -> Workload {
    let file = format!(
        "plimsoll: 1\nname: heart\ndata: {{ source: a.csv }}\ntask: {{ target: num }}\n{more}"
    );
    workload::parse(&file).unwrap()
}

const ENDPOINT: &str = "deploy: { endpoint: { load_test: { rate: 5 /s, for: 2 s } } }\n";

#[test]
fn steps_become_stages_by_their_jobs_and_what_only_measures_is_left_out() {
    let known = demand(&workload(ENDPOINT), &report(), (1_000_000, 2), None);
    let stages: Vec<(&str, Role)> = known
        .demand
        .stages
        .iter()
        .map(|stage| (stage.name.as_str(), stage.role))
        .collect();
    assert_eq!(
        stages,
        [
            ("Prepare", Role::Prepare),
            ("Train", Role::Train),
            ("BatchPredict", Role::Batch)
        ]
    );
    let forest = &known.demand.stages[1].jobs[0];
    assert_eq!(
        (forest.name.as_str(), forest.cpu.as_seconds(), forest.cpus),
        ("forest", 4.0, 2)
    );
    assert_eq!(known.demand.storage.data.get(), 1_000_000);
    assert_eq!(known.demand.storage.artifacts.get(), 6_000);
}

#[test]
fn traffic_is_the_file_s_or_that_of_the_load_test() {
    let serving = |more: &str, trace: Option<Vec<u64>>| {
        let known = demand(
            &workload(&format!("{ENDPOINT}{more}")),
            &report(),
            (0, 0),
            trace,
        );
        (known.demand.serving.unwrap(), known.notes)
    };
    let (tested, notes) = serving("", None);
    assert_eq!(tested.rate_a_second(), 5.0);
    assert!(
        notes
            .iter()
            .any(|note| note.contains("no `traffic` is given")),
        "{notes:?}"
    );
    let (steady, _) = serving("traffic: { rate: 20 /s }\n", None);
    assert_eq!(steady.rate_a_second(), 20.0);
    let told = "traffic: { trace: t.csv, column: requests, every: 1 min }\n";
    let (traced, _) = serving(told, Some(vec![60, 120]));
    assert_eq!(traced.rate_a_second(), 1.5);
    assert_eq!(traced.service, [(Span::from_nanos(1_000_000), 3)]);
}

#[test]
fn what_was_not_measured_or_said_is_noted() {
    let known = demand(
        &workload(&format!("{ENDPOINT}retrain: daily\n")),
        &RunReport {
            load: None,
            ..report()
        },
        (0, 0),
        None,
    );
    assert_eq!(
        (known.demand.runs_a_year, known.demand.serving),
        (365, None)
    );
    assert!(
        known.notes.iter().any(|note| note.contains("no load test")),
        "{:?}",
        known.notes
    );
    let once = demand(&workload(""), &report(), (0, 0), None);
    assert_eq!(once.demand.runs_a_year, 12);
    assert!(
        once.notes.iter().any(|note| note.contains("once a month")),
        "{:?}",
        once.notes
    );
}

#[test]
fn on_a_busy_machine_the_tail_is_not_the_model_s() {
    let millis = |count: u64| Span::from_nanos(count * 1_000_000);
    let measured = [
        (millis(1), 6),
        (millis(2), 3),
        (millis(90), 2),
        (millis(200), 1),
    ];
    assert_eq!(
        clipped(&measured),
        [(millis(1), 6), (millis(2), 3), (millis(3), 3)]
    );
}
