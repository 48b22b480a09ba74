//! Executions: started, listed, described, stopped.

use serde_json::{Value, json};

use super::{pass, wait};
use crate::services::request::{items, text};
use crate::simulation::bed::{Bed, EPOCH};

#[test]
fn a_name_is_one_execution_while_it_runs_and_taken_for_ninety_days() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &wait(60));
    let request = json!({"stateMachineArn": machine, "name": "r", "input": "{\"a\":1}"});
    let first = bed.ok("states", "StartExecution", &request);
    assert_eq!(bed.ok("states", "StartExecution", &request), first);
    let other = json!({"stateMachineArn": machine, "name": "r", "input": "{}"});
    let arn = text(&first, "executionArn").to_owned();
    let taken = (
        "ExecutionAlreadyExists".to_owned(),
        format!("Execution Already Exists: '{arn}'"),
    );
    assert_eq!(bed.refused("states", "StartExecution", &other), taken);
    assert!(bed.sleep() && bed.fire_due());
    assert_eq!(bed.refused("states", "StartExecution", &request), taken);
    bed.clock.advance_to(EPOCH + 91 * 86_400_000);
    bed.ok("states", "StartExecution", &other);
    assert_eq!(bed.described(&arn)["input"], "{}");
    assert_eq!(bed.history(&arn).len(), 2);
}

#[test]
fn executions_without_name_or_input_have_a_uuid_and_an_empty_object() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &pass());
    let started = bed.ok(
        "states",
        "StartExecution",
        &json!({"stateMachineArn": machine}),
    );
    let arn = text(&started, "executionArn").to_owned();
    let described = bed.described(&arn);
    assert_eq!(text(&described, "name").len(), 36);
    assert_eq!(
        (&described["input"], &described["output"]),
        (&json!("{}"), &json!("{}"))
    );
    assert_eq!(described["redriveStatus"], "NOT_REDRIVABLE");
    for input in ["{a", ""] {
        let request = json!({"stateMachineArn": machine, "input": input});
        let (code, message) = bed.refused("states", "StartExecution", &request);
        assert_eq!(code, "InvalidExecutionInput");
        assert!(
            message.starts_with("Invalid State Machine Execution Input: '"),
            "{message}"
        );
    }
    let (code, _) = bed.refused(
        "states",
        "DescribeExecution",
        &json!({"executionArn": format!("{arn}x")}),
    );
    assert_eq!(code, "ExecutionDoesNotExist");
    let (code, message) = bed.refused(
        "states",
        "DescribeExecution",
        &json!({"executionArn": machine}),
    );
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "InvalidArn",
            "Invalid Arn: 'Resource type not valid in this context: stateMachine'"
        )
    );
}

#[test]
fn history_is_paged_both_ways_and_can_leave_data_out() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &pass());
    let arn = bed.start(&machine, "r", &json!({"a": 1}));
    let mut ids = Vec::new();
    let mut token = Value::Null;
    for reverse in [false, true] {
        loop {
            let mut request =
                json!({"executionArn": arn, "maxResults": 3, "reverseOrder": reverse});
            if token.is_string() {
                request["nextToken"] = token.clone();
            }
            let page = bed.ok("states", "GetExecutionHistory", &request);
            ids.extend(
                items(&page, "events")
                    .iter()
                    .map(|event| event["id"].as_u64().unwrap()),
            );
            token = page["nextToken"].clone();
            if token.is_null() {
                break;
            }
        }
    }
    assert_eq!(ids, [1, 2, 3, 4, 4, 3, 2, 1]);
    let bare = bed.ok(
        "states",
        "GetExecutionHistory",
        &json!({"executionArn": arn, "includeExecutionData": false}),
    );
    assert_eq!(
        bare["events"][1]["stateEnteredEventDetails"],
        json!({"name": "S"})
    );
    let whole = bed.ok(
        "states",
        "GetExecutionHistory",
        &json!({"executionArn": arn}),
    );
    assert_eq!(
        whole["events"][1]["stateEnteredEventDetails"]["input"],
        "{\"a\":1}"
    );
    assert_eq!(whole["events"][1]["previousEventId"], 0);
    let (code, _) = bed.refused(
        "states",
        "GetExecutionHistory",
        &json!({"executionArn": arn, "nextToken": "x"}),
    );
    assert_eq!(code, "InvalidToken");
}

#[test]
fn executions_are_listed_newest_first_by_status() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &wait(60));
    for name in ["a", "b", "c"] {
        bed.start(&machine, name, &json!({}));
        bed.clock.advance_to(bed.clock_now() + 1000);
    }
    let stop = json!({"executionArn": "arn:aws:states:us-east-1:000000000000:execution:m:b", "error": "E", "cause": "C"});
    bed.ok("states", "StopExecution", &stop);
    let mut names = |status: Option<&str>| {
        let mut request = json!({"stateMachineArn": machine});
        if let Some(status) = status {
            request["statusFilter"] = status.into();
        }
        let page = bed.ok("states", "ListExecutions", &request);
        items(&page, "executions")
            .iter()
            .map(|one| text(one, "name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(None), ["c", "b", "a"]);
    assert_eq!(names(Some("RUNNING")), ["c", "a"]);
    assert_eq!(names(Some("ABORTED")), ["b"]);
    let arn = text(&stop, "executionArn");
    let stopped = bed.described(arn);
    assert_eq!(
        (&stopped["error"], &stopped["cause"]),
        (&json!("E"), &json!("C"))
    );
    assert_eq!(bed.history(arn).last().unwrap(), "ExecutionAborted");
    let again = bed.ok("states", "StopExecution", &json!({"executionArn": arn}));
    assert_eq!(again["stopDate"], stopped["stopDate"]);
    assert_eq!(bed.history(arn).len(), 3);
}
