//! Predictions of a model file by this program and by onnxruntime on one thread, interleaved: processor time of 1,000 rows, and
//! how long one row takes.

use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use super::Row;
use super::beside::{json, middle, ratio};
use super::peers::{Peers, bench};

/// Task, family, hyperparameters.
const CASES: &[(&str, &str, &[&str])] = &[
    ("speed/mobile", "logistic_regression", &["max_iter=1000"]),
    ("speed/mobile", "random_forest", &[]),
    ("speed/mobile", "gradient_boosting", &[]),
    ("speed/large", "random_forest", &[]),
    ("speed/large", "gradient_boosting", &[]),
    ("air_1", "ridge", &[]),
    ("air_1", "random_forest", &["min_samples_leaf=3"]),
    ("air_1", "gradient_boosting", &["n_estimators=300"]),
];
const ROUNDS: usize = 5;

pub(super) fn run() -> Result<Vec<Row>> {
    let peers = Peers::ready()?;
    let (training, own) = (bench("training")?, bench("prediction")?);
    let mut rows = Vec::new();
    for &(task, family, pairs) in CASES {
        let folder = peers.tasks.join(task);
        // The sensors are left out where their file is not named.
        if !folder.exists() {
            continue;
        }
        let model = folder.join(format!("{family}.onnx"));
        json(
            Command::new(&training)
                .env("PLIMSOLL_MODEL", &model)
                .arg(&folder)
                .arg(family)
                .args(pairs),
        )?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(json(Command::new(&own).arg(&model).arg(&folder))?);
            theirs.push(json(
                peers.command().arg("predict").arg(&model).arg(&folder),
            )?);
        }
        rows.extend(compared(&format!("{family}, {task}"), &ours, &theirs)?);
    }
    Ok(rows)
}

/// The ratio of batches beside both, and the time of one row.
fn compared(what: &str, ours: &[Value], theirs: &[Value]) -> Result<[Row; 2]> {
    let (p50, p99) = (middle(ours, "p50")?, middle(ours, "p99")?);
    Ok([
        ratio(
            &format!("{what}, 1,000 rows"),
            "batch",
            "us",
            (ours, theirs),
        )?,
        Row {
            measure: format!("{what}, one row"),
            value: format!("{p50:.1} us"),
            spread: format!("p99 {p99:.1} us"),
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn batches_are_a_ratio_and_rows_a_time() {
        let ours = [json!({"batch": 50.0, "p50": 1.0, "p99": 3.25})];
        let [batch, row] = compared("a", &ours, &[json!({"batch": 200.0})]).unwrap();
        assert_eq!(batch.value, "0.25 times");
        assert_eq!(batch.spread, "medians of 1: 50.000 us and 200.000 us");
        assert_eq!(
            (row.value.as_str(), row.spread.as_str()),
            ("1.0 us", "p99 3.2 us")
        );
        assert!(compared("a", &ours, &[]).is_err());
    }
}
