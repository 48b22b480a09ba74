//! The examples under a limit of one CPU and of two: each predicted from the other.
//!
//! Each run is the whole pipeline on a fresh state under an affinity, repeated until it used two seconds of CPU, the limits in turn, seven
//! times. CPU and wall time are those of its jobs without the load test. The wall time says as much of the machine's load as of us.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use predict::{Ernest, Run};
use serde_json::Value;

use super::Row;
use crate::root::{binary, root, target};

const EXAMPLES: [&str; 4] = [
    "heart-disease",
    "mobile-price",
    "air-quality",
    "industrial-defects",
];
const ROUNDS: usize = 7;
const LEAST_CPU_SECONDS: f64 = 2.0;
/// Affinities: one CPU, and two.
const LIMITS: [(u32, &str); 2] = [(1, "0"), (2, "0,1")];

/// Seconds of one pipeline.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spent {
    cpu: f64,
    wall: f64,
}

pub(super) fn run() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for example in EXAMPLES {
        let mut spent = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for ((_, cpus), all) in LIMITS.iter().zip(&mut spent) {
                all.push(repeated(example, cpus)?);
            }
        }
        let [one, two] = spent.map(|all| middle(&all));
        rows.extend(compared(example, one?, two?));
    }
    Ok(rows)
}

fn repeated(example: &str, cpus: &str) -> Result<Spent> {
    let (mut sum, mut times) = (
        Spent {
            cpu: 0.0,
            wall: 0.0,
        },
        0.0,
    );
    while sum.cpu < LEAST_CPU_SECONDS {
        let spent = once(example, cpus)?;
        ensure!(spent.cpu > 0.0, "the run of `{example}` used no CPU");
        sum = Spent {
            cpu: sum.cpu + spent.cpu,
            wall: sum.wall + spent.wall,
        };
        times += 1.0;
    }
    Ok(Spent {
        cpu: sum.cpu / times,
        wall: sum.wall / times,
    })
}

fn once(example: &str, cpus: &str) -> Result<Spent> {
    let state = target().join("bench-limits");
    if state.exists() {
        fs::remove_dir_all(&state)
            .with_context(|| format!("cannot remove `{}`", state.display()))?;
    }
    let output = Command::new("taskset")
        .args(["-c", cpus])
        .arg(binary())
        .args([
            "run",
            &format!("examples/{example}"),
            "--fresh",
            "--json",
            "--state",
        ])
        .arg(&state)
        .current_dir(root())
        .output()
        .context("cannot start `taskset`")?;
    ensure!(
        output.status.success(),
        "the run ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let document = serde_json::from_slice(&output.stdout).context("the run printed no JSON")?;
    Ok(spent(&document))
}

fn spent(document: &Value) -> Spent {
    let steps = document["steps"].as_array().into_iter().flatten();
    let figure = |step: &Value, key: &str| step[key].as_f64().unwrap_or_default();
    let jobs = steps.filter(|step| figure(step, "cpu_seconds") > 0.0 && step["name"] != "LoadTest");
    jobs.fold(
        Spent {
            cpu: 0.0,
            wall: 0.0,
        },
        |sum, step| Spent {
            cpu: sum.cpu + figure(step, "cpu_seconds"),
            wall: sum.wall + figure(step, "seconds"),
        },
    )
}

fn middle(all: &[Spent]) -> Result<Spent> {
    let of = |figure: fn(&Spent) -> f64| {
        let mut sorted: Vec<f64> = all.iter().map(figure).collect();
        sorted.sort_by(f64::total_cmp);
        super::median(&sorted).context("nothing ran")
    };
    Ok(Spent {
        cpu: of(|spent| spent.cpu)?,
        wall: of(|spent| spent.wall)?,
    })
}

/// Each limit from the other.
fn compared(example: &str, one: Spent, two: Spent) -> Vec<Row> {
    let pairs = [
        ("1 CPU from 2", (2, two), (1, one)),
        ("2 CPUs from 1", (1, one), (2, two)),
    ];
    let mut rows = Vec::new();
    for (name, (limit, known), (other, actual)) in pairs {
        let measured = Run {
            cpu: known.cpu,
            ..Run::new(1.0, limit, known.wall)
        };
        let wall = Ernest::fit(&[measured], f64::from).seconds(1.0, f64::from(other), 1);
        // The work is the same under any limit.
        rows.push(error(
            &format!("{example}, CPU time of {name}"),
            known.cpu,
            actual.cpu,
        ));
        rows.push(error(
            &format!("{example}, wall time of {name}"),
            wall,
            actual.wall,
        ));
    }
    rows
}

fn error(measure: &str, predicted: f64, actual: f64) -> Row {
    Row {
        measure: measure.to_owned(),
        value: format!("{:.1} %", (predicted / actual - 1.0).abs() * 100.0),
        spread: format!("predicted {predicted:.3} s, median of {ROUNDS} {actual:.3} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jobs_count_and_waiting_and_the_load_test_do_not() {
        let document = json!({"steps": [
            {"name": "Train", "cpu_seconds": 1.5, "seconds": 1.0},
            {"name": "Test", "cpu_seconds": 0.5, "seconds": 0.75},
            {"name": "Deploy", "cpu_seconds": 0.0, "seconds": 1.0},
            {"name": "LoadTest", "cpu_seconds": 0.5, "seconds": 2.0},
        ]});
        assert_eq!(
            spent(&document),
            Spent {
                cpu: 2.0,
                wall: 1.75
            }
        );
        assert!(middle(&[]).is_err());
    }

    #[test]
    fn one_limit_is_predicted_from_the_other() {
        // 1 s on one core and 4 core seconds.
        let (one, two) = (
            Spent {
                cpu: 5.0,
                wall: 5.0,
            },
            Spent {
                cpu: 5.0,
                wall: 3.0,
            },
        );
        let rows = compared("a", one, two);
        let value = |at: usize| rows[at].value.as_str();
        assert_eq!((value(0), value(1), value(2)), ("0.0 %", "0.0 %", "0.0 %"));
        // One CPU cannot tell what two would do: it is taken to stay.
        assert_eq!(rows[3].value, "66.7 %");
        assert_eq!(rows[3].spread, "predicted 5.000 s, median of 7 3.000 s");
    }
}
