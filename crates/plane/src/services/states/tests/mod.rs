//! Operations on state machines and executions, and tasks against the services of records.

mod execution;
mod job;
mod machine;
mod operation;
mod task;

use serde_json::{Value, json};

fn pass() -> Value {
    json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}})
}

fn wait(seconds: u64) -> Value {
    json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": true}}})
}

fn task(resource: &str, parameters: &Value) -> Value {
    json!({"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters, "End": true,
    }}})
}
