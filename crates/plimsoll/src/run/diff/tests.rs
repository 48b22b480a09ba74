//! Comparisons of runs that are made up: what is named, and what is said of the scores.

use serde_json::json;
use steps::{Bootstrap, Evaluation, Interval, Source};

use super::*;

fn evaluation(accuracy: f64) -> Evaluation {
    Evaluation {
        candidate: "lr".to_owned(),
        rows: 100,
        scores: [("accuracy".to_owned(), accuracy)].into(),
        intervals: [(
            "accuracy".to_owned(),
            Interval {
                low: accuracy - 0.05,
                high: accuracy + 0.05,
            },
        )]
        .into(),
        bootstrap: Bootstrap {
            resamples: 10,
            level: 0.95,
            seed: 1,
        },
        classes: vec![],
        confusion: vec![],
        roc: vec![],
        calibration: None,
        residuals: None,
        importance: None,
        forecast: None,
        groups: None,
    }
}

fn ingredients(step: &str, definition: Value, file: &str) -> Ingredients {
    Ingredients {
        step: step.to_owned(),
        algorithm: 1,
        definition,
        reads: vec![],
        sources: vec![Source {
            name: "rows.csv".to_owned(),
            sha256: file.repeat(64),
            bytes: 10,
        }],
    }
}

fn run(name: &str, accuracy: Option<f64>) -> Run {
    let text = json!({
        "run": name, "workload": "heart", "execution": "arn", "status": "succeeded", "error": null, "cause": null,
        "failed_job": null, "started": 1.0, "started_utc": "", "seconds": 4.0, "steps": [{
            "span": {"name": "Test", "state": "done", "started": 2.0, "seconds": 0.5},
            "says": "", "why": null, "branches": [], "jobs": []}],
        "metric": "accuracy", "candidates": [{"name": "lr", "baseline": false, "selected": true,
            "scores": {"accuracy": 0.8}, "fit_seconds": 0.1, "one_row_p99_ns": null, "failure": null}],
        "selected": "lr", "gate": [{"metric": "accuracy", "rule": ">= 0.7", "value": 0.8, "holds": true}],
        "prepare": null, "evaluation": null, "package": null, "endpoint": null, "load": null, "batch": null,
        "sources": [], "about": {}, "environment": {},
    });
    let mut run: Run = serde_json::from_value(text).unwrap();
    run.evaluation = accuracy.map(evaluation);
    run
}

fn side(name: &str, accuracy: f64, (c, file): (&str, &str)) -> Side {
    let train = ingredients(
        "Train.lr",
        json!({"hyperparameters": {"C": c, "seed": "42"}}),
        "0",
    );
    let prepare = ingredients("Prepare", json!({"split": {"test_ppm": 200_000}}), file);
    let test = ingredients("Test", json!({"of": [c, file]}), "0");
    let input = json!({
        "image": "plimsoll:1",
        "in": {
            "Prepare": {"key": prepare.key(), "instance_type": "ml.m5.large"},
            "Train": {"lr": {"key": train.key()}},
            "Test": {"key": test.key()},
        },
    });
    let ingredients = [("Prepare", prepare), ("Train.lr", train)];
    Side {
        run: run(name, Some(accuracy)),
        input,
        ingredients: ingredients
            .map(|(name, made)| (name.to_owned(), made))
            .into(),
    }
}

fn shown(diff: &Diff) -> Vec<String> {
    let text = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or_else(|| "-".to_owned(), Value::to_string)
    };
    let line = |change: &Change| {
        let (left, right) = (text(&change.values.left), text(&change.values.right));
        format!("{} {} {left} {right}", change.kind, change.what)
    };
    diff.changes.iter().map(line).collect()
}

#[test]
fn a_run_and_itself_differ_in_nothing() {
    let (left, right) = (side("a", 0.8, ("1.0", "1")), side("b", 0.8, ("1.0", "1")));
    let found = diff(&left, &right);
    assert_eq!(shown(&found), Vec::<String>::new());
    assert_eq!(found.scores[0].verdict, Some(Verdict::SameEvaluation));
    assert_eq!(found.steps[0].same_key, Some(true));
}

#[test]
fn a_hyperparameter_a_file_and_the_gate_are_named_as_the_user_wrote_them() {
    let left = side("a", 0.70, ("1.0", "1"));
    let mut right = side("b", 0.85, ("0.1", "2"));
    right.run.gate[0].rule = ">= 0.8".to_owned();
    right.input["in"]["Prepare"]["instance_type"] = json!("ml.m5.xlarge");
    let found = diff(&left, &right);
    let changes = shown(&found);
    assert!(changes[0].starts_with("data rows.csv {"), "{changes:?}");
    assert_eq!(
        changes[1..4],
        [
            r#"workload gate.accuracy ">= 0.7" ">= 0.8""#,
            r#"workload instances.prepare "ml.m5.large" "ml.m5.xlarge""#,
            r#"workload models.lr.C "1.0" "0.1""#,
        ]
    );
    // Of Test nothing but the key is left.
    assert!(
        changes[4].starts_with("code key of Test (its ingredients are gone)"),
        "{changes:?}"
    );
    assert_eq!(found.scores[0].verdict, Some(Verdict::BeyondNoise));
    assert!((found.scores[0].difference.unwrap() - 0.15).abs() < 1e-9);
    assert_eq!(found.steps[0].same_key, Some(false));
}

#[test]
fn what_only_one_run_has_stands_alone() {
    let left = side("a", 0.8, ("1.0", "1"));
    let mut right = side("b", 0.8, ("1.0", "1"));
    right.run.evaluation = None;
    right.input["in"]["LoadTest"] = json!({"key": "f".repeat(64)});
    let found = diff(&left, &right);
    assert_eq!(
        shown(&found),
        [r#"workload deploy.endpoint.load_test - "there""#]
    );
    assert_eq!(found.scores[0].verdict, None);
    assert!(found.scores[0].values.right.is_none());
    let document = serde_json::to_value(&found).unwrap();
    assert_eq!(document["schema"], "plimsoll.diff/1");
    assert_eq!(document["left"]["run"], "a");
    assert_eq!(document["scores"][0]["right"], Value::Null);
}
