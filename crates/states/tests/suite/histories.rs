//! Whole histories: which events AWS records, in which order, and which event each one points at.
//!
//! `data/histories.json` is a list of scripts. A step is one of `start`, `worker`, `submit`, `succeed`, `fail`,
//! `heartbeat` (of a task, by number), `fire` (the next timer), `wait` (milliseconds) or `stop`. An event of the
//! history is written `ID<PREVIOUS TYPE`, with the details behind it where they matter.

use serde_json::Value;
use states::{Event, HistoryEvent, Machine, Start, Status, TaskId};

use crate::driver::{self, Driver};

#[test]
fn scripts_give_the_histories_that_aws_records() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/histories.json");
    let scripts: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(!scripts.is_empty());
    let wrong: Vec<String> = scripts
        .iter()
        .filter_map(|script| run(script).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn run(script: &Value) -> Result<(), String> {
    let name = script["name"].as_str().unwrap();
    let machine =
        Machine::parse(&script["definition"].to_string()).map_err(|p| format!("{name}: {p:?}"))?;
    let start = Start {
        input: script["input"].clone(),
        seed: 1,
        ..Start::default()
    };
    let mut driver = Driver::start(&machine, start);
    for step in script["script"].as_array().unwrap() {
        perform(&mut driver, step);
    }
    let shown: Vec<String> = driver.history.iter().map(show).collect();
    let expected: Vec<String> = script["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    let matches = |(line, wanted): (&String, &String)| line.starts_with(wanted.as_str());
    if shown.len() != expected.len() || !shown.iter().zip(&expected).all(matches) {
        return Err(format!(
            "{name}: expected\n{}\ngot\n{}",
            expected.join("\n"),
            shown.join("\n")
        ));
    }
    let status = match driver.execution.status() {
        Status::Running => "running".to_owned(),
        Status::Succeeded { output } => format!("succeeded {output}"),
        Status::Failed { error, .. } => format!("failed {}", error.as_deref().unwrap_or("-")),
        Status::TimedOut { error, .. } => format!("timed out {}", error.as_deref().unwrap_or("-")),
        Status::Aborted { error, .. } => format!("aborted {}", error.as_deref().unwrap_or("-")),
    };
    if status != script["status"] {
        return Err(format!(
            "{name}: expected {}, got {status}",
            script["status"]
        ));
    }
    if let Some(millis) = script["millis"].as_i64()
        && driver.now - driver::EPOCH != millis
    {
        return Err(format!("{name}: took {} ms", driver.now - driver::EPOCH));
    }
    Ok(())
}

fn perform(driver: &mut Driver<'_>, step: &Value) {
    let (verb, argument) = step.as_object().unwrap().iter().next().unwrap();
    let task = TaskId(argument.as_u64().unwrap_or_default());
    let text = |key: &str| step[key].as_str().map(str::to_owned);
    let event = match verb.as_str() {
        "fire" => {
            assert!(driver.fire_next());
            return;
        }
        "wait" => {
            driver.now += argument.as_i64().unwrap();
            return;
        }
        "start" => Event::TaskStarted { task },
        "worker" => Event::ActivityStarted {
            task,
            worker: text("name"),
        },
        "submit" => Event::TaskSubmitted {
            task,
            output: step["output"].clone(),
        },
        "succeed" => Event::TaskSucceeded {
            task,
            output: step["output"].clone(),
        },
        "fail" => Event::TaskFailed {
            task,
            error: text("error").unwrap_or_default(),
            cause: text("cause"),
        },
        "heartbeat" => Event::TaskHeartbeat { task },
        "stop" => Event::Stop {
            error: text("error"),
            cause: text("cause"),
        },
        other => panic!("no such step: {other}"),
    };
    driver.send(event);
}

/// `ID<PREVIOUS TYPE {details}`
fn show(event: &HistoryEvent) -> String {
    let json = event.to_json();
    let details = json
        .as_object()
        .unwrap()
        .iter()
        .find(|(key, _)| key.ends_with("EventDetails"));
    let details = details
        .map(|(_, value)| value.to_string())
        .unwrap_or_default();
    format!(
        "{}<{} {} {details}",
        event.id,
        event.previous_event_id,
        event.event_type()
    )
}
