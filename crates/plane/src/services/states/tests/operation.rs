//! The language's conformance cases that are about operations.

use std::path::Path;

use serde_json::{Value, json};

use crate::simulation::bed::{Bed, ROLE};

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../states/tests/data");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The code with which a case is refused.
fn refusal(bed: &mut Bed, case: &Value) -> String {
    let name = case["machine_name"].as_str().unwrap_or("machine");
    let create =
        json!({"name": name, "definition": case["definition"].to_string(), "roleArn": ROLE});
    let created = match bed.call("states", "CreateStateMachine", &create) {
        Ok(created) => created,
        Err(fault) => return fault.code,
    };
    let input = match (&case["raw_input"], &case["input"]) {
        (Value::Bool(true), input) => input.as_str().unwrap().to_owned(),
        (_, input) => input.to_string(),
    };
    let start = json!({"stateMachineArn": created["stateMachineArn"], "input": input});
    bed.refused("states", "StartExecution", &start).0
}

#[test]
fn cases_about_operations_are_refused_as_they_say() {
    let cases: Value = serde_json::from_str(&read("cases.json")).unwrap();
    let listed = read("operation.txt");
    let ids: Vec<&str> = listed
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    assert!(!ids.is_empty());
    let mut bed = Bed::new();
    for id in ids {
        let mut all = cases["cases"].as_array().unwrap().iter();
        let case = all.find(|case| case["id"] == id).unwrap();
        assert_eq!(
            refusal(&mut bed, case),
            case["expect"]["refused"]["code"],
            "{id}"
        );
    }
}
