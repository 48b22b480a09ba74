//! What happens at the limits.

use serde_json::{Value, json};
use states::{Effect, Event, Execution, Machine, Start, Status, TaskId};

use crate::driver::{Driver, EPOCH};

const DATA_BYTES: usize = 262_144;

fn machine(definition: &Value) -> Machine {
    Machine::parse(&definition.to_string()).unwrap()
}

fn error(status: &Status) -> (&str, &str) {
    match status {
        Status::Failed {
            error: Some(error),
            cause: Some(cause),
        } => (error, cause),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_event_that_ends_a_full_history_is_the_last_that_fits() {
    let machine = machine(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}));
    let (execution, outcome) = Execution::start(&machine, Start::default(), 0);
    assert_eq!(outcome.history.len(), 25_000);
    let last = outcome.history.last().unwrap();
    assert_eq!((last.id, last.event_type()), (25_000, "ExecutionFailed"));
    let cause = "The execution reached the maximum number of history events (25000).";
    assert_eq!(error(execution.status()), ("States.Runtime", cause));
    assert_eq!(outcome.effects, []);
}

#[test]
fn a_full_history_leaves_no_task_behind() {
    let machine = machine(
        &json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
        "StartAt": "P", "States": {
            "P": {"Type": "Pass", "Next": "Q"},
            "Q": {"Type": "Choice", "Default": "P", "Choices": [
                {"Variable": "$$.Map.Item.Index", "NumericEquals": 0, "Next": "T"}]},
            "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}, "End": true}}}),
    );
    let start = Start {
        input: json!([0, 1]),
        ..Start::default()
    };
    let (execution, outcome) = Execution::start(&machine, start, 0);
    assert_eq!(outcome.history.len(), 25_000);
    assert_eq!(error(execution.status()).0, "States.Runtime");
    assert_eq!(
        outcome.effects,
        [],
        "what was asked for in this step is taken back"
    );
}

#[test]
fn data_over_the_limit_ends_the_execution_and_nothing_catches_it() {
    let machine = machine(&json!({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}]},
        "D": {"Type": "Succeed"}}}));
    for (length, fits) in [(DATA_BYTES - 2, true), (DATA_BYTES - 1, false)] {
        let mut driver = Driver::start(&machine, Start::default());
        driver.send(Event::TaskSucceeded {
            task: TaskId(1),
            output: json!("x".repeat(length)),
        });
        if fits {
            assert!(matches!(
                driver.execution.status(),
                Status::Succeeded { .. }
            ));
            continue;
        }
        let cause = "The state/task 'T' returned a result with a size exceeding the maximum number of bytes service limit.";
        assert_eq!(
            error(driver.execution.status()),
            ("States.DataLimitExceeded", cause)
        );
        let types: Vec<&str> = driver
            .history
            .iter()
            .map(states::HistoryEvent::event_type)
            .collect();
        assert_eq!(types[3..], ["TaskStarted", "TaskFailed", "ExecutionFailed"]);
    }
}

#[test]
fn a_short_template_cannot_make_much_of_a_long_input() {
    let fields: Value = (0..5000)
        .map(|n| (format!("f{n}.$"), json!("$")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let machine = machine(
        &json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "Parameters": fields, "End": true}}}),
    );
    let start = Start {
        input: json!(vec![1; 100_000]),
        ..Start::default()
    };
    let (execution, _) = Execution::start(&machine, start, 0);
    assert_eq!(error(execution.status()).0, "States.DataLimitExceeded");
}

#[test]
fn a_step_that_moves_much_data_goes_on_in_the_next() {
    let machine = machine(&json!({"StartAt": "Add", "States": {
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "t.$": "$.t"}, "Next": "Enough"},
        "Enough": {"Type": "Choice", "Default": "Add", "Choices": [
            {"Variable": "$.n", "NumericGreaterThanEquals": 100, "Next": "Done"}]},
        "Done": {"Type": "Succeed", "OutputPath": "$.n"}}}));
    let start = Start {
        input: json!({"n": 0, "t": "x".repeat(200_000)}),
        ..Start::default()
    };
    let mut driver = Driver::start(&machine, start);
    assert_eq!(*driver.execution.status(), Status::Running);
    assert!(driver.outcomes[0].effects.contains(&Effect::SetTimer {
        timer: states::TimerId(2),
        at: EPOCH
    }));
    let mut steps = 1;
    while *driver.execution.status() == Status::Running {
        assert!(driver.fire_next());
        steps += 1;
    }
    assert_eq!(
        *driver.execution.status(),
        Status::Succeeded { output: json!(100) }
    );
    // 400 events of 200 kB in steps of 16 MiB.
    assert!((4..8).contains(&steps), "{steps}");
    assert_eq!(driver.now, EPOCH);
    assert_eq!(driver.history.len(), 404);
}

#[test]
fn at_most_forty_iterations_run_at_once() {
    let machine = machine(
        &json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
        "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}, "End": true}}}),
    );
    let start = Start {
        input: json!(vec![0; 90]),
        ..Start::default()
    };
    let driver = Driver::start(&machine, start);
    assert_eq!(driver.timers.len(), 41);
    let run = driver.finish();
    assert_eq!(run.seconds.to_string(), "3");
    assert_eq!(
        run.status,
        Status::Succeeded {
            output: json!(vec![0; 90])
        }
    );
}

#[test]
fn a_finished_branch_keeps_nothing_but_its_output() {
    let machine = machine(
        &json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "small", "End": true}}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "InputPath": "$.s", "End": true}}}],
        "Parameters": {"s": "s", "t.$": "$.t"}, "ResultPath": null, "End": true}}}),
    );
    let start = Start {
        input: json!({"t": "x".repeat(10_000)}),
        ..Start::default()
    };
    let driver = Driver::start(&machine, start);
    let bytes = serde_json::to_string(&driver.execution).unwrap().len();
    // The input of the execution, of the Parallel state and of the one branch that is left.
    assert!((30_000..32_000).contains(&bytes), "{bytes}");
}

#[test]
fn data_is_nested_to_a_limit() {
    let machine = machine(&json!({"StartAt": "S", "States": {
        "S": {"Type": "Pass", "Parameters": {"r.$": "States.Array($)"}, "Next": "S2"},
        "S2": {"Type": "Pass", "Next": "S"}}}));
    let (execution, outcome) = Execution::start(&machine, Start::default(), 0);
    assert_eq!(error(execution.status()).0, "States.DataLimitExceeded");
    // Each round adds two levels to the one of the input.
    assert_eq!(outcome.history.len(), 1 + 49 * 4 + 2);
}

#[test]
fn a_deep_input_fails_and_the_execution_stays_readable() {
    let nested = |levels: usize| -> Value { (0..levels).fold(json!(1), |value, _| json!([value])) };
    let machine = machine(&json!({"StartAt": "W", "States": {
        "W": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "X", "States": {"X": {"Type": "Wait", "Seconds": 1, "End": true}}},
            {"StartAt": "Y", "States": {"Y": {"Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "Z", "States": {"Z": {"Type": "Wait", "Seconds": 2, "End": true}}}}}}]}}}));
    let driver = Driver::start(
        &machine,
        Start {
            input: nested(100),
            ..Start::default()
        },
    );
    assert_eq!(error(&driver.finish().status).0, "States.DataLimitExceeded");
    let driver = Driver::start(
        &machine,
        Start {
            input: nested(99),
            ..Start::default()
        },
    );
    assert!(matches!(driver.finish().status, Status::Succeeded { .. }));
    let driver = Driver::start(
        &machine,
        Start {
            input: nested(120),
            ..Start::default()
        },
    );
    assert_eq!(
        error(driver.execution.status()).0,
        "States.DataLimitExceeded"
    );
}
