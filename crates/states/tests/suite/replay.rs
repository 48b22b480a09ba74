//! The interpreter is a function of its events: the same ones at the same times give the same bytes.

use proptest::prelude::*;
use serde_json::json;
use states::{Effect, Event, Execution, Machine, Start, Status, TaskId, TimerId};

use crate::driver::{Driver, EPOCH};

/// A machine with everything that waits: tasks, timers, retries with jitter, branches, iterations, a loop.
fn machine() -> Machine {
    let task = |end: bool| {
        let mut state = json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"token.$": "$$.Task.Token", "id.$": "States.UUID()", "n.$": "$$.State.RetryCount"},
            "TimeoutSeconds": 20,
            "HeartbeatSeconds": 7,
            "ResultPath": "$.result",
            "Retry": [
                {"ErrorEquals": ["Flaky"], "JitterStrategy": "FULL", "MaxAttempts": 2},
                {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1},
            ],
        });
        if end {
            state["End"] = json!(true);
        }
        state
    };
    let mut caught = task(false);
    caught["Catch"] =
        json!([{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Pause"}]);
    caught["Next"] = json!("Pause");
    let definition = json!({
        "StartAt": "Both",
        "TimeoutSeconds": 600,
        "States": {
            "Both": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "Call", "States": {
                        "Call": caught, "Pause": {"Type": "Wait", "Seconds": 3, "End": true}}},
                    {"StartAt": "Each", "States": {"Each": {
                        "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2,
                        "ItemProcessor": {"StartAt": "Item", "States": {"Item": task(true)}},
                        "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value"},
                        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}], "End": true}}},
                ],
                "ResultPath": "$.both",
                "Next": "Again",
            },
            "Again": {"Type": "Choice", "Default": "Done", "Choices": [
                {"Variable": "$.both[0].error", "IsPresent": true, "Next": "Forget"}]},
            "Forget": {"Type": "Pass", "Parameters": {"items.$": "$.items"}, "Next": "Both"},
            "Done": {"Type": "Succeed"},
        },
    });
    Machine::parse(&definition.to_string()).unwrap()
}

/// Turns two random bytes into something that may happen, sensible or not.
fn happen(driver: &mut Driver<'_>, what: u8, which: u8) {
    let live: Vec<TaskId> = driver.tasks.keys().copied().collect();
    let stale = TaskId(u64::from(which % 7));
    let task = live
        .get(usize::from(which) % live.len().max(1))
        .copied()
        .unwrap_or(stale);
    let event = match what % 16 {
        0..=3 => {
            driver.fire_next();
            return;
        }
        4 => Event::TimerFired {
            timer: TimerId(u64::from(which % 9)),
        },
        5 => Event::TaskStarted { task },
        6 => Event::ActivityStarted {
            task,
            worker: Some("w".into()),
        },
        7 => Event::TaskSubmitted {
            task,
            output: json!({"which": which}),
        },
        8..=10 => Event::TaskSucceeded {
            task,
            output: json!([which, null, 0.1]),
        },
        11 => Event::TaskFailed {
            task,
            error: "Flaky".into(),
            cause: None,
        },
        12 => Event::TaskFailed {
            task,
            error: "Other".into(),
            cause: Some("c".into()),
        },
        13 => Event::TaskHeartbeat { task },
        14 => Event::TaskSucceeded {
            task: stale,
            output: json!("late"),
        },
        _ if which > 250 => Event::Stop {
            error: None,
            cause: None,
        },
        _ => Event::TaskStarted { task: stale },
    };
    if let Event::TimerFired { timer } = event {
        driver.timers.remove(&timer);
    }
    driver.now += i64::from(which);
    driver.send(event);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn replaying_the_events_gives_the_same_bytes(
        seed: u64,
        script in proptest::collection::vec((any::<u8>(), any::<u8>()), 0..80),
    ) {
        let machine = machine();
        let start = Start { input: json!({"items": [1, null, "x"]}), seed, ..Start::default() };
        let mut driver = Driver::start(&machine, start.clone());
        for (what, which) in script {
            happen(&mut driver, what, which);
        }
        let (mut execution, first) = Execution::start(&machine, start, EPOCH);
        let mut outcomes = vec![first];
        for (event, now) in &driver.events {
            outcomes.push(execution.advance(&machine, event.clone(), *now));
        }
        prop_assert_eq!(&outcomes, &driver.outcomes);
        prop_assert_eq!(
            serde_json::to_string(&execution).unwrap(),
            serde_json::to_string(&driver.execution).unwrap()
        );
        if *execution.status() != Status::Running {
            prop_assert!(driver.timers.is_empty() && driver.tasks.is_empty());
        }
    }
}

#[test]
fn what_is_not_live_changes_nothing() {
    let machine = machine();
    let start = Start {
        input: json!({"items": []}),
        ..Start::default()
    };
    let (mut execution, outcome) = Execution::start(&machine, start, 0);
    assert!(
        outcome
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::RunTask { .. }))
    );
    let before = execution.clone();
    for event in [
        Event::TaskSucceeded {
            task: TaskId(9),
            output: json!(1),
        },
        Event::TaskFailed {
            task: TaskId(0),
            error: "E".into(),
            cause: None,
        },
        Event::TimerFired { timer: TimerId(99) },
        Event::TaskHeartbeat { task: TaskId(9) },
    ] {
        assert_eq!(
            execution.advance(&machine, event, 5),
            states::Outcome::default()
        );
    }
    assert_eq!(execution, before);
}

#[test]
fn tokens_are_unlike_and_stay_the_same() {
    let tokens = |seed| {
        let machine = machine();
        let start = Start {
            input: json!({"items": [1, 2]}),
            seed,
            ..Start::default()
        };
        let (_, outcome) = Execution::start(&machine, start, 0);
        let tokens: Vec<String> = outcome
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::RunTask {
                    token, parameters, ..
                } => {
                    assert_eq!(&parameters["token"], token);
                    Some(token.clone())
                }
                _ => None,
            })
            .collect();
        tokens
    };
    let first = tokens(1);
    assert_eq!(first.len(), 3);
    assert!(first[0] != first[1] && first[1] != first[2]);
    assert_eq!(first, tokens(1));
    assert_ne!(first, tokens(2));
}
