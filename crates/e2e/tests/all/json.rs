//! `--json`: every verb that the reference lists prints one JSON document, or lines of JSON where the reference says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use e2e::{Binary, Finished, Scratch};

/// The page that `plimsoll reference` writes.
const REFERENCE: &str = include_str!("../../../../docs/reference/cli.md");
/// Verbs that print one line of JSON an event.
const STREAMS: [&str; 3] = ["up", "logs", "events"];
/// A model that was exported elsewhere.
const MODEL: &str = "../learn/tests/data/foreign/logistic_pipeline.onnx";

/// Titles of the page that are no verbs.
const OTHER_TITLES: [&str; 4] = [
    "Flags of every verb",
    "Entry points of the image",
    "Exit codes",
    "Environment",
];

#[test]
fn each_verb_prints_json_alone() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let folder = workload.folder.display().to_string();
    let data = format!("{folder}/data/new.csv");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join(MODEL);
    let model = model.display().to_string();
    let (drafts, synth) = (scratch.path("draft"), scratch.path("synth"));
    let (drafts, synth) = (drafts.display().to_string(), synth.display().to_string());
    let page = scratch.path("page.html").display().to_string();
    let plan = scratch.path("plan.json").display().to_string();
    let header = scratch.path("people.csv").display().to_string();
    fs::write(&header, "age,ill\n41,no\n57,yes\n".repeat(40)).unwrap();
    let walk: [&[&str]; 26] = [
        &["init", &header, "--out", &drafts],
        &["validate", &folder],
        &["schema"],
        &["explain", "P0104"],
        &["explain", "task"],
        &["completions", "bash"],
        &["catalog", "show", "c5.large"],
        &["synth", &folder, "--out", &synth],
        &["run", &folder],
        &["run", &folder],
        &["status"],
        &["status", "--cache"],
        &["logs"],
        &["events"],
        &["events", "--stack"],
        &["report", "--out", &page],
        &["diff"],
        &["cost"],
        &["compare", &folder],
        &["plan", &folder, "--out", &plan],
        &["import", "--check", &model],
        &["up", "--port", "0", "--detach"],
        &["env"],
        &["predict", &data],
        &["gc", "--dry-run"],
        &["down"],
    ];
    let mut walked = BTreeSet::new();
    for arguments in walk {
        let verb = arguments[0];
        let finished = binary
            .verb(arguments.iter().copied().chain(["--json"]))
            .state(&state)
            .run()
            .ok();
        is_json(verb, &finished);
        walked.insert(verb.to_owned());
    }
    assert_eq!(walked, listed(), "the walk knows every verb");
    is_json(
        "--version",
        &binary.verb(["--version", "--json"]).run().ok(),
    );
}

/// The verbs of the reference.
fn listed() -> BTreeSet<String> {
    let titles = REFERENCE
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    titles
        .filter(|title| !OTHER_TITLES.contains(title))
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn is_json(verb: &str, finished: &Finished) {
    if STREAMS.contains(&verb) {
        assert!(!finished.events().is_empty(), "{}", finished.shown());
        return;
    }
    let document = finished.json();
    let member = match verb {
        // A document of JSON Schema.
        "schema" => "$schema",
        // The variables by their names.
        "env" => "AWS_ENDPOINT_URL",
        // The answer of the endpoint.
        "predict" => "predictions",
        _ => "schema",
    };
    assert!(!document[member].is_null(), "{}", finished.shown());
}

#[test]
fn a_failure_is_text_on_standard_error_with_and_without() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let state = scratch.state();
    for arguments in [&["run", "nowhere"][..], &["explain", "P9999"], &["status"]] {
        let plain = binary.verb(arguments.iter().copied()).state(&state).run();
        let json = binary
            .verb(arguments.iter().copied().chain(["--json"]))
            .state(&state)
            .run();
        assert_eq!(plain.code, json.code, "{}", json.shown());
        assert_eq!(json.stdout, "", "{}", json.shown());
        assert!(json.stderr.starts_with("error"), "{}", json.shown());
    }
}
