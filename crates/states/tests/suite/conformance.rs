//! Runs the open conformance cases of the language in simulated time.
//!
//! A case that this version cannot pass stands in `data/not_yet.txt`, one that is about an operation of the service
//! and not about the language in `data/operation.txt`. A listed case that passes fails the test, as does an unlisted
//! one that does not.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::expectation;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Ids and reasons: `id: reason` a line, `#` begins a comment.
fn list(name: &str) -> BTreeMap<String, String> {
    let text = read(name);
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |line: &str| {
        let (id, reason) = line
            .split_once(':')
            .unwrap_or_else(|| panic!("{name}: no reason in `{line}`"));
        assert!(!reason.trim().is_empty(), "{name}: no reason in `{line}`");
        (id.to_owned(), reason.trim().to_owned())
    };
    lines.map(split).collect()
}

#[test]
fn every_case_passes_or_is_listed() {
    let file: Value = serde_json::from_str(&read("cases.json")).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let not_yet = list("not_yet.txt");
    let operation = list("operation.txt");
    let mut wrong = Vec::new();
    let mut passed = 0;
    for case in cases {
        let id = case["id"].as_str().unwrap();
        if operation.contains_key(id) {
            continue;
        }
        match (expectation::check(case), not_yet.contains_key(id)) {
            (Ok(()), false) => passed += 1,
            (Ok(()), true) => wrong.push(format!("{id}: passes, but is listed as not yet done")),
            (Err(_), true) => {}
            (Err(reason), false) => wrong.push(format!("{id}: {reason}")),
        }
    }
    for id in not_yet.keys().chain(operation.keys()) {
        if !cases.iter().any(|case| case["id"] == id.as_str()) {
            wrong.push(format!("{id}: is listed, but there is no such case"));
        }
    }
    println!(
        "{} cases: {passed} pass, {} not yet done, {} about operations, {} wrong",
        cases.len(),
        not_yet.len(),
        operation.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
