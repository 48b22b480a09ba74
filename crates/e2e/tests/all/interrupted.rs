//! Ctrl-C during a run: jobs end, the exit code is 130, the next run continues the same one.

use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Running, Scratch, Workload, processes_of, until};
use rustix::process::Signal;
use serde_json::Value;

/// Starts a run and waits until a job of this name is under way.
pub(crate) fn at_job(binary: &Binary, workload: &Workload, state: &Path, job: &str) -> Running {
    let running = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(state)
        .start();
    until(job, Duration::from_secs(30), || {
        let status = binary.verb(["status", "--json"]).state(state).run();
        let jobs = if status.code == Some(0) {
            status.json()["jobs"].clone()
        } else {
            Value::Null
        };
        let listed = jobs.as_array().into_iter().flatten();
        listed
            .filter_map(Value::as_str)
            .any(|name| name.contains(job))
    });
    running
}

fn runs(binary: &Binary, state: &Path) -> Vec<(String, String)> {
    let status = binary
        .verb(["status", "--json"])
        .state(state)
        .run()
        .ok()
        .json();
    let text = |run: &Value, member: &str| run[member].as_str().unwrap().to_owned();
    let runs = status["runs"].as_array().unwrap();
    runs.iter()
        .map(|run| (text(run, "run"), text(run, "status")))
        .collect()
}

#[test]
fn ctrl_c_stops_the_jobs_and_the_next_run_continues() {
    for signal in [Signal::INT, Signal::TERM] {
        let (binary, scratch) = (Binary::find(), Scratch::new());
        let (workload, state) = (scratch.workload(), scratch.state());
        let running = at_job(&binary, &workload, &state, "-loadtest-");
        running.signal(signal);
        let interrupted = running.finish(Duration::from_secs(20));
        interrupted.fails(130, &["interrupted", "the same command continues"]);
        until("the jobs end", Duration::from_secs(5), || {
            processes_of(&state).is_empty()
        });
        let before = runs(&binary, &state);
        assert_eq!(before.len(), 1);
        assert_eq!(before[0].1, "running");
        let again = binary
            .verb(["run"])
            .arg(&workload.folder)
            .state(&state)
            .run()
            .ok();
        assert!(
            again.stderr.contains("continuing the run"),
            "{}",
            again.stderr
        );
        assert!(again.stderr.contains(&before[0].0), "{}", again.stderr);
        assert_eq!(
            runs(&binary, &state),
            [(before[0].0.clone(), "succeeded".to_owned())]
        );
    }
}

#[test]
fn ctrl_c_before_the_run_began_says_so() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let running = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .start();
    until("the plane starts", Duration::from_secs(10), || {
        state.join("lock").exists()
    });
    running.signal(Signal::INT);
    let interrupted = running.finish(Duration::from_secs(20));
    interrupted.fails(130, &["interrupted: ", "the same command"]);
    until("nothing is left", Duration::from_secs(5), || {
        processes_of(&state).is_empty()
    });
    let again = binary.verb(["run"]).arg(&workload.folder).state(&state);
    again.run().ok();
    assert_eq!(runs(&binary, &state).len(), 1);
}

#[test]
fn a_second_ctrl_c_ends_at_once_with_all_jobs() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let running = at_job(&binary, &workload, &state, "-loadtest-");
    running.signal(Signal::INT);
    running.signal(Signal::INT);
    let interrupted = running.finish(Duration::from_secs(3));
    interrupted.fails(130, &["interrupted", "the same command continues"]);
    until("the jobs end", Duration::from_secs(5), || {
        processes_of(&state).is_empty()
    });
    let again = binary.verb(["run"]).arg(&workload.folder).state(&state);
    again.run().ok();
    assert_eq!(runs(&binary, &state).len(), 1);
}

#[test]
fn a_changed_workload_replaces_the_interrupted_run() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let running = at_job(&binary, &workload, &state, "-loadtest-");
    running.signal(Signal::INT);
    running.finish(Duration::from_secs(20)).fails(130, &[]);
    let workload = workload.with("for: 2 s", "for: 100 ms");
    let again = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok();
    assert!(
        again.stderr.contains("the workload changed"),
        "{}",
        again.stderr
    );
    let mut statuses: Vec<String> = runs(&binary, &state).into_iter().map(|run| run.1).collect();
    statuses.sort();
    assert_eq!(statuses, ["aborted", "succeeded"]);
}

#[test]
fn ctrl_c_leaves_a_run_on_the_plane_of_another_alone() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let plane = e2e::Plane::up(&binary, &state);
    let running = at_job(&binary, &workload, &state, "-loadtest-");
    running.signal(Signal::INT);
    running
        .finish(Duration::from_secs(20))
        .fails(130, &["interrupted", "goes on"]);
    until("the run ends by itself", Duration::from_secs(20), || {
        runs(&binary, &state)[0].1 == "succeeded"
    });
    plane.down().ok();
}

#[test]
fn the_end_of_the_plane_under_a_run_is_told() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let plane = e2e::Plane::up(&binary, &state);
    let running = at_job(&binary, &workload, &state, "-loadtest-");
    plane.down().ok();
    let finished = running.finish(Duration::from_secs(30));
    finished.fails(
        3,
        &[
            "error[P0305]",
            "ended during the run",
            "the same command continues",
        ],
    );
    assert_eq!(runs(&binary, &state)[0].1, "running");
    binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok();
    assert_eq!(runs(&binary, &state).len(), 1);
}
