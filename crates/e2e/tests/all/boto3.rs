//! Unmodified boto3 against the plane: the state of a run, and everything by hand.

use std::path::Path;

use e2e::{Binary, Plane, Python, Scratch};

/// Runs a script against a plane of its own.
#[track_caller]
fn check(script: &str) {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let plane = Plane::up(&binary, &scratch.state());
    let workload = scratch.workload();
    Python::find().check(script, &plane, &[&workload.folder]);
    plane.down().ok();
}

#[test]
fn the_state_of_a_run_is_what_boto3_finds() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let run = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok();
    let document = scratch.path("run.json");
    std::fs::write(&document, &run.stdout).unwrap();
    let plane = Plane::up(&binary, &state);
    let arguments: [&Path; 2] = [&workload.folder, &document];
    Python::find().check("run_state.py", &plane, &arguments);
    plane.down().ok();
}

#[test]
fn jobs() {
    check("jobs.py");
}

#[test]
fn serving() {
    check("serving.py");
}

#[test]
fn containers() {
    check("containers.py");
}

#[test]
fn scripts() {
    check("scripts.py");
}

#[test]
fn gateway() {
    check("gateway.py");
}

#[test]
fn s3() {
    check("s3.py");
}

#[test]
fn s3_buckets() {
    check("s3_buckets.py");
}

#[test]
fn cloudwatch() {
    check("cloudwatch.py");
}

#[test]
fn cloudformation() {
    check("cloudformation.py");
}

#[test]
fn states() {
    check("states.py");
}

#[test]
fn the_aws_cli() {
    check("command_line.py");
}

#[test]
fn identity() {
    check("identity.py");
}
