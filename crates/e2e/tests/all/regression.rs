//! Regression as a stranger meets it: from a file of numbers through `init` to an endpoint that answers numbers.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::{Binary, Plane, Python, Scratch, Workload};

use super::document::{CACHEABLE, number, run, step};

/// Flats with their rents: a plane over area and district, a step at six rooms, and some noise. Three have no rent.
fn flats(rows: usize) -> String {
    let mut text = "area;rooms;district;rent\n".to_owned();
    for row in 0..rows {
        let area = 20.0 + f64::from((row * 37 % 110) as u32);
        let rooms = 1 + row * 7 % 8;
        let place = row * 5 % 3;
        let noise = f64::from((row * 53 % 41) as u32) - 20.0;
        let rent = 100.0
            + 9.5 * area
            + [0.0, 80.0, 210.0][place]
            + if rooms > 5 { 250.0 } else { 0.0 }
            + noise;
        let rent = if row % 150 == 7 {
            String::new()
        } else {
            format!("{rent:.2}").replace('.', ",")
        };
        let area = format!("{area:.1}").replace('.', ",");
        writeln!(
            text,
            "{area};{rooms};{};{rent}",
            ["Nord", "Mitte", "S\u{fc}d"][place]
        )
        .unwrap();
    }
    text
}

/// A workload that `init` wrote of the flats.
fn proposed(scratch: &Scratch) -> Workload {
    let folder = scratch.path("flats");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("flats.csv"), flats(450)).unwrap();
    let verb = Binary::find().verb(["init"]).arg(folder.join("flats.csv"));
    verb.arg("--out").arg(&folder).run().ok();
    Workload { folder }
}

fn batch_input(folder: &Path) -> PathBuf {
    let rows: Vec<String> = flats(24)
        .lines()
        .map(|line| line.rsplit_once(';').unwrap().0.to_owned())
        .collect();
    let path = folder.join("new.csv");
    fs::write(&path, rows.join("\n") + "\n").unwrap();
    path
}

/// Every family, an endpoint and a batch.
fn deployed(workload: Workload) -> Workload {
    batch_input(&workload.folder);
    workload
        .with(
            "models:\n",
            "models:\n  - linear_regression: { fit_intercept: true }\n",
        )
        .with(
            "# gate: { r2: \">= 0.50\" }",
            "gate: { r2: \">= 0.50\", rmse: \"<= 80\" }",
        )
        .with("# deploy:", "deploy:")
        .with(
            "#   endpoint: { load_test: { rate: 100 /s, for: 2 s } }",
            "  endpoint: { load_test: { rate: 50 /s, for: 200 ms } }",
        )
        .with(
            "#   batch: { input: data/new.csv }",
            "  batch: { input: new.csv }",
        )
}

const CANDIDATES: [&str; 5] = [
    "mean",
    "linear_regression",
    "ridge",
    "random_forest",
    "gradient_boosting",
];

#[test]
fn numbers_are_learned_chosen_tested_served_and_reported() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = deployed(proposed(&scratch));
    let state = scratch.state();
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["status"], "succeeded", "{document:#}");
    let prepare = &document["prepare"];
    assert_eq!(
        (&prepare["read"], &prepare["without_target"]),
        (&450.into(), &3.into())
    );
    assert!(prepare["classes"].as_object().unwrap().is_empty());

    let candidates = document["candidates"].as_array().unwrap();
    let names: Vec<&str> = candidates
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, CANDIDATES);
    assert_eq!(candidates[0]["baseline"], true);
    let errors: Vec<f64> = candidates
        .iter()
        .map(|one| number(&one["validation"]["rmse"]))
        .collect();
    // Only trees see the step; whoever is chosen has the smallest error, and the baseline is far behind.
    let best = errors.iter().copied().fold(f64::INFINITY, f64::min);
    let chosen = names
        .iter()
        .position(|name| document["selected"] == *name)
        .unwrap();
    assert!(
        (errors[chosen] - best).abs() < 1e-9 && chosen >= 3,
        "{errors:?}"
    );
    assert!(errors[0] > 4.0 * best, "{errors:?}");

    let test = &document["test"];
    let rmse = number(&test["scores"]["rmse"]);
    let interval = &test["intervals"]["rmse"];
    assert!(number(&interval["low"]) < rmse && rmse < number(&interval["high"]));
    assert!(
        rmse < 80.0 && number(&test["scores"]["r2"]) > 0.9,
        "{test:#}"
    );
    assert!(test["scores"]["accuracy"].is_null() && test["scores"]["mase"].is_null());
    assert_eq!(test["residuals"]["points"].as_array().unwrap().len(), 89);
    assert_eq!(document["gate"][1]["metric"], "rmse");
    assert_eq!(document["batch"]["rows"], 24);
    let said = step(&document, "Test")["says"].as_str().unwrap();
    assert!(said.starts_with("rmse "), "{said}");

    let rows = workload.folder.join("rows.csv");
    fs::write(&rows, "100.0,3,Mitte\n,8,\n").unwrap();
    let predict = binary.verb(["predict", "--json"]).arg(&rows).state(&state);
    let answer = predict.run().ok().json();
    let rent = number(&answer["predictions"][0]["prediction"]);
    assert!((rent - 1130.0).abs() < 100.0, "{answer:#}");
    assert!(answer["predictions"][1]["prediction"].is_number());

    let again = run(&binary, &workload, &state, &[]);
    for name in CACHEABLE {
        assert_eq!(step(&again, name)["status"], "hit", "{name}");
    }
    let page = scratch.path("report.html");
    let report = binary.verb(["report", "--out"]).arg(&page).state(&state);
    report.run().ok();
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("Predictions and residuals") && page.contains("Predicted rent"));
    assert!(!page.contains("Confusion matrix"));
}

#[test]
fn onnxruntime_gives_the_scores_and_the_endpoint_s_answers() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = deployed(proposed(&scratch));
    let state = scratch.state();
    let document = run(&binary, &workload, &state, &[]);
    let file = scratch.path("run.json");
    fs::write(&file, document.to_string()).unwrap();
    let plane = Plane::up(&binary, &state);
    Python::find().check("regression.py", &plane, &[&workload.folder, &file]);
    plane.down().ok();
}

#[test]
fn a_model_of_numbers_that_exists_stands_beside_ours() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = proposed(&scratch);
    let arguments = [workload.folder.display().to_string()];
    let made = Python::find().start("exported_numbers.py", &binary, &arguments);
    made.finish(Duration::from_mins(2)).ok();
    let workload = workload.with(
        "models:\n",
        "models:\n  - onnx: forest.onnx\n  - onnx: linear.onnx\n",
    );
    let document = run(&binary, &workload, &scratch.state(), &[]);
    // It has seen all rows, so that it wins.
    assert_eq!(document["selected"], "onnx", "{document:#}");
    let candidates = document["candidates"].as_array().unwrap();
    let linear = candidates
        .iter()
        .find(|one| one["name"] == "onnx_2")
        .unwrap();
    assert!(number(&linear["validation"]["r2"]) > 0.8, "{linear:#}");

    let refused = workload.with("onnx: linear.onnx", "onnx: classes.onnx");
    let verb = binary.verb(["run"]).arg(&refused.folder);
    verb.state(&scratch.path("other")).run().fails(
        2,
        &[
            "P0652",
            "candidate `onnx_2`",
            "one output with one number a row",
        ],
    );
}
