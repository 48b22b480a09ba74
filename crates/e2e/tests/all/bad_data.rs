//! Data that cannot be used, and models that are not good enough: the reason is shown, and nothing is deployed.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use e2e::{Binary, Plane, Python, Scratch};
use serde_json::Value;

/// The smallest workload: a header, a category, a number, a target.
const SMALL: &str = "plimsoll: 1\nname: small\ndata: { source: rows.csv }\ntask: { target: y }\n";

/// A workload with these rows.
fn small(scratch: &Scratch, text: &str, rows: &str) -> PathBuf {
    let folder = scratch.path("small");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("workload.yaml"), text).unwrap();
    fs::write(folder.join("rows.csv"), rows).unwrap();
    folder
}

/// Rows of two classes that a model can tell apart.
fn rows(count: usize) -> String {
    let mut text = "a,b,y\n".to_owned();
    for row in 0..count {
        let (class, level) = (row % 2, ["red", "blue", "green"][row % 3]);
        writeln!(text, "{level},{},{class}", class * 1000 + row).unwrap();
    }
    text
}

#[test]
fn the_smallest_workload_runs() {
    let scratch = Scratch::new();
    let folder = small(&scratch, SMALL, &rows(100));
    let run = Binary::find()
        .verb(["run", "--json"])
        .arg(&folder)
        .state(&scratch.state())
        .run();
    let document = run.ok().json();
    assert_eq!(document["prepare"]["read"], 100);
    assert!(
        document["test"]["scores"]["accuracy"].as_f64().unwrap() > 0.9,
        "{document:#}"
    );
}

#[test]
fn bad_rows_fail_the_job_with_their_place() {
    let good = rows(100);
    let missing: String = good
        .replace("red,", "?,")
        .replace("blue,", "?,")
        .replace("green,", "?,");
    let rare = format!("{good}red,3,2\n");
    let cases: [(&str, &str, String, &[&str]); 8] = [
        (
            "ragged",
            "",
            good.replacen("\nblue,", "\nblue,7,", 1),
            &["P0201", "`rows.csv`, line 3", "4 cells, expected 3"],
        ),
        (
            "target",
            "target: y|target: z",
            good.clone(),
            &["P0203", "`z`", "a, b, y"],
        ),
        ("no rows", "", "a,b,y\n".to_owned(), &["P0204", "no rows"]),
        ("nothing", "", String::new(), &["rows.csv"]),
        (
            "missing",
            "source: rows.csv|source: rows.csv, missing: { \"*\": [\"?\"] }",
            missing,
            &["P0205", "column `a` is missing in all 100 rows"],
        ),
        (
            "one class",
            "",
            good.replace(",0\n", ",1\n"),
            &["P0207", "target `y`"],
        ),
        (
            "split",
            "",
            rare,
            &["P0208", "class `2`", "1 row of 101", "`rows.csv`, line 102"],
        ),
        (
            "number",
            "source: rows.csv|source: rows.csv, columns: { a: category, b: number, y: category }",
            good.replacen("\nblue,", "\nblue,x", 1),
            &["P0202", "`rows.csv`, line 3, column `b`"],
        ),
    ];
    for (name, change, rows, words) in cases {
        let scratch = Scratch::new();
        let (old, new) = change
            .split_once('|')
            .unwrap_or(("plimsoll: 1", "plimsoll: 1"));
        let folder = small(&scratch, &SMALL.replace(old, new), &rows);
        let run = Binary::find()
            .verb(["run"])
            .arg(&folder)
            .state(&scratch.state())
            .run();
        println!("{name}: {}", run.stderr);
        let failed = run.fails(2, words);
        assert!(
            !failed.stdout.contains("every step was found"),
            "{}",
            failed.stdout
        );
    }
}

#[test]
fn a_job_that_fails_shows_the_end_of_its_log() {
    let scratch = Scratch::new();
    let folder = small(
        &scratch,
        SMALL,
        &rows(100).replacen("\nblue,", "\nblue,7,", 1),
    );
    let (binary, state) = (Binary::find(), scratch.state());
    let failed = binary.verb(["run"]).arg(&folder).state(&state).run();
    let failed = failed.fails(
        2,
        &[
            "error[P0401]",
            "small-prepare-",
            "last lines of its log",
            "P0201",
        ],
    );
    let after = failed
        .stderr
        .split("last lines of its log:")
        .nth(1)
        .unwrap();
    assert!(after.contains("line 3"), "{}", failed.stderr);
    let again = binary
        .verb(["run", "--json"])
        .arg(&folder)
        .state(&state)
        .run();
    assert_eq!(again.json()["status"], "failed");
    let again = again.fails(2, &["P0201"]);
    let document = again.json();
    let prepare = &document["steps"][0];
    assert_eq!(
        (&prepare["name"], &prepare["status"]),
        (&"Prepare".into(), &"failed".into())
    );
    fs::write(folder.join("rows.csv"), rows(100)).unwrap();
    binary.verb(["run"]).arg(&folder).state(&state).run().ok();
}

#[test]
fn a_gate_that_is_not_met_deploys_nothing_and_shows_the_scores() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = scratch
        .workload()
        .short()
        .with("\">= 0.70\"", "\">= 0.99\"");
    let state = scratch.state();
    let words = [
        "error[P0402]",
        "the gate is not met",
        "accuracy is 0.",
        ">= 0.99",
        "nothing was deployed",
    ];
    let told = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .fails(1, &words);
    for word in [
        "random_forest",
        "logistic_regression",
        "f1_macro",
        "accuracy",
    ] {
        assert!(told.stdout.contains(word), "{word} in {}", told.stdout);
    }
    let again = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run();
    let document = again.fails(1, &words).json();
    check_not_met(&document);
    let plane = Plane::up(&binary, &state);
    Python::find().check("undeployed.py", &plane, &[]);
    plane.down().ok();
    binary
        .verb(["predict"])
        .input("1\n")
        .state(&state)
        .run()
        .fails(2, &["no endpoint"]);
    let workload = workload.with("\">= 0.99\"", "\">= 0.70\"");
    let document = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(
        document["steps"][4]["status"], "hit",
        "only what was refused is done"
    );
    assert!(document["package"].is_string());
}

/// The scores are there, and nothing that follows the gate was begun.
fn check_not_met(document: &Value) {
    assert_eq!(document["status"], "gate_not_met");
    assert_eq!(document["gate"][0]["holds"], false);
    let accuracy = document["test"]["scores"]["accuracy"].as_f64().unwrap();
    assert!((0.7..0.99).contains(&accuracy), "{accuracy}");
    assert_eq!(document["package"], Value::Null);
    let names: Vec<&str> = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Prepare", "Train", "Select", "Refit", "Test", "Gate"]
    );
    let gate = &document["steps"][5];
    assert_eq!(gate["status"], "failed", "{gate:#}");
}
