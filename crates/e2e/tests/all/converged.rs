//! Runs after the first: what was done is found, what changed is done, and what was found costs nothing.

use std::path::Path;

use e2e::{Binary, Plane, Python, Scratch};
use serde_json::Value;

use super::document::{CACHEABLE, number, run, step};

#[test]
fn a_second_run_converges_and_a_fresh_one_does_all_again() {
    let (binary, scratch, python) = (Binary::find(), Scratch::new(), Python::find());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let second = run(&binary, &workload, &state, &[]);
    assert_ne!(first["run"], second["run"]);
    for name in CACHEABLE {
        let (before, after) = (step(&first, name), step(&second, name));
        assert_eq!(after["status"], "hit", "{after:#}");
        assert_eq!(after["cache"]["hit"], true, "{after:#}");
        assert!(
            after["cache"]["why"]
                .as_str()
                .is_some_and(|why| !why.is_empty()),
            "{after:#}"
        );
        assert_eq!(after["outputs"], before["outputs"]);
        assert_eq!(
            after["cost_usd"],
            Value::Null,
            "a hit costs nothing: {after:#}"
        );
    }
    for member in ["selected", "test", "package", "endpoint", "batch"] {
        assert_eq!(second[member], first[member], "{member}");
    }
    let counts = |runs: &str, jobs: &str| {
        let plane = Plane::up(&binary, &state);
        let arguments = [Path::new(runs), Path::new(jobs)];
        python.check("converged.py", &plane, &arguments);
        plane.down().ok();
    };
    counts("2", "1");
    let fresh = run(&binary, &workload, &state, &["--fresh"]);
    for name in CACHEABLE {
        let after = step(&fresh, name);
        assert_eq!(after["status"], "ok", "{after:#}");
        assert_ne!(after["jobs"], step(&first, name)["jobs"]);
    }
    assert_eq!(
        fresh["test"], first["test"],
        "the same data and seed give the same scores"
    );
    counts("3", "2");
}

#[test]
fn a_change_reruns_what_reads_it_and_nothing_else() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    run(&binary, &workload, &state, &[]);
    let workload = workload.with("select: { metric: f1_macro,", "select: { metric: roc_auc,");
    let document = run(&binary, &workload, &state, &[]);
    for (name, status) in [("Prepare", "hit"), ("Train", "hit"), ("Select", "ok")] {
        assert_eq!(step(&document, name)["status"], status, "{name}");
    }
    let workload = workload.with("rate: 50 /s", "rate: 60 /s");
    let document = run(&binary, &workload, &state, &[]);
    for name in CACHEABLE {
        let status = if name == "LoadTest" { "ok" } else { "hit" };
        assert_eq!(step(&document, name)["status"], status, "{name}");
    }
}

#[test]
fn what_was_found_costs_nothing() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let second = run(&binary, &workload, &state, &[]);
    assert!(number(&first["cost"]["usd"]) > 0.0);
    assert!(
        number(&second["cost"]["usd"]) < 1e-12,
        "{:#}",
        second["cost"]
    );
    let workload = workload.with("C: 1.0", "C: 0.1");
    let third = run(&binary, &workload, &state, &[]);
    let trained = step(&third, "Train");
    assert_eq!(trained["status"], "ok");
    let own = third["run"].as_str().unwrap();
    let jobs = third["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["jobs"].as_array().unwrap());
    let spent: f64 = jobs
        .filter(|job| job["job"].as_str().unwrap().contains(own))
        .map(|job| job["charge"]["amount"].as_str().unwrap())
        .map(|amount| amount.strip_suffix(" USD").unwrap().parse::<f64>().unwrap())
        .sum();
    assert!(
        (number(&third["cost"]["usd"]) - spent).abs() < 1e-9,
        "{spent} {:#}",
        third["cost"]
    );
}
