//! Models that exist: exported by skl2onnx, run, served, batch-scored and reported like ours; broken ones are refused.

use std::fs;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use e2e::{Binary, Plane, Python, Scratch, Workload};
use serde_json::Value;

use super::document::{CACHEABLE, number, run, step};

const MODELS: &str = "  - logistic_regression: { C: 1.0 }\n  - random_forest: { n_estimators: 100, max_depth: none, min_samples_leaf: 1 }\n";

/// The example with exported models beside a family of ours, and the folder that they lie in.
fn exported(scratch: &Scratch, models: &str) -> (Workload, PathBuf) {
    let workload = scratch
        .workload()
        .with(MODELS, models)
        .with("{ rate: 200 /s, for: 2 s }", "{ rate: 50 /s, for: 200 ms }");
    let folder = workload.folder.join("models");
    fs::create_dir_all(&folder).unwrap();
    let arguments = [&workload.folder, &folder].map(|path| path.display().to_string());
    let made = Python::find().start("exported.py", &Binary::find(), &arguments);
    made.finish(Duration::from_mins(2)).ok();
    (workload, folder)
}

const BOTH: &str = "  - logistic_regression: { C: 1.0 }\n  - onnx: models/forest.onnx\n  - onnx: models/logistic.onnx\n";

fn expected(folder: &std::path::Path, model: &str) -> Value {
    let text = fs::read_to_string(folder.join("expected.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    all[model].clone()
}

/// Holds predictions against those of onnxruntime.
#[track_caller]
fn compare(predictions: &Value, expected: &Value) {
    let predictions = predictions.as_array().unwrap();
    let labels = expected["labels"].as_array().unwrap();
    assert_eq!(predictions.len(), labels.len());
    for (row, prediction) in predictions.iter().enumerate() {
        assert_eq!(prediction["label"], labels[row], "row {row}");
        let share = number(&expected["shares"][row]);
        let found = number(&prediction["probabilities"]["1"]);
        assert!(
            (found - share).abs() < 1e-4,
            "row {row}: {found}, not {share}"
        );
    }
}

#[test]
fn exported_models_run_like_ours() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, folder) = exported(&scratch, BOTH);
    let state = scratch.state();
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["status"], "succeeded", "{document:#}");
    // It has seen all rows, so that it wins.
    assert_eq!(document["selected"], "onnx");
    let names = document["candidates"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["majority", "logistic_regression", "onnx", "onnx_2"]);
    let refit = step(&document, "Refit");
    assert_eq!(refit["status"], "ok", "{refit:#}");

    let rows = workload.folder.join("data/new.csv");
    let predict = binary.verb(["predict", "--json"]).arg(&rows).state(&state);
    let answer = predict.run().ok().json();
    compare(&answer["predictions"], &expected(&folder, "forest"));

    let again = run(&binary, &workload, &state, &[]);
    for name in CACHEABLE {
        assert_eq!(step(&again, name)["status"], "hit", "{name}");
    }
    // Another file of the same meaning: looked at again, with what reads it, and nothing else.
    let logistic = folder.join("logistic.onnx");
    let mut bytes = fs::read(&logistic).unwrap();
    // Field 6 of a model, its documentation.
    bytes.extend(b"\x32\x04text");
    fs::write(&logistic, bytes).unwrap();
    let changed = run(&binary, &workload, &state, &[]);
    let trained = &step(&changed, "Train")["cache"]["candidates"];
    assert_eq!(trained["onnx"]["hit"], true, "{trained:#}");
    assert_eq!(trained["logistic_regression"]["hit"], true);
    let why = trained["onnx_2"]["why"].as_str().unwrap();
    assert_eq!(why, "`models/logistic.onnx` changed (6 bytes more)");
    assert_eq!(step(&changed, "Prepare")["status"], "hit");
    assert_eq!(step(&changed, "Select")["status"], "ok");

    let diff = binary.verb(["diff"]).state(&state).run().ok();
    assert!(
        diff.stdout.contains("models/logistic.onnx"),
        "{}",
        diff.shown()
    );
    let page = scratch.path("report.html");
    binary
        .verb(["report", "--out"])
        .arg(&page)
        .state(&state)
        .run()
        .ok();
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("onnx_2") && page.contains("not trained: it exists"));
}

#[test]
fn a_model_and_a_script_stand_beside_each_other() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let script = "  - script: { entry_point: models/train.py }\n  - onnx: models/logistic.onnx\n";
    let (workload, folder) = exported(&scratch, script);
    fs::write(
        folder.join("train.py"),
        include_str!("../../python/scripts/train.py"),
    )
    .unwrap();
    let document = run(&binary, &workload, &scratch.state(), &[]);
    assert_eq!(document["status"], "succeeded", "{document:#}");
    let candidates = document["candidates"].as_array().unwrap();
    assert!(
        candidates.iter().all(|one| one["failure"].is_null()),
        "{candidates:#?}"
    );
}

#[test]
fn exported_models_are_served_through_the_api() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, folder) = exported(&scratch, BOTH);
    let plane = Plane::up(&binary, &scratch.state());
    Python::find().check("onnx_models.py", &plane, &[&workload.folder, &folder]);
    plane.down().ok();
}

#[test]
fn what_cannot_be_evaluated_is_refused_before_anything_is_deployed() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, folder) = exported(
        &scratch,
        "  - logistic_regression: { C: 1.0 }\n  - onnx: models/forest.onnx\n",
    );
    let huge = File::create(folder.join("huge.onnx")).unwrap();
    huge.set_len((1 << 30) + 1).unwrap();
    let mut name = "forest.onnx";
    let mut workload = workload;
    let cases: [(&str, &[&str]); 5] = [
        (
            "unsupported.onnx",
            &["error[P0650]", "Frobnicate", "candidate `onnx`"],
        ),
        ("cut.onnx", &["error[P0230]", "candidate `onnx`"]),
        ("text.onnx", &["error[P0230]", "candidate `onnx`"]),
        ("huge.onnx", &["error[P0651]", "1073741825 bytes"]),
        ("nothing.onnx", &["error[P0501]", "nothing.onnx"]),
    ];
    for (next, words) in cases {
        workload = workload.with(&format!("models/{name}"), &format!("models/{next}"));
        name = next;
        let state = scratch.path(next);
        let run = binary
            .verb(["run"])
            .arg(&workload.folder)
            .state(&state)
            .run();
        run.fails(2, words);
        let machines = binary.verb(["status", "--json"]).state(&state).run();
        assert!(
            !machines.stdout.contains("heart-disease"),
            "{}",
            machines.shown()
        );
    }
}

#[test]
fn a_pickle_is_imported_by_the_python_that_is_named() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (_, folder) = exported(&scratch, BOTH);
    let python = Python::find().program("python").display().to_string();
    let import = |file: &str, out: &str| {
        let verb = binary.verb(["import", "--json", "--python", &python]);
        verb.arg(folder.join(file))
            .arg("--out")
            .arg(scratch.path(out))
            .run()
    };
    let made = import("forest.joblib", "made/model.onnx").ok().json();
    assert_eq!(made["estimator"], "Pipeline");
    assert_eq!(made["columns"].as_array().unwrap().len(), 13);
    assert_eq!(made["classes"], serde_json::json!(["0", "1"]));
    assert!(number(&made["largest_difference"]) < 1e-4);
    let check = binary
        .verb(["import", "--check"])
        .arg(scratch.path("made/model.onnx"))
        .run();
    assert!(check.ok().stdout.contains("TreeEnsembleClassifier 1"));
    import("forest.joblib", "made/model.onnx").fails(2, &["is there already", "--force"]);
    import("broken.joblib", "b/model.onnx").fails(2, &["error[P0656]", "broken.joblib"]);
    import("nothing.joblib", "c/model.onnx").fails(2, &["error[P0501]"]);
    let bare = binary.verb(["import", "--python", "/bin/false"]);
    bare.arg(folder.join("forest.joblib"))
        .arg("--out")
        .arg(scratch.path("d/model.onnx"))
        .run()
        .fails(2, &["error[P0656]"]);
}
