//! `gc`: what nothing needs goes, what something needs stays, whenever it is killed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Plane, Scratch, Workload, until};
use rustix::process::Signal;
use serde_json::Value;

use super::document::{CACHEABLE, run, step};

/// Three runs, of which the last is the workload as it stands.
fn three_runs(binary: &Binary, scratch: &Scratch) -> Workload {
    let (workload, state) = (scratch.workload().short(), scratch.state());
    run(binary, &workload, &state, &[]);
    let workload = workload.with("C: 1.0", "C: 0.5");
    run(binary, &workload, &state, &[]);
    let workload = workload.with("seed: 42", "seed: 43");
    run(binary, &workload, &state, &[]);
    workload
}

fn gc(binary: &Binary, state: &Path, flags: &[&str]) -> Value {
    let verb = binary.verb(["gc", "--json"]).state(state);
    flags.iter().fold(verb, e2e::Verb::arg).run().ok().json()
}

/// Everything that the last run made is found, and its model answers.
fn all_is_there(binary: &Binary, workload: &Workload, state: &Path) {
    let again = run(binary, workload, state, &[]);
    for name in CACHEABLE {
        assert_eq!(step(&again, name)["status"], "hit", "{name}: {again:#}");
    }
    let rows = workload.folder.join("data/new.csv");
    let predicted = binary.verb(["predict"]).arg(&rows).state(state).run().ok();
    assert_eq!(predicted.stdout.lines().count(), 20);
}

fn files(state: &Path) -> usize {
    let fans = fs::read_dir(state.join("objects")).unwrap();
    fans.map(|fan| fs::read_dir(fan.unwrap().path()).unwrap().count())
        .sum()
}

#[test]
fn what_old_runs_alone_needed_goes() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (three_runs(&binary, &scratch), scratch.state());
    let nothing = gc(
        &binary,
        &state,
        &["--older-than", "30 d", "--keep-runs", "10"],
    );
    assert_eq!(
        (&nothing["runs"], &nothing["objects"], &nothing["jobs"]),
        (&0.into(), &0.into(), &0.into()),
        "{nothing:#}"
    );
    let before = files(&state);
    let told = gc(&binary, &state, &["--keep-runs", "1", "--dry-run"]);
    assert_eq!(files(&state), before);
    let freed = gc(&binary, &state, &["--keep-runs", "1"]);
    assert_eq!(
        (&freed["schema"], &freed["runs"]),
        (&"plimsoll.gc/1".into(), &2.into())
    );
    for member in [
        "runs",
        "objects",
        "jobs",
        "step_entries",
        "log_events",
        "metric_points",
        "history_events",
        "contents",
        "content_bytes",
        "models",
    ] {
        assert_eq!(freed[member], told[member], "{member}");
        assert!(freed[member].as_u64() > Some(0), "{member}: {freed:#}");
    }
    let contents = usize::try_from(freed["contents"].as_u64().unwrap()).unwrap();
    assert_eq!(files(&state), before - contents);
    let status = binary
        .verb(["status", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
    all_is_there(&binary, &workload, &state);
    // What was removed is done again, and says so.
    let workload = workload.with("seed: 43", "seed: 42");
    let again = run(&binary, &workload, &state, &[]);
    assert_eq!(step(&again, "Prepare")["status"], "ok");
    let text = binary
        .verb(["gc", "--dry-run"])
        .state(&state)
        .run()
        .ok()
        .stdout;
    assert!(
        text.starts_with("would free ") && text.contains(" runs stay"),
        "{text}"
    );
}

#[test]
fn a_plane_that_is_up_collects_by_itself() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (three_runs(&binary, &scratch), scratch.state());
    let plane = Plane::up(&binary, &state);
    let freed = gc(&binary, &state, &["--keep-runs", "1"]);
    assert_eq!(freed["plane"], plane.url());
    assert_eq!(freed["runs"], 2);
    assert!(freed["contents"].as_u64() > Some(10), "{freed:#}");
    all_is_there(&binary, &workload, &state);
    plane.down().ok();
    all_is_there(&binary, &workload, &state);
}

#[test]
fn nothing_is_removed_while_a_run_is_under_way() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let running = super::interrupted::at_job(&binary, &workload, &state, "-loadtest-");
    let refused = || binary.verb(["gc", "--keep-runs", "0"]).state(&state).run();
    refused().fails(
        3,
        &["error[P0690]", "a run is under way", "nothing was removed"],
    );
    running.signal(Signal::INT);
    running.finish(Duration::from_secs(20)).fails(130, &[]);
    // Interrupted it is no obstacle, and keeps what it needs.
    assert_eq!(gc(&binary, &state, &["--keep-runs", "0"])["runs"], 0);
    let plane = Plane::up(&binary, &state);
    // The plane goes on with it, and nobody follows.
    refused().fails(3, &["error[P0690]", "is under way"]);
    plane.down().ok();
    let ended = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(step(&ended, "Prepare")["status"], "ok");
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_is_needed() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (mut workload, state) = (three_runs(&binary, &scratch), scratch.state());
    for (place, millis) in [5, 10, 15, 20, 30, 45, 70].into_iter().enumerate() {
        let running = binary
            .verb(["gc", "--keep-runs", "1"])
            .state(&state)
            .start();
        e2e::eventually::<()>(Duration::from_millis(millis), || None);
        running.signal(Signal::KILL);
        running.finish(Duration::from_secs(20));
        all_is_there(&binary, &workload, &state);
        // Something to remove the next time.
        let (old, new) = (
            format!("seed: {}", 43 + place),
            format!("seed: {}", 44 + place),
        );
        workload = workload.with(&old, &new);
        run(&binary, &workload, &state, &[]);
    }
    gc(&binary, &state, &["--keep-runs", "1"]);
    all_is_there(&binary, &workload, &state);
}

#[test]
fn a_state_that_is_not_there_and_wrong_quantities_are_told() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    binary
        .verb(["gc"])
        .state(&scratch.state())
        .run()
        .fails(2, &["error[P0306]"]);
    run(&binary, &scratch.workload().short(), &scratch.state(), &[]);
    for (flag, value) in [("--older-than", "30"), ("--max-size", "5 apples")] {
        binary
            .verb(["gc", flag, value])
            .state(&scratch.state())
            .run()
            .fails(2, &[flag]);
    }
    let over = gc(&binary, &scratch.state(), &["--max-size", "1 kB"]);
    assert!(over["bytes_over"].as_u64() > Some(0), "{over:#}");
    assert_eq!(over["runs"], 0, "the newest run is never removed");
    until("the state stays usable", Duration::from_secs(5), || {
        binary.verb(["status"]).state(&scratch.state()).run().code == Some(0)
    });
}
