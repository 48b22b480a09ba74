//! Candidates that are training programs of the user's: trained, chosen, served, found again, and what goes wrong.

use std::fs;
use std::time::Duration;

use e2e::{Binary, Finished, Scratch, Workload, processes_of, until};
use serde_json::Value;

use super::document::{number, run, step};

const PROGRAM: &str = include_str!("../../python/scripts/train.py");
const MODELS: &str = "  - logistic_regression: { C: 1.0 }\n  - random_forest: { n_estimators: 100, max_depth: none, min_samples_leaf: 1 }\n";

/// The example with a script in place of its forest.
fn workload(scratch: &Scratch, program: &str, more: &str) -> Workload {
    let models = format!(
        "  - logistic_regression: {{ C: 1.0 }}\n  - script:\n      entry_point: train.py\n      source_dir: code\n\
         \x20     hyperparameters: {{ learning-rate: 0.05, max-iter: 60 }}\n      metrics: {{ validation-score: 'score=(.*);' }}\n{more}"
    );
    let workload = scratch
        .workload()
        .with(MODELS, &models)
        .with("{ rate: 200 /s, for: 2 s }", "{ rate: 20 /s, for: 1 s }");
    let code = workload.folder.join("code");
    fs::create_dir_all(&code).unwrap();
    fs::write(code.join("train.py"), program).unwrap();
    workload
}

/// A script alone, so that it is the one that is chosen, or none is.
fn alone(scratch: &Scratch, program: &str) -> Workload {
    workload(scratch, program, "").with("  - logistic_regression: { C: 1.0 }\n", "")
}

fn candidate<'a>(document: &'a Value, name: &str) -> &'a Value {
    let candidates = document["candidates"].as_array().unwrap();
    let found = candidates.iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no candidate `{name}` in {document:#}"))
}

fn reran(document: &Value) -> Vec<&str> {
    let steps = document["steps"].as_array().unwrap();
    let misses = steps.iter().filter(|step| step["status"] == "ok");
    misses.map(|step| step["name"].as_str().unwrap()).collect()
}

#[test]
fn a_script_is_trained_chosen_deployed_and_found_again() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (alone(&scratch, PROGRAM), scratch.state());
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["status"], "succeeded", "{document:#}");
    assert_eq!(document["selected"], "script");
    let script = candidate(&document, "script");
    assert!(number(&script["validation"]["accuracy"]) > 0.70, "{script}");
    assert!(number(&script["one_row_p99_ns"]) > 0.0, "{script}");
    assert_eq!(step(&document, "BatchPredict")["status"], "ok");
    let load = &document["endpoint"]["load_test"];
    assert_eq!(load["answered"], load["scheduled"], "{load:#}");
    // The final training had the rows of both parts.
    let logs = binary.verb(["logs"]).state(&state).run().ok();
    assert!(logs.stdout.contains("rows=550;") && logs.stdout.contains("rows=734;"));

    let again = run(&binary, &workload, &state, &[]);
    for name in [
        "Prepare",
        "Train",
        "Select",
        "Refit",
        "Test",
        "BatchPredict",
    ] {
        assert_eq!(step(&again, name)["status"], "hit", "{name}");
    }

    // A line of the program: trained again, with what follows; data is not prepared again.
    let changed = workload.with_in("code/train.py", "random_state=0", "random_state=1");
    let document = run(&binary, &changed, &state, &[]);
    let train = step(&document, "Train");
    assert_eq!(train["status"], "ok", "{train:#}");
    let why = train.to_string();
    assert!(why.contains("train.py") && why.contains("changed"), "{why}");
    assert_eq!(step(&document, "Prepare")["status"], "hit");
    assert!(reran(&document).contains(&"Select"), "{document:#}");

    let rows = "63,1,1,145,233,1,2,150,0,2.3,3,0,6\n";
    let predicted = binary.verb(["predict"]).state(&state).input(rows).run();
    assert!(predicted.ok().stdout.contains("0."));
    until("nothing is left", Duration::from_secs(5), || {
        processes_of(&state).is_empty()
    });
}

#[test]
fn a_script_that_is_never_cached_runs_every_time() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = workload(&scratch, PROGRAM, "      cache: never\n");
    let first = run(&binary, &workload, &scratch.state(), &[]);
    assert_eq!(first["status"], "succeeded");
    let second = run(&binary, &workload, &scratch.state(), &[]);
    assert_eq!(step(&second, "Prepare")["status"], "hit");
    assert_eq!(step(&second, "Train")["status"], "ok", "{second:#}");
}

/// Programs that go wrong, and what is said of each.
const WRONG: [(&str, &str, &[&str]); 6] = [
    (
        "exits",
        "import sys; sys.exit('no rows')",
        &["no rows", "exit code: 1"],
    ),
    (
        "leaves nothing",
        "pass",
        &["P0626", "SM_MODEL_DIR is empty"],
    ),
    (
        "has no functions",
        "open('/opt/ml/model/x', 'w').close()",
        &["P0624", "model_fn is missing"],
    ),
    (
        "does not load",
        "def model_fn(folder): raise RuntimeError('bad weights')\nopen('/opt/ml/model/x', 'w').close()",
        &["P0624", "RuntimeError: bad weights"],
    ),
    (
        "answers something else",
        "def model_fn(folder): return 1\ndef predict_fn(data, model): return ['maybe'] * len(data)\n\
         open('/opt/ml/model/x', 'w').close()",
        &[
            "P0624",
            "`train.py`",
            "`maybe` is neither a class of the target (0, 1)",
        ],
    ),
    (
        "answers too little",
        "def model_fn(folder): return 1\ndef predict_fn(data, model): return [1]\nopen('/opt/ml/model/x', 'w').close()",
        &["P0624", "20 rows were answered with 1 predictions"],
    ),
];

#[test]
fn a_script_that_goes_wrong_fails_alone_and_says_why() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let state = scratch.state();
    let workload = workload(&scratch, PROGRAM, "");
    for (what, program, words) in WRONG {
        fs::write(workload.folder.join("code/train.py"), program).unwrap();
        let document = run(&binary, &workload, &state, &[]);
        assert_eq!(
            document["selected"], "logistic_regression",
            "{what}: {document:#}"
        );
        let failure = candidate(&document, "script")["failure"].to_string();
        for word in words {
            assert!(
                failure.contains(word),
                "{what}: `{word}` is not in {failure}"
            );
        }
    }
}

fn refused(workload: &Workload, scratch: &Scratch, code: i32, words: &[&str]) {
    let Finished { stdout, .. } = Binary::find()
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&scratch.state())
        .run()
        .fails(code, words);
    assert!(!stdout.contains("succeeded"), "{stdout}");
}

#[test]
fn what_is_not_there_is_said_before_anything_runs() {
    let scratch = Scratch::new();
    let workload = workload(&scratch, PROGRAM, "");
    let code = workload.folder.join("code");
    fs::rename(code.join("train.py"), code.join("other.py")).unwrap();
    refused(&workload, &scratch, 2, &["P0625", "`train.py`", "other.py"]);
    fs::rename(code.join("other.py"), code.join("train.py")).unwrap();
    let folder = workload.folder.display().to_string();
    Binary::find()
        .verb(["run", &folder, "--python", "/nowhere/python3"])
        .state(&scratch.state())
        .run()
        .fails(3, &["P0620", "/nowhere/python3"]);
    let bare = Binary::find()
        .verb(["run", &folder])
        .state(&scratch.state());
    bare.without("PLIMSOLL_PYTHON")
        .variable("PATH", "/nowhere")
        .run()
        .fails(3, &["P0620", "no Python"]);
}
