//! `kill -9` of the binary after event N of a run, for every N: the same command finishes the run, nothing that was
//! committed is lost or done twice, and no process is left.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use e2e::{Binary, Python, Scratch};
use serde_json::Value;

/// Crashes side by side: they mostly wait, so that there are more than processors.
const LANES: u64 = 4;
/// Time of a lane; a crash takes about two seconds.
const LIMIT: Duration = Duration::from_mins(12);

#[test]
fn a_crash_after_every_event_is_recovered() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = scratch.workload().short();
    let started = Instant::now();
    let state = scratch.state();
    let whole = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok()
        .json();
    let events = binary
        .verb(["events", "--json"])
        .state(&state)
        .run()
        .ok()
        .events()
        .len() as u64;
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let words = [
                workload.folder.display().to_string(),
                scratch.path("").display().to_string(),
                lane.to_string(),
                LANES.to_string(),
                (events - 1).to_string(),
            ];
            Python::find().start("crash.py", &binary, &words)
        })
        .collect();
    let mut crashes: Vec<Value> = Vec::new();
    for lane in lanes {
        crashes.extend(lane.finish(LIMIT).ok().events());
    }
    let failures: Vec<String> = crashes
        .iter()
        .filter_map(|crash| fault(crash, &whole))
        .collect();
    println!("{}", figures(&crashes, events, started.elapsed()));
    assert!(
        failures.is_empty(),
        "{} crashes:\n{}",
        failures.len(),
        failures.join("\n")
    );
    let tried: BTreeSet<u64> = crashes
        .iter()
        .map(|crash| crash["n"].as_u64().unwrap())
        .collect();
    assert_eq!(tried, (0..events).collect());
    let killed = crashes
        .iter()
        .filter(|crash| crash["killed"] == true)
        .count() as u64;
    // Runs differ by a few events, since the endpoint is looked at until it is in service.
    assert!(
        killed + 10 >= events,
        "only {killed} of {events} were killed in time"
    );
}

/// What does not hold of one crash, if anything.
fn fault(crash: &Value, whole: &Value) -> Option<String> {
    let none = Value::Array(Vec::new());
    let mut faults = Vec::new();
    for (member, expected) in [
        ("code", &Value::from(0)),
        ("again", &none),
        ("lost", &none),
        ("changed", &none),
        ("unreadable", &none),
        ("survivors", &none),
        ("gaps", &none),
        ("overlaps", &Value::from(0)),
        ("packages", &Value::from(1)),
        ("status", &Value::from("succeeded")),
        ("test", &whole["test"]["scores"]),
    ] {
        if crash[member] != *expected {
            faults.push(format!("{member}: {}, expected {expected}", crash[member]));
        }
    }
    // What was under way is continued. Only after a run that has ended does another one begin: it had ended before the
    // kill, or, where little was left, the plane that started finished it before the command looked.
    let runs = crash["runs"].as_array().map_or(0, Vec::len) as u64;
    let least = crash["ended"].as_u64().unwrap_or(0) + 1;
    if !(least..=2).contains(&runs) {
        faults.push(format!("runs: {}, expected {least} or 2", crash["runs"]));
    }
    (!faults.is_empty()).then(|| {
        let text = crash["stderr"].as_str().unwrap_or_default();
        format!("after event {}: {}\n{text}", crash["n"], faults.join("; "))
    })
}

/// What was done, in one line.
fn figures(crashes: &[Value], events: u64, took: Duration) -> String {
    let places: BTreeSet<u64> = crashes
        .iter()
        .filter_map(|crash| crash["last"].as_u64())
        .collect();
    let mut seconds: Vec<f64> = crashes
        .iter()
        .filter_map(|c| c["seconds"].as_f64())
        .collect();
    seconds.sort_by(f64::total_cmp);
    let median = seconds.get(seconds.len() / 2).copied().unwrap_or_default();
    format!(
        "{} crashes in a run of {events} events, at {} different places, {median:.2} s each (median), {:.0} s in all",
        crashes.len(),
        places.len(),
        took.as_secs_f64()
    )
}
