//! What a trial costs: in the store, and on the machine beyond its training.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::super::Row;
use crate::ci::cargo;
use crate::root::{binary, root};

/// What tests of the crate `plane` print: a trial told, stored and flushed, the next one asked and its training job made.
pub(super) fn stored() -> Result<Vec<Row>> {
    let profile = crate::root::measured();
    let output = cargo(&format!("test --profile {profile} --package plane --lib"))
        .args(["--", "--nocapture", "--test-threads", "1"])
        .arg("simulation::speed::a_trial")
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the test of `plane` ended with {}",
        output.status
    );
    let rows = rows(&String::from_utf8_lossy(&output.stdout));
    ensure!(!rows.is_empty(), "the tests printed no figure");
    Ok(rows)
}

/// The rows of lines such as `ask, tell and store, 60 trials: 1.00 ms; 0.50 ms to 2.00 ms`.
fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        // The name of a test may stand before the first of its lines.
        let line = &line[line.find("ask, tell and store")?..];
        let (measure, figures) = line.split_once(": ")?;
        let (value, spread) = figures.split_once("; ")?;
        Some(Row {
            measure: format!("{measure}, plimsoll"),
            value: value.to_owned(),
            spread: spread.to_owned(),
        })
    };
    text.lines().filter_map(row).collect()
}

/// What the script prints: CPU seconds of a tuning job and of its trainings by themselves.
#[derive(Debug, Deserialize)]
struct Costs {
    trials: u64,
    plane_and_workers: f64,
    trainings: Vec<f64>,
    wall: f64,
}

/// Forty trials of a forest on mobile price.
pub(super) fn overhead(python: &Path) -> Result<Vec<Row>> {
    let output = Command::new(python)
        .arg(root().join("bench/tune/forest.py"))
        .arg(binary())
        .arg(root().join("examples/mobile-price/data/train.csv"))
        .output()
        .context("cannot start the Python of boto3")?;
    ensure!(
        output.status.success(),
        "the script of the forest ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let costs: Costs = serde_json::from_slice(&output.stdout)
        .context("the script of the forest printed something else than its figures")?;
    Ok(vec![cost(&costs)?])
}

fn cost(costs: &Costs) -> Result<Row> {
    let trainings = super::super::median(&costs.trainings).context("no training was measured")?;
    let more = (costs.plane_and_workers / trainings - 1.0) * 100.0;
    Ok(Row {
        measure: format!(
            "{} trials of a forest, CPU beyond the trainings",
            costs.trials
        ),
        value: format!("{more:.1} %"),
        spread: format!(
            "{:.2} s of plane and workers, {trainings:.2} s of bare trainings; {:.1} s on the clock",
            costs.plane_and_workers, costs.wall
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_tests_become_rows() {
        let text = "test x ... ask, tell and store, 60 trials: 0.90 ms; 0.50 ms to 2.00 ms\nok\n\
                    ask, tell and store, late: 1.10 ms; n = 60\nask, tell and store\n";
        let made = rows(text);
        assert_eq!(made.len(), 2);
        assert_eq!(made[0].measure, "ask, tell and store, 60 trials, plimsoll");
        assert_eq!(
            (made[0].value.as_str(), made[1].spread.as_str()),
            ("0.90 ms", "n = 60")
        );
    }

    #[test]
    fn the_overhead_is_what_is_used_beyond_the_median_training() {
        let costs = Costs {
            trials: 40,
            plane_and_workers: 10.8,
            trainings: vec![9.0, 10.0, 12.0],
            wall: 6.0,
        };
        let row = cost(&costs).unwrap();
        assert_eq!(row.value, "8.0 %");
        assert!(
            row.spread
                .starts_with("10.80 s of plane and workers, 10.00 s")
        );
    }
}
