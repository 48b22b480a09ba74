//! State machines: created, validated, updated, deleted, tagged.

use serde_json::json;

use super::{pass, task, wait};
use crate::services::request::{items, text};
use crate::services::states::Activity;
use crate::simulation::bed::{Bed, EPOCH, ROLE};

#[test]
fn a_machine_created_twice_is_the_same_and_another_definition_is_refused() {
    let mut bed = Bed::new();
    let arn = bed.machine("m", &pass());
    assert_eq!(arn, "arn:aws:states:us-east-1:000000000000:stateMachine:m");
    assert_eq!(bed.machine("m", &pass()), arn);
    let spaced = json!({"name": "m", "definition": format!(" {}", pass()), "roleArn": ROLE});
    assert_eq!(
        bed.refused("states", "CreateStateMachine", &spaced),
        (
            "StateMachineAlreadyExists".into(),
            format!("State Machine Already Exists: '{arn}'")
        )
    );
    let described = bed.ok(
        "states",
        "DescribeStateMachine",
        &json!({"stateMachineArn": arn}),
    );
    assert_eq!(described["definition"], pass().to_string());
    assert_eq!(
        (&described["status"], &described["type"]),
        (&json!("ACTIVE"), &json!("STANDARD"))
    );
    assert_eq!(described["creationDate"], EPOCH / 1000);
}

#[test]
fn machines_that_cannot_run_are_refused_by_name() {
    let mut bed = Bed::new();
    let create = |name: &str, definition: String| json!({"name": name, "definition": definition, "roleArn": ROLE});
    for (request, code, part) in [
        (
            create("a b", pass().to_string()),
            "InvalidName",
            "Invalid Name: 'a b'",
        ),
        (
            create("m", "{".into()),
            "InvalidDefinition",
            "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ",
        ),
        (
            create("m", json!({"StartAt": "X", "States": {}}).to_string()),
            "InvalidDefinition",
            "Invalid State Machine Definition: '",
        ),
        (
            create("m", task("sqs:sendMessage", &json!({})).to_string()),
            "InvalidDefinition",
            "'NOT_SUPPORTED: the integration sqs:sendMessage is not implemented at /States/T/Resource'",
        ),
        (
            json!({"name": "m", "definition": pass().to_string(), "roleArn": "role"}),
            "InvalidArn",
            "Invalid Arn: 'Invalid ARN prefix: role'",
        ),
        (
            json!({"name": "m", "definition": pass().to_string(), "roleArn": ROLE, "type": "EXPRESS"}),
            "StateMachineTypeNotSupported",
            "EXPRESS",
        ),
    ] {
        let (found, message) = bed.refused("states", "CreateStateMachine", &request);
        assert_eq!(found, code, "{message}");
        assert!(message.contains(part), "{message}");
    }
    let described =
        json!({"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"});
    let (code, message) = bed.refused("states", "DescribeStateMachine", &described);
    assert_eq!(code, "StateMachineDoesNotExist");
    assert_eq!(
        message,
        "State Machine Does Not Exist: 'arn:aws:states:us-east-1:000000000000:stateMachine:m'"
    );
}

#[test]
fn validation_lists_every_problem_and_stores_nothing() {
    let mut bed = Bed::new();
    let validate = |definition: String| json!({"definition": definition});
    let good = bed.ok(
        "states",
        "ValidateStateMachineDefinition",
        &validate(pass().to_string()),
    );
    assert_eq!(
        good,
        json!({"result": "OK", "diagnostics": [], "truncated": false})
    );
    let two = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "B"},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true},
    }});
    let bad = bed.ok(
        "states",
        "ValidateStateMachineDefinition",
        &validate(two.to_string()),
    );
    assert_eq!(bad["result"], "FAIL");
    let locations: Vec<&str> = items(&bad, "diagnostics")
        .iter()
        .map(|one| text(one, "location"))
        .collect();
    assert_eq!(locations, ["/States/A/Resource", "/States/B/Resource"]);
    assert_eq!(bad["diagnostics"][0]["code"], "NOT_SUPPORTED");
    let listed = bed.ok("states", "ListStateMachines", &json!({}));
    assert_eq!(listed["stateMachines"], json!([]));
}

#[test]
fn an_update_needs_a_change_and_running_executions_keep_what_they_started_with() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &wait(60));
    let running = bed.start(&machine, "r", &json!({}));
    let (code, _) = bed.refused(
        "states",
        "UpdateStateMachine",
        &json!({"stateMachineArn": machine}),
    );
    assert_eq!(code, "MissingRequiredParameter");
    let update = json!({"stateMachineArn": machine, "definition": pass().to_string(), "roleArn": "arn:aws:iam::000000000000:role/other"});
    bed.ok("states", "UpdateStateMachine", &update);
    let kept = bed.ok(
        "states",
        "DescribeStateMachineForExecution",
        &json!({"executionArn": running}),
    );
    assert_eq!(
        (text(&kept, "definition"), text(&kept, "roleArn")),
        (wait(60).to_string().as_str(), ROLE)
    );
    let later = bed.start(&machine, "later", &json!({}));
    assert_eq!(bed.described(&later)["status"], "SUCCEEDED");
    assert_eq!(bed.described(&running)["status"], "RUNNING");
    assert!(bed.sleep() && bed.fire_due());
    assert_eq!(bed.described(&running)["status"], "SUCCEEDED");
}

#[test]
fn a_deleted_machine_goes_with_its_last_execution() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &wait(60));
    let arn = bed.start(&machine, "r", &json!({}));
    let named = json!({"stateMachineArn": machine});
    bed.ok("states", "DeleteStateMachine", &named);
    assert_eq!(
        bed.ok("states", "DescribeStateMachine", &named)["status"],
        "DELETING"
    );
    assert_eq!(
        bed.refused("states", "StartExecution", &named).0,
        "StateMachineDeleting"
    );
    assert!(bed.sleep() && bed.fire_due());
    assert_eq!(bed.described(&arn)["status"], "ABORTED");
    assert_eq!(
        bed.refused("states", "DescribeStateMachine", &named).0,
        "StateMachineDoesNotExist"
    );
    assert_eq!(bed.ok("states", "DeleteStateMachine", &named), json!({}));
    bed.machine("m", &pass());
}

#[test]
fn tags_and_activities() {
    let mut bed = Bed::new();
    let machine = bed.machine("m", &pass());
    let activity = bed.ok(
        "states",
        "CreateActivity",
        &json!({"name": "a", "tags": [{"key": "k", "value": "v"}]}),
    );
    assert_eq!(
        bed.ok("states", "CreateActivity", &json!({"name": "a"})),
        activity
    );
    let arn = text(&activity, "activityArn").to_owned();
    for resource in [&machine, &arn] {
        bed.ok("states", "TagResource", &json!({"resourceArn": resource, "tags": [{"key": "x", "value": "1"}, {"key": "y", "value": "2"}]}));
        bed.ok(
            "states",
            "UntagResource",
            &json!({"resourceArn": resource, "tagKeys": ["y", "k"]}),
        );
        let tags = bed.ok(
            "states",
            "ListTagsForResource",
            &json!({"resourceArn": resource}),
        );
        assert_eq!(tags["tags"], json!([{"key": "x", "value": "1"}]));
    }
    let listed = bed.ok("states", "ListActivities", &json!({}));
    assert_eq!(
        listed["activities"][0],
        bed.ok("states", "DescribeActivity", &json!({"activityArn": arn}))
    );
    bed.ok("states", "DeleteActivity", &json!({"activityArn": arn}));
    assert_eq!(
        bed.refused("states", "DescribeActivity", &json!({"activityArn": arn}))
            .0,
        "ActivityDoesNotExist"
    );
    assert_eq!(
        bed.refused(
            "states",
            "ListTagsForResource",
            &json!({"resourceArn": arn})
        )
        .0,
        "ResourceNotFound"
    );
    assert_eq!(bed.store.snapshot().get::<Activity>(&arn).unwrap(), None);
}

#[test]
fn logging_is_kept_for_descriptions_and_tells_machines_apart() {
    let mut bed = Bed::new();
    let logging = json!({"level": "ERROR", "includeExecutionData": false, "destinations": []});
    let mut wanted = json!({
        "name": "m", "definition": pass().to_string(), "roleArn": ROLE, "loggingConfiguration": logging,
    });
    let machine = bed.ok("states", "CreateStateMachine", &wanted);
    let named = json!({"stateMachineArn": machine["stateMachineArn"]});
    let described = bed.ok("states", "DescribeStateMachine", &named);
    assert_eq!(described["loggingConfiguration"], logging);
    assert_eq!(described["tracingConfiguration"], json!({"enabled": false}));
    wanted["loggingConfiguration"]["level"] = "ALL".into();
    assert_eq!(
        bed.refused("states", "CreateStateMachine", &wanted).0,
        "StateMachineAlreadyExists"
    );
    let update = json!({"stateMachineArn": machine["stateMachineArn"], "loggingConfiguration": wanted["loggingConfiguration"]});
    bed.ok("states", "UpdateStateMachine", &update);
    assert_eq!(bed.ok("states", "CreateStateMachine", &wanted), machine);
}
