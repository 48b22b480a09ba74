//! A run from scratch, and the verbs that read what it left.

use std::fs;
use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Finished, Scratch, Workload, processes_of, until};
use serde_json::Value;

use super::document::{CACHEABLE, number, run, step};

const ALL: [&str; 10] = [
    "Prepare",
    "Train",
    "Select",
    "Refit",
    "Test",
    "Gate",
    "Register",
    "Deploy",
    "LoadTest",
    "BatchPredict",
];

#[test]
fn a_run_from_scratch_says_everything_and_leaves_it_readable() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["schema"], "plimsoll.run/1");
    assert_eq!(document["workload"], "heart-disease");
    assert_eq!(document["status"], "succeeded");
    let names: Vec<&str> = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            assert_eq!(step["status"], "ok", "{step:#}");
            assert_eq!(step["cache"]["hit"], false, "{step:#}");
            step["name"].as_str().unwrap()
        })
        .collect();
    assert_eq!(names, ALL);
    // A negative number that is small is none.
    let text = document.to_string();
    let is_zero = |end: &str| text.contains(&format!("-0.0{end}"));
    assert!(![",", "}", "]"].into_iter().any(is_zero), "{document:#}");
    check_prepare(&document["prepare"]);
    check_measurements(&document);
    check_scores(&document);
    check_serving(&document);
    until(
        "all processes end with the run",
        Duration::from_secs(5),
        || processes_of(&state).is_empty(),
    );
    check_status(&binary, &state, &document);
    check_events(&binary, &state, &document);
    check_logs(&binary, &state, &document);
    check_predictions(&binary, &workload, &state);
}

/// The counts of the four files: 920 rows, two of them copies, 410 of the others healthy.
fn check_prepare(prepare: &Value) {
    for (member, expected) in [
        ("read", 920),
        ("duplicates", 2),
        ("without_target", 0),
        ("train", 550),
        ("validation", 184),
        ("test", 184),
        ("columns", 13),
        ("features", 25),
    ] {
        assert_eq!(prepare[member], expected, "{member}");
    }
    assert_eq!(prepare["classes"], serde_json::json!({"0": 410, "1": 508}));
    assert_eq!(prepare["missing"]["ca"], 609);
    assert_eq!(
        prepare["missing"]["chol"], 201,
        "`?` and 0 both mean missing"
    );
}

/// Every job has its seconds, CPU, memory, energy, and the price of the instance type.
fn check_measurements(document: &Value) {
    let mut total = 0.0;
    for name in CACHEABLE {
        let step = step(document, name);
        assert!(number(&step["seconds"]) > 0.0, "{step:#}");
        assert!(number(&step["cpu_seconds"]) > 0.0, "{step:#}");
        let peak = number(&step["peak_bytes"]);
        assert!((1e6..2e9).contains(&peak), "{step:#}");
        let energy = &step["joules_estimated"];
        assert!(0.0 < number(&energy["low"]), "{step:#}");
        assert!(
            number(&energy["low"]) <= number(&energy["high"]),
            "{step:#}"
        );
        assert_eq!(step["instance_type"], "ml.m5.large");
        let jobs = step["jobs"].as_array().unwrap();
        assert_eq!(jobs.len(), if name == "Train" { 3 } else { 1 });
        let seconds: f64 = jobs.iter().map(|job| number(&job["seconds"])).sum();
        let price = jobs[0]["charge"]["price"].as_str().unwrap();
        let price: f64 = price.strip_suffix(" USD/h").unwrap().parse().unwrap();
        assert!(
            (0.05..0.5).contains(&price),
            "{price} USD/h for an ml.m5.large"
        );
        let cost = number(&step["cost_usd"]);
        assert!((cost - seconds * price / 3600.0).abs() < 2e-8, "{step:#}");
        total += cost;
    }
    let cost = &document["cost"];
    assert!((number(&cost["usd"]) - total).abs() < 1e-8, "{cost:#}");
    assert_eq!(cost["unpriced_jobs"], 0);
}

fn check_scores(document: &Value) {
    let candidates = document["candidates"].as_array().unwrap();
    let by_name = |name: &str| {
        let found = candidates
            .iter()
            .find(|candidate| candidate["name"] == name);
        found.unwrap_or_else(|| panic!("no candidate `{name}` in {candidates:#?}"))
    };
    assert_eq!(candidates.len(), 3);
    let majority = by_name("majority");
    assert_eq!(majority["baseline"], true);
    assert!((number(&majority["validation"]["accuracy"]) - 102.0 / 184.0).abs() < 1e-9);
    assert!((number(&majority["validation"]["roc_auc"]) - 0.5).abs() < 1e-9);
    let mut best = ("", 0.0);
    for name in ["logistic_regression", "random_forest"] {
        let candidate = by_name(name);
        let scores = &candidate["validation"];
        assert!(
            (0.70..0.92).contains(&number(&scores["accuracy"])),
            "{candidate:#}"
        );
        assert!(
            (0.80..0.96).contains(&number(&scores["roc_auc"])),
            "{candidate:#}"
        );
        assert!(number(&candidate["fit_seconds"]) > 0.0);
        assert!(number(&candidate["one_row_p99_ns"]) > 0.0);
        assert_eq!(candidate["metric"], "f1_macro");
        let score = number(&scores["f1_macro"]);
        if score > best.1 {
            best = (name, score);
        }
    }
    assert_eq!(document["selected"], best.0);
    let test = &document["test"];
    assert_eq!(test["candidate"], best.0);
    let accuracy = number(&test["scores"]["accuracy"]);
    assert!((0.70..0.92).contains(&accuracy), "{test:#}");
    for (metric, interval) in test["intervals"].as_object().unwrap() {
        let (low, high) = (number(&interval["low"]), number(&interval["high"]));
        let score = number(&test["scores"][metric]);
        assert!(
            low <= score && score <= high && low < high,
            "{metric}: {test:#}"
        );
    }
    let confusion: f64 = test["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(number)
        .sum();
    assert!((confusion - 184.0).abs() < f64::EPSILON);
    let gate = &document["gate"][0];
    assert_eq!(
        (gate["metric"].as_str(), gate["holds"].as_bool()),
        (Some("accuracy"), Some(true))
    );
    assert!((number(&gate["value"]) - accuracy).abs() < 1e-12);
}

fn check_serving(document: &Value) {
    let package = document["package"].as_str().unwrap();
    assert!(
        package.ends_with(":model-package/plimsoll-heart-disease/1"),
        "{package}"
    );
    assert_eq!(document["endpoint"]["name"], "heart-disease");
    let load = &document["endpoint"]["load_test"];
    assert_eq!(load["scheduled"], 400);
    assert_eq!(load["answered"], 400, "{load:#}");
    assert_eq!(load["errors"], serde_json::json!({}));
    let latency = |name: &str| number(&load["latency_us"][name]);
    assert!(
        0.0 < latency("p50") && latency("p50") <= latency("p99"),
        "{load:#}"
    );
    assert!(latency("p99") <= latency("max"), "{load:#}");
    assert_eq!(document["batch"]["rows"], 20);
}

fn check_status(binary: &Binary, state: &Path, document: &Value) {
    let status = binary
        .verb(["status", "--json"])
        .state(state)
        .run()
        .ok()
        .json();
    assert_eq!(status["plane"], Value::Null);
    assert_eq!(status["jobs"], serde_json::json!([]));
    assert_eq!(status["endpoints"][0]["name"], "heart-disease");
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
    assert_eq!(status["runs"][0]["run"], document["run"]);
    assert_eq!(status["runs"][0]["status"], "succeeded");
    let text = binary.verb(["status"]).state(state).run().ok().stdout;
    assert!(
        text.contains("no plane is up") && text.contains("succeeded"),
        "{text}"
    );
}

fn check_events(binary: &Binary, state: &Path, document: &Value) {
    let run = document["run"].as_str().unwrap();
    let events = binary
        .verb(["events", "--json", run])
        .state(state)
        .run()
        .ok()
        .events();
    let ids: Vec<u64> = events
        .iter()
        .map(|event| event["id"].as_u64().unwrap())
        .collect();
    let dense: Vec<u64> = (1..=events.len() as u64).collect();
    assert_eq!(ids, dense);
    assert_eq!(events[0]["type"], "ExecutionStarted");
    assert_eq!(events[events.len() - 1]["type"], "ExecutionSucceeded");
    for event in &events[1..] {
        let previous = event["previousEventId"].as_u64().unwrap();
        assert!(previous < event["id"].as_u64().unwrap(), "{event}");
    }
    let stack = binary
        .verb(["events", "--stack", "--json"])
        .state(state)
        .run()
        .ok()
        .events();
    let last = &stack[stack.len() - 1];
    assert_eq!(last["ResourceType"], "AWS::CloudFormation::Stack");
    assert_eq!(last["ResourceStatus"], "CREATE_COMPLETE");
}

fn check_logs(binary: &Binary, state: &Path, document: &Value) {
    let train = &step(document, "Train")["jobs"];
    let job = train[1]["job"].as_str().unwrap();
    let lines = binary
        .verb(["logs", job, "--json"])
        .state(state)
        .run()
        .ok()
        .events();
    assert!(lines.iter().all(|line| line["job"] == job), "{lines:#?}");
    let texts: Vec<&str> = lines
        .iter()
        .map(|line| line["line"].as_str().unwrap())
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| text.starts_with("validation:f1_macro=")),
        "{texts:?}"
    );
    let all = binary.verb(["logs"]).state(state).run().ok().stdout;
    for job in train.as_array().unwrap() {
        assert!(all.contains(job["job"].as_str().unwrap()), "{job} in {all}");
    }
    let missing = binary.verb(["logs", "no-such-job"]).state(state).run();
    missing.fails(2, &["error[P0404]", "`no-such-job`"]);
}

/// The same rows give the same answers in every form, and as the batch gave them.
fn check_predictions(binary: &Binary, workload: &Workload, state: &Path) {
    let file = workload.folder.join("data/new.csv");
    let rows = fs::read_to_string(&file).unwrap();
    let from_file = binary
        .verb(["predict"])
        .arg(&file)
        .state(state)
        .run()
        .ok()
        .stdout;
    let labels: Vec<&str> = from_file.lines().map(|line| &line[..1]).collect();
    assert_eq!(labels.len(), 20);
    assert!(
        labels.iter().all(|label| ["0", "1"].contains(label)),
        "{from_file}"
    );
    let from_stdin = binary
        .verb(["predict", "-"])
        .input(&rows)
        .state(state)
        .run()
        .ok()
        .stdout;
    assert_eq!(from_stdin, from_file);
    let json = binary
        .verb(["predict", "--json"])
        .arg(&file)
        .state(state)
        .run()
        .ok()
        .json();
    let predictions = json["predictions"].as_array().unwrap();
    let by_json: Vec<&str> = predictions
        .iter()
        .map(|p| p["label"].as_str().unwrap())
        .collect();
    assert_eq!(by_json, labels);
    let row: Vec<Value> = rows
        .lines()
        .next()
        .unwrap()
        .split(',')
        .map(Value::from)
        .collect();
    let body = serde_json::json!({ "instances": [row] }).to_string();
    let one = binary
        .verb(["predict", "--content-type", "application/json"])
        .input(&body);
    let one = one.state(state).run().ok().json();
    assert_eq!(one["predictions"][0], predictions[0]);
    let bad = binary.verb(["predict"]).input("1,2,3\n").state(state).run();
    bad.fails(2, &["3 cells", "expected 13"]);
}

#[test]
fn a_run_shows_its_steps_to_people() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = scratch.workload().short();
    let verb = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&scratch.state());
    let Finished { stdout, stderr, .. } = verb.run().ok();
    for word in ALL {
        assert!(stderr.contains(word), "{word} in {stderr}");
    }
    assert!(stderr.contains("918 rows -> 550/184/184"), "{stderr}");
    for word in [
        "random_forest",
        "logistic_regression",
        "majority",
        "accuracy",
        "p99",
        "USD",
    ] {
        assert!(stdout.contains(word), "{word} in {stdout}");
    }
    assert!(
        !stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'),
        "no colour into a file"
    );
}
