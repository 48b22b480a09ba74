//! Fitting on one thread beside the programs that people use, interleaved: processor seconds and memory.

use std::process::Command;

use anyhow::Result;

use super::Row;
use super::beside::{json, ratio};
use super::peers::{Peers, bench};

/// Task, family, hyperparameters of the own side.
const CASES: &[(&str, &str, &[&str])] = &[
    ("mobile", "gradient_boosting", &[]),
    ("large", "gradient_boosting", &[]),
    ("mobile", "random_forest", &["n_estimators=100"]),
    ("large", "random_forest", &["n_estimators=20"]),
    (
        "mobile",
        "logistic_regression",
        &["max_iter=2000", "tol=0.000001"],
    ),
    (
        "large",
        "logistic_regression",
        &["max_iter=2000", "tol=0.000001"],
    ),
];
const ROUNDS: usize = 5;

pub(super) fn run() -> Result<Vec<Row>> {
    let peers = Peers::ready()?;
    let own = bench("training")?;
    let mut rows = Vec::new();
    for &(task, family, pairs) in CASES {
        let folder = peers.tasks.join("speed").join(task);
        let trees = pairs
            .iter()
            .find_map(|pair| pair.strip_prefix("n_estimators="));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(json(
                Command::new(&own).arg(&folder).arg(family).args(pairs),
            )?);
            let mut peer = peers.command();
            peer.arg("fit").arg(&folder).arg(family).args(trees);
            theirs.push(json(&mut peer)?);
        }
        rows.push(ratio(
            &format!("{family}, {task}, CPU"),
            "seconds",
            "s",
            (&ours, &theirs),
        )?);
        rows.push(ratio(
            &format!("{family}, {task}, memory"),
            "kib",
            "KiB",
            (&ours, &theirs),
        )?);
    }
    Ok(rows)
}
