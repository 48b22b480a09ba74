//! The whole pipeline from nothing: wall time beyond the load test's own seconds, and CPU seconds by step.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Row, row};
use crate::root::{binary, root, target};

const TIMES: usize = 5;

/// One run of the pipeline.
struct Run {
    /// From the start of the process to its end.
    wall: f64,
    /// What it printed.
    document: Value,
}

pub(super) fn run() -> Result<Vec<Row>> {
    let mut runs = Vec::new();
    for _ in 0..TIMES {
        runs.push(once()?);
    }
    rows(&runs)
}

fn once() -> Result<Run> {
    let state = target().join("bench-state");
    if state.exists() {
        fs::remove_dir_all(&state)
            .with_context(|| format!("cannot remove `{}`", state.display()))?;
    }
    let mut command = Command::new(binary());
    command
        .args([
            "run",
            "examples/heart-disease",
            "--fresh",
            "--json",
            "--state",
        ])
        .arg(&state)
        .current_dir(root());
    let begin = Instant::now();
    let output = command.output().context("cannot start the binary")?;
    let wall = begin.elapsed().as_secs_f64();
    ensure!(
        output.status.success(),
        "the run ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let document = serde_json::from_slice(&output.stdout).context("the run printed no JSON")?;
    Ok(Run { wall, document })
}

fn rows(runs: &[Run]) -> Result<Vec<Row>> {
    let seconds = |value: f64| format!("{value:.2} s");
    let mut walls = Vec::new();
    for run in runs {
        let load = &run.document["endpoint"]["load_test"]["seconds"];
        let load = load
            .as_f64()
            .context("the run has no `endpoint.load_test.seconds`")?;
        walls.push(run.wall - load);
    }
    let mut rows = vec![row("wall without the load test's seconds", &walls, seconds)];
    let first = runs.first().context("nothing ran")?;
    let mut all = vec![0.0; runs.len()];
    for step in steps(&first.document) {
        let name = step["name"].as_str().context("a step has a name")?;
        let spent: Vec<f64> = runs.iter().map(|run| cpu(&run.document, name)).collect();
        for (sum, cpu) in all.iter_mut().zip(&spent) {
            *sum += cpu;
        }
        if spent.iter().any(|cpu| *cpu > 0.0) {
            rows.push(row(&format!("CPU of {name}"), &spent, seconds));
        }
    }
    rows.push(row("CPU of all jobs", &all, seconds));
    Ok(rows)
}

fn steps(document: &Value) -> impl Iterator<Item = &Value> {
    document["steps"].as_array().into_iter().flatten()
}

fn cpu(document: &Value, name: &str) -> f64 {
    let step = steps(document).find(|step| step["name"] == name);
    let seconds = step.and_then(|step| step["cpu_seconds"].as_f64());
    seconds.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run_of(wall: f64, train: f64) -> Run {
        let document = json!({
            "steps": [
                {"name": "Prepare", "cpu_seconds": 0.05},
                {"name": "Train", "cpu_seconds": train},
                {"name": "Gate", "cpu_seconds": 0.0},
            ],
            "endpoint": {"load_test": {"seconds": 2.0}},
        });
        Run { wall, document }
    }

    #[test]
    fn the_load_tests_own_seconds_do_not_count() {
        let runs = [run_of(5.0, 1.0), run_of(6.0, 1.2), run_of(5.5, 1.1)];
        let made = rows(&runs).unwrap();
        let shown: Vec<_> = made
            .iter()
            .map(|r| (r.measure.as_str(), r.value.as_str()))
            .collect();
        let expected = [
            ("wall without the load test's seconds", "3.50 s"),
            ("CPU of Prepare", "0.05 s"),
            ("CPU of Train", "1.10 s"),
            ("CPU of all jobs", "1.15 s"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(made[0].spread, "3.00 s to 4.00 s, n = 3");
    }

    #[test]
    fn a_document_without_its_load_test_is_refused() {
        let run = Run {
            wall: 1.0,
            document: json!({"steps": []}),
        };
        assert!(rows(&[run]).is_err());
        assert!(rows(&[]).is_err());
    }
}
