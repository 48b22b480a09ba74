//! The step cache: exactly the right steps run again, each says why, and what is gone or was changed is done again.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use e2e::{Binary, Plane, Python, Scratch, Workload};
use serde_json::Value;

use super::document::{CACHEABLE, run, step};

/// After which the machine has something to do that cannot be found, too.
const AFTER_SELECT: [&str; 5] = ["Select", "Refit", "Test", "LoadTest", "BatchPredict"];

/// Does something to a file, given its content.
type Spoil = fn(&Path, Vec<u8>);

/// Steps of a run that were done, each candidate one, with the reason.
fn done(document: &Value) -> Vec<(String, String)> {
    let mut done = Vec::new();
    for name in CACHEABLE {
        let cache = &step(document, name)["cache"];
        let branches = cache["candidates"].as_object();
        let one = [(name.to_owned(), cache)];
        let many = branches.into_iter().flatten();
        let many: Vec<(String, &Value)> = many
            .map(|(candidate, cache)| (format!("{name} {candidate}"), cache))
            .collect();
        for (unit, cache) in if many.is_empty() { one.to_vec() } else { many } {
            let why = cache["why"].as_str().unwrap_or_default().to_owned();
            assert!(!why.is_empty(), "{unit} says nothing: {document:#}");
            if cache["hit"] == false {
                done.push((unit, why));
            }
        }
    }
    done
}

fn names(done: &[(String, String)]) -> Vec<&str> {
    done.iter().map(|(name, _)| name.as_str()).collect()
}

fn append(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A change of the workload, what must be done for it, and a reason that one of them must give.
struct Case {
    what: &'static str,
    change: fn(Workload) -> Workload,
    done: Vec<&'static str>,
    why: (&'static str, &'static str),
}

const TRAINED: [&str; 3] = [
    "Train logistic_regression",
    "Train majority",
    "Train random_forest",
];

fn case(
    what: &'static str,
    change: fn(Workload) -> Workload,
    done: Vec<&'static str>,
    why: (&'static str, &'static str),
) -> Case {
    Case {
        what,
        change,
        done,
        why,
    }
}

fn after_the_linear_model() -> Vec<&'static str> {
    ["Train logistic_regression"]
        .into_iter()
        .chain(AFTER_SELECT)
        .collect()
}

/// Changes that reach little.
fn small_cases() -> Vec<Case> {
    vec![
        case(
            "comments, licence, instance types",
            |workload| {
                let workload = workload.with("license: CC-BY-4.0", "license: MIT  # another one");
                append(
                    &workload.file(),
                    "\n# one more line\ninstances: { train: ml.c5.xlarge, prepare: ml.m5.xlarge }\n",
                );
                workload
            },
            vec![],
            ("", ""),
        ),
        case(
            "a hyperparameter of one candidate",
            |workload| workload.with("C: 1.0", "C: 0.5"),
            after_the_linear_model(),
            ("Train logistic_regression", "hyperparameter `C` 1 -> 0.5"),
        ),
        case(
            "the batch input",
            |workload| {
                append(
                    &workload.folder.join("data/new.csv"),
                    "51.0,0.0,4.0,130.0,305.0,0.0,0.0,142.0,1.0,1.2,2.0,0.0,7.0\n",
                );
                workload
            },
            vec!["BatchPredict"],
            ("BatchPredict", "`data/new.csv` changed (1 row more)"),
        ),
        case(
            "the gate",
            |workload| workload.with("accuracy: \">= 0.70\"", "accuracy: \">= 0.60\""),
            vec![],
            ("", ""),
        ),
    ]
}

/// Changes that reach much.
fn large_cases() -> Vec<Case> {
    let all = ["Prepare"]
        .into_iter()
        .chain(TRAINED)
        .chain(AFTER_SELECT)
        .collect();
    vec![
        case(
            "the metric",
            |workload| workload.with("metric: f1_macro,", "metric: roc_auc,"),
            AFTER_SELECT.to_vec(),
            ("Select", "`metric` f1_macro -> roc_auc"),
        ),
        case(
            "a row of the data",
            |workload| {
                append(
                    &workload.folder.join("data/processed.va.data"),
                    "61.0,1.0,4.0,131.0,250.0,0,1,140.0,1,1.5,2,?,7,2\n",
                );
                workload
            },
            all,
            ("Prepare", "`data/processed.va.data` changed (1 row more)"),
        ),
        case(
            "everything back to what it was with the row",
            |workload| workload.with("C: 0.5", "C: 1.0"),
            after_the_linear_model(),
            ("Train logistic_regression", "hyperparameter `C` 0.5 -> 1"),
        ),
    ]
}

#[test]
fn a_change_runs_exactly_the_steps_that_it_reaches() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (mut workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let reasons = done(&first);
    assert_eq!(reasons.len(), 9, "{reasons:?}");
    assert!(
        reasons
            .iter()
            .all(|(_, why)| why == "first run of this step"),
        "{reasons:?}"
    );
    for case in small_cases().into_iter().chain(large_cases()) {
        workload = (case.change)(workload);
        let document = run(&binary, &workload, &state, &[]);
        let found = done(&document);
        assert_eq!(names(&found), case.done, "{}", case.what);
        let (unit, why) = case.why;
        for (name, reason) in &found {
            if name == unit {
                assert_eq!(reason, why, "{}", case.what);
            } else {
                assert!(
                    reason.starts_with("reads ") && reason.ends_with(", which changed"),
                    "{name}: {reason}"
                );
            }
        }
    }
    let fresh = run(&binary, &workload, &state, &["--fresh"]);
    let reasons = done(&fresh);
    assert_eq!(reasons.len(), 9);
    assert!(
        reasons.iter().all(|(_, why)| why == "`--fresh`"),
        "{reasons:?}"
    );
}

#[test]
fn a_second_run_names_the_first_and_takes_no_second() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let name = first["run"].as_str().unwrap();
    // The machine may be busy with other tests: the best of three.
    let times = (0..3).map(|_| {
        let started = Instant::now();
        let document = run(&binary, &workload, &state, &[]);
        let took = started.elapsed();
        assert_eq!(done(&document), []);
        for step in CACHEABLE.map(|name| step(&document, name)) {
            let why = step["cache"]["why"].as_str().unwrap();
            assert!(
                why.starts_with("same ") && why.ends_with(&format!(" as run {name}")),
                "{why}"
            );
        }
        took
    });
    let best = times.min().unwrap();
    println!("second run: {best:?}");
    assert!(best < Duration::from_secs(1), "{best:?}");
    let shown = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&state)
        .run()
        .ok()
        .stderr;
    let line = format!("hit              same models, metric and code as run {name}");
    assert!(shown.contains(&line), "{shown}");
}

#[test]
fn what_is_gone_or_was_changed_is_done_again_and_alone() {
    let (binary, scratch, python) = (Binary::find(), Scratch::new(), Python::find());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    for (arguments, again, why) in [
        (
            &["delete", "selection.json"][..],
            "Select",
            "its output `selection.json` is gone",
        ),
        (
            &["delete", "validation/validation.csv"],
            "Prepare",
            "its output `validation/validation.csv` is gone",
        ),
        (
            &["replace", "output/train/train.csv", "1,2"],
            "Prepare",
            "its output `train/train.csv` was changed",
        ),
        (
            &["replace", "evaluation.json", "{}"],
            "Test",
            "its output `evaluation.json` was changed",
        ),
        (
            &["delete", "input.csv.out"],
            "BatchPredict",
            "its output `output` is gone",
        ),
        (
            &["replace", "complete.json", "{"],
            "",
            "its proof `complete.json` cannot be read",
        ),
    ] {
        let plane = Plane::up(&binary, &state);
        let words: Vec<&Path> = arguments.iter().map(Path::new).collect();
        python.check("objects.py", &plane, &words);
        plane.down().ok();
        let document = run(&binary, &workload, &state, &[]);
        let found = done(&document);
        if again.is_empty() {
            assert_eq!(found.len(), 9, "{found:?}");
        } else {
            assert_eq!(names(&found), [again], "{found:?}");
        }
        assert!(found.iter().all(|(_, reason)| reason == why), "{found:?}");
        assert_eq!(document["test"], first["test"]);
        assert_eq!(done(&run(&binary, &workload, &state, &[])), []);
    }
}

#[test]
fn a_content_that_the_disk_lost_or_spoiled_is_made_again() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let models = |change: Spoil| {
        let mut changed = 0;
        for file in fs::read_dir(state.join("objects"))
            .unwrap()
            .flat_map(|fan| fs::read_dir(fan.unwrap().path()).unwrap())
        {
            let path = file.unwrap().path();
            let content = fs::read(&path).unwrap();
            if content.starts_with(&[0x1f, 0x8b]) {
                change(&path, content);
                changed += 1;
            }
        }
        assert!(changed >= 3, "{changed} archives");
    };
    let expected = [
        "Train logistic_regression",
        "Train majority",
        "Train random_forest",
        "Refit",
    ];
    let changes: [(Spoil, &str); 3] = [
        (|path, _| fs::remove_file(path).unwrap(), "is gone"),
        (
            |path, content| fs::write(path, &content[1..]).unwrap(),
            "is damaged",
        ),
        (
            |path, mut content| {
                let middle = content.len() / 2;
                content[middle] ^= 1;
                fs::write(path, content).unwrap();
                // The file is younger than the object that it belongs to.
                let later =
                    fs::metadata(path).unwrap().modified().unwrap() + Duration::from_mins(1);
                fs::File::options()
                    .append(true)
                    .open(path)
                    .unwrap()
                    .set_modified(later)
                    .unwrap();
            },
            "is damaged",
        ),
    ];
    for (change, why) in changes {
        models(change);
        let document = run(&binary, &workload, &state, &[]);
        let found = done(&document);
        assert_eq!(names(&found), expected, "{found:?}");
        let reason = format!("the content of its output `model.tar.gz` {why}");
        assert!(found.iter().all(|(_, found)| *found == reason), "{found:?}");
        assert_eq!(document["test"], first["test"]);
        assert_eq!(done(&run(&binary, &workload, &state, &[])), []);
    }
}

#[test]
fn status_shows_runs_entries_and_hits() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload().short(), scratch.state());
    let first = run(&binary, &workload, &state, &[]);
    let second = run(&binary, &workload, &state, &[]);
    let verb = |words: &[&str]| binary.verb(words.iter().copied()).state(&state).run().ok();
    let status = verb(&["status", "--json"]).json();
    let listed = status["runs"].as_array().unwrap();
    assert_eq!(
        (&listed[0]["run"], &listed[1]["run"]),
        (&second["run"], &first["run"])
    );
    for (run, hits) in listed.iter().zip([9, 0]) {
        assert_eq!(
            (run["hits"].as_u64(), run["looked_for"].as_u64()),
            (Some(hits), Some(9)),
            "{run:#}"
        );
        assert_eq!(run["selected"], first["selected"]);
        assert_eq!(run["metric"], "f1_macro");
        assert_eq!(run["score"], first["test"]["scores"]["f1_macro"]);
        assert!(run["seconds"].as_f64().unwrap() > 0.0);
    }
    let text = verb(&["status"]).stdout;
    assert!(text.contains("9 of 9") && text.contains("0 of 9"), "{text}");
    let one = first["run"].as_str().unwrap();
    assert_eq!(verb(&["status", one, "--json"]).json(), first);
    assert!(verb(&["status", one]).stdout.contains("Prepare        ok"));
    binary
        .verb(["status", "nosuchrun"])
        .state(&state)
        .run()
        .fails(2, &["error[P0404]"]);
    let cache = verb(&["status", "--cache", "--json"]).json();
    let entries = cache["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 9, "{cache:#}");
    for entry in entries {
        assert_eq!(
            (entry["hits"].as_u64(), &entry["run"]),
            (Some(1), &first["run"]),
            "{entry:#}"
        );
        assert!(
            entry["last_used"].as_f64() > entry["finished"].as_f64(),
            "{entry:#}"
        );
    }
    let total: u64 = entries
        .iter()
        .map(|entry| entry["bytes"].as_u64().unwrap())
        .sum();
    assert_eq!(cache["bytes"].as_u64(), Some(total));
    let text = verb(&["status", "--cache"]).stdout;
    assert!(
        text.contains("Train random_forest") && text.contains("9 entries"),
        "{text}"
    );
}
