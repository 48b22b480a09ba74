//! The SageMaker SDK for Python, unmodified, in both of its major versions.

use e2e::{Binary, Plane, Python, Scratch};

#[track_caller]
fn check(python: &Python, script: &str) {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let plane = Plane::up(&binary, &scratch.state());
    let workload = scratch.workload();
    python.check(script, &plane, &[&workload.folder]);
    plane.down().ok();
}

#[test]
fn version_2() {
    check(&Python::of("PLIMSOLL_PYTHON_SDK2"), "sdk2.py");
}

#[test]
fn version_2_tunes() {
    check(&Python::of("PLIMSOLL_PYTHON_SDK2"), "tuner.py");
}

#[test]
fn tuning_jobs_that_others_defined() {
    check(&Python::of("PLIMSOLL_PYTHON_SDK2"), "held.py");
}

#[test]
fn version_3() {
    check(&Python::of("PLIMSOLL_PYTHON_SDK3"), "sdk3.py");
}

#[test]
fn the_notebook_of_the_examples() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    // What the notebook trains by itself and what its jobs train are the same in the same Python.
    let python = Python::of("PLIMSOLL_PYTHON_SDK2");
    let plane = Plane::with_python(&binary, &scratch.state(), &python);
    let examples = scratch.example(".").folder;
    let notebook = examples.join("notebook.ipynb");
    python.check("notebook.py", &plane, &[&examples, &notebook]);
    plane.down().ok();
}
