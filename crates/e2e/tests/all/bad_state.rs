//! A state folder or a port that cannot be had: exit 3, and who or what is in the way.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Plane, Python, Scratch, processes_of, until};
use rustix::process::Signal;

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = scratch.workload();
    fs::write(scratch.path("file"), "").unwrap();
    // Permissions do not bind root; a file in the way and a file system of the kernel's bind everybody.
    for state in [
        scratch.path("file/state"),
        Path::new("/proc/plimsoll").to_owned(),
    ] {
        let words = ["error[P0301]", &*state.display().to_string(), "hint"];
        binary
            .verb(["run"])
            .arg(&workload.folder)
            .state(&state)
            .run()
            .fails(3, &words);
        binary
            .verb(["up", "--port", "0"])
            .state(&state)
            .run()
            .fails(3, &words);
        let detached = binary
            .verb(["up", "--port", "0", "--detach"])
            .state(&state)
            .run();
        detached.fails(3, &[&*state.display().to_string()]);
        binary
            .verb(["status"])
            .state(&state)
            .run()
            .fails(2, &["error[P0306]", "there is no state"]);
    }
}

#[test]
fn a_port_in_use_is_named_with_its_holder() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let pid = std::process::id().to_string();
    for flags in [
        &["up", "--port", &port][..],
        &["up", "--detach", "--port", &port],
    ] {
        let refused = binary
            .verb(flags.iter().copied())
            .state(&scratch.state())
            .run();
        refused.fails(3, &["error[P0302]", &port, "in use", &pid, "--port 0"]);
    }
    assert_eq!(processes_of(&scratch.state()), []);
    drop(listener);
    let plane = binary
        .verb(["up", "--port", &port])
        .state(&scratch.state())
        .start();
    until("the port is free again", Duration::from_secs(20), || {
        plane.stdout().contains(&port)
    });
    plane.signal(Signal::TERM);
    plane.finish(Duration::from_secs(20)).ok();
}

#[test]
fn a_state_of_a_newer_version_is_left_alone() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    Plane::up(&binary, &state).down().ok();
    let words = [state.display().to_string()];
    let raised = Python::find().start("newer.py", &binary, &words);
    raised.finish(Duration::from_secs(20)).ok();
    for arguments in [
        &["run"][..],
        &["up", "--port", "0"],
        &["status"],
        &["events"],
        &["predict"],
    ] {
        let verb = binary.verb(arguments.iter().copied());
        let verb = if arguments == ["run"] {
            verb.arg(&workload.folder)
        } else {
            verb
        };
        verb.state(&state)
            .run()
            .fails(3, &["error[P0303]", "layout 99", "--state"]);
    }
}

#[test]
fn a_state_held_by_another_process_is_named() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let plane = Plane::up(&binary, &state);
    let pid = format!("process {}", plane.pid());
    let second = binary.verb(["up", "--port", "0"]).state(&state).run();
    second.fails(3, &["error[P0304]", "is held by", &pid, "--state"]);
    plane.down().ok();
    // A holder that has not said who it is and where it listens.
    let lock = File::options()
        .write(true)
        .open(state.join("lock"))
        .unwrap();
    lock.lock().unwrap();
    let run = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run();
    run.fails(3, &["error[P0304]", "is held by another process"]);
    drop(lock);
    Plane::up(&binary, &state).down().ok();
}

#[test]
fn what_a_killed_owner_left_does_not_block_the_next() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let state = scratch.state();
    let plane = binary.verb(["up", "--port", "0"]).state(&state).start();
    until("the plane is up", Duration::from_secs(20), || {
        state.join("plane.json").exists()
    });
    plane.signal(Signal::KILL);
    assert_eq!(plane.finish(Duration::from_secs(5)).code, Some(137));
    let gone = binary.verb(["env"]).state(&state).run();
    gone.fails(3, &["error[P0305]", "no plane is up"]);
    let status = binary
        .verb(["status", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(status["plane"], serde_json::Value::Null);
    binary.verb(["down"]).state(&state).run().ok();
    Plane::up(&binary, &state).down().ok();
}

#[test]
fn verbs_without_a_state_say_so() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    for arguments in [&["status"][..], &["logs"], &["events"], &["predict"]] {
        let verb = binary
            .verb(arguments.iter().copied())
            .state(&scratch.state());
        verb.run().fails(2, &["error[P0306]", "there is no state"]);
    }
    binary
        .verb(["env"])
        .state(&scratch.state())
        .run()
        .fails(3, &["error[P0305]"]);
    assert!(!scratch.state().exists(), "verbs that read make nothing");
}
