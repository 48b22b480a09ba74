//! One-row requests to exported models behind this binary and behind other servers, in turns: what `bench/serving/drive.py`
//! measures. It says which variables name the Python of each server, and leaves out those that are not named.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Row;
use crate::root::{binary, root};

/// Names the Python that makes the models and drives the bench.
const PYTHON: &str = "BENCH_PYTHON";
/// What the others are held against.
const OWN: &str = "plimsoll";

pub(super) fn run() -> Result<Vec<Row>> {
    let python = std::env::var_os(PYTHON).unwrap_or_else(|| "python3".into());
    let output = Command::new(&python)
        .arg(root().join("bench/serving/drive.py"))
        .arg(binary())
        .output()
        .with_context(|| format!("cannot start `{}`", python.display()))?;
    ensure!(
        output.status.success(),
        "the bench ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let figures = serde_json::from_slice(&output.stdout).context("the bench printed no JSON")?;
    rows(&figures)
}

/// For each model every server's figures, and how many times as many requests this binary answers.
fn rows(figures: &Value) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (model, servers) in figures.as_object().context("no models")? {
        for (server, found) in servers.as_object().context("no servers")? {
            let number = |member: &str| found[member].as_f64().context("a figure is missing");
            rows.push(Row {
                measure: format!("{model}, {server}"),
                value: format!("{:.0} /s", number("rate")?),
                spread: spread(found, &servers[OWN], server)?,
            });
        }
    }
    ensure!(!rows.is_empty(), "the bench measured nothing");
    Ok(rows)
}

fn spread(found: &Value, own: &Value, server: &str) -> Result<String> {
    let rates = |of: &Value| -> Vec<f64> {
        let rates = of["rates"].as_array().into_iter().flatten();
        rates.filter_map(Value::as_f64).collect()
    };
    let mut sorted = rates(found);
    sorted.sort_by(f64::total_cmp);
    let ends = sorted.first().zip(sorted.last());
    let (least, most) = ends.context("no rounds")?;
    let number = |member: &str| found[member].as_f64().unwrap_or_default();
    let mut text = format!(
        "{least:.0} to {most:.0} /s, n = {}; p99 {:.2} ms, {:.1} MiB, load busy {:.0} %",
        sorted.len(),
        number("p99"),
        number("memory"),
        number("busy") * 100.0
    );
    if server != OWN {
        let mut ratios: Vec<f64> = rates(own)
            .iter()
            .zip(rates(found))
            .map(|(own, other)| own / other)
            .collect();
        ratios.sort_by(f64::total_cmp);
        let times = super::median(&ratios).context("no rounds")?;
        let ratio = |member: &str| number(member) / own[member].as_f64().unwrap_or(f64::NAN);
        let _ = write!(
            text,
            "; {OWN} answers {times:.1} times as many, p99 1/{:.1}, memory 1/{:.1}",
            ratio("p99"),
            ratio("memory")
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_server_is_held_against_this_binary_round_by_round() {
        let figures = json!({"forest": {
            "plimsoll": {"rate": 200.0, "p99": 2.0, "busy": 0.5, "rates": [100, 200, 300], "memory": 10.0},
            "other": {"rate": 20.0, "p99": 8.0, "busy": 0.1, "rates": [10, 20, 50], "memory": 50.0},
        }});
        let made = rows(&figures).unwrap();
        let of = |name: &str| made.iter().find(|row| row.measure == name).unwrap();
        let own = of("forest, plimsoll");
        assert_eq!(own.value, "200 /s");
        assert_eq!(
            own.spread,
            "100 to 300 /s, n = 3; p99 2.00 ms, 10.0 MiB, load busy 50 %"
        );
        let other = &of("forest, other").spread;
        let end = "plimsoll answers 10.0 times as many, p99 1/4.0, memory 1/5.0";
        assert!(other.ends_with(end), "{other}");
    }

    #[test]
    fn figures_without_rounds_are_refused() {
        assert!(rows(&json!({})).is_err());
        let none = json!({"forest": {"plimsoll": {"rate": 1.0, "rates": []}}});
        assert!(rows(&none).is_err());
    }
}
