//! Whose plane it is: joined, detached, kept.

use std::fs;
use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Plane, Scratch, eventually, processes_of, until};
use rustix::process::Signal;
use serde_json::Value;

#[test]
fn a_run_joins_the_plane_that_is_up() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let plane = Plane::up(&binary, &state);
    let joined = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok();
    assert!(joined.stderr.contains(plane.url()), "{}", joined.stderr);
    let status = binary
        .verb(["status", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(status["plane"], plane.url());
    assert_eq!(status["endpoints"][0]["status"], "InService");
    let rows = "63,1,1,145,233,1,2,150,0,2.3,3,0,6\n";
    let first = binary
        .verb(["predict"])
        .input(rows)
        .state(&state)
        .run()
        .ok()
        .stdout;
    assert!(
        !processes_of(&state).is_empty(),
        "the endpoint lives on with the plane"
    );
    plane.down().ok();
    until(
        "the endpoint ends with the plane",
        Duration::from_secs(5),
        || processes_of(&state).is_empty(),
    );
    let again = Plane::up(&binary, &state);
    let second = binary
        .verb(["predict"])
        .input(rows)
        .state(&state)
        .run()
        .ok()
        .stdout;
    assert_eq!(second, first, "a new plane serves the same endpoint");
    again.down().ok();
}

#[test]
fn two_runs_at_once_are_one() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let first = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .start();
    until(
        "the first run is under way",
        Duration::from_secs(20),
        || {
            let status = binary.verb(["status", "--json"]).state(&state).run();
            status.code == Some(0) && status.json()["runs"][0]["status"] == "running"
        },
    );
    let second = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok();
    let first = first.finish(Duration::from_secs(30)).ok();
    let (first, second) = (first.json(), second.json());
    assert_eq!(second["run"], first["run"]);
    for member in ["status", "test", "package", "batch"] {
        assert_eq!(second[member], first[member], "{member}");
    }
    let status = binary
        .verb(["status", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn a_detached_plane_lives_until_down() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let state = scratch.state();
    let up = binary
        .verb(["up", "--detach", "--port", "0", "--json"])
        .state(&state)
        .run()
        .ok();
    let url = up.events()[0]["url"].clone();
    let exports = binary.verb(["env"]).state(&state).run().ok().stdout;
    let wanted = format!("export AWS_ENDPOINT_URL={}\n", url.as_str().unwrap());
    assert!(exports.contains(&wanted), "{exports}");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] {
        assert!(exports.contains(&format!("export {name}=")), "{exports}");
    }
    let owner = fs::read_to_string(state.join("plane.json")).unwrap();
    let owner: Value = serde_json::from_str(&owner).unwrap();
    let pid = owner["pid"].as_u64().unwrap();
    assert!(Path::new(&format!("/proc/{pid}")).exists());
    binary.verb(["down"]).state(&state).run().ok();
    assert!(!state.join("plane.json").exists());
    until("the plane is gone", Duration::from_secs(5), || {
        processes_of(&state).is_empty()
    });
    binary.verb(["down"]).state(&state).run().ok();
    let gone = binary.verb(["env"]).state(&state).run();
    gone.fails(3, &["error[P0305]", "no plane is up"]);
}

#[test]
fn keep_leaves_the_plane_up_until_it_is_interrupted() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let kept = binary
        .verb(["run", "--keep"])
        .arg(&workload.folder)
        .state(&state)
        .start();
    let stays = || kept.stderr().contains("the plane stays up").then_some(());
    let stays = eventually(Duration::from_secs(30), stays);
    assert!(stays.is_some(), "{}", kept.stderr());
    let status = binary
        .verb(["status", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(status["endpoints"][0]["status"], "InService");
    assert!(status["plane"].is_string(), "{status:#}");
    kept.signal(Signal::INT);
    kept.finish(Duration::from_secs(20)).ok();
    until(
        "all processes end with the plane",
        Duration::from_secs(5),
        || processes_of(&state).is_empty(),
    );
}
