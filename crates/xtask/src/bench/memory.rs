//! Peak memory of every step on a million rows of twenty numbers: whole runs of two workloads, one of classes and one of
//! numbers, whose rows come from a seeded stream. The peak of a job is that of its process as the plane measured it; that of
//! the run is the process that holds the plane.
//!
//! `PLIMSOLL_ROWS` is the number of rows where a million is too many.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Row;
use super::beside::json;
use crate::root::{binary, target};

const ROWS: u64 = 1_000_000;
const COLUMNS: usize = 20;
/// What a step may take.
const LIMIT_MIB: f64 = 256.0;

/// A workload: its name, its target, its models.
const WORKLOADS: &[(&str, &str, &str)] = &[
    (
        "classes",
        "label",
        "  - logistic_regression: {}\n  - random_forest: { n_estimators: 20 }\n  - gradient_boosting: {}\n",
    ),
    (
        "numbers",
        "amount",
        "  - ridge: {}\n  - random_forest: { n_estimators: 20, max_features: sqrt, min_samples_leaf: 5 }\n  - gradient_boosting: {}\n",
    ),
];

/// Runs a program and prints its document with its own peak beside, which is looked at while it runs: what the kernel tells
/// of a process that was waited for is that of its children as well.
const WATCHED: &str = r"
import json, subprocess, sys, tempfile, time
peak = 0
with tempfile.TemporaryFile() as out:
    child = subprocess.Popen(sys.argv[1:], stdout=out)
    while child.poll() is None:
        with open(f'/proc/{child.pid}/status') as status:
            found = [line.split()[1] for line in status if line.startswith('VmHWM')]
        peak = max([peak, *map(int, found)])
        time.sleep(0.05)
    out.seek(0)
    print(json.dumps({'peak_bytes': peak * 1024, 'document': json.load(out)}))
";

pub(super) fn run() -> Result<Vec<Row>> {
    let rows = std::env::var_os("PLIMSOLL_ROWS")
        .and_then(|rows| rows.to_string_lossy().parse().ok())
        .unwrap_or(ROWS);
    let folder = target().join("bench-memory");
    let mut all = Vec::new();
    for &(name, column, models) in WORKLOADS {
        let workload = folder.join(name);
        fs::create_dir_all(&workload)
            .with_context(|| format!("cannot create `{}`", workload.display()))?;
        fs::write(workload.join("workload.yaml"), text(name, column, models))?;
        write_rows(&workload.join("data.csv"), rows, Some(column))?;
        write_rows(&workload.join("new.csv"), rows, None)?;
        let state = folder.join(format!("{name}-state"));
        if state.exists() {
            fs::remove_dir_all(&state)?;
        }
        let mut command = Command::new("python3");
        command
            .args(["-c", WATCHED])
            .arg(binary())
            .arg("run")
            .arg(&workload)
            .args(["--fresh", "--json", "--state"])
            .arg(&state);
        all.extend(peaks(name, rows, &json(&mut command)?)?);
        fs::remove_dir_all(&state)?;
    }
    Ok(all)
}

/// The workload file.
fn text(name: &str, target: &str, models: &str) -> String {
    let kind = match target {
        "label" => "classification",
        _ => "regression",
    };
    let mut columns = String::new();
    for column in 0..COLUMNS {
        let _ = writeln!(columns, "    x{column}: number");
    }
    let of = if kind == "classification" {
        "category"
    } else {
        "number"
    };
    format!(
        "plimsoll: 1\nname: memory-{name}\ndata:\n  source: data.csv\n  duplicates: keep\n  columns:\n{columns}    \
         {target}: {of}\ntask: {{ kind: {kind}, target: {target} }}\n\
         split: {{ test: 20 %, validation: 20 %, seed: 1 }}\nmodels:\n{models}deploy:\n  batch: {{ input: new.csv }}\n"
    )
}

/// Writes rows of a seeded stream: numbers about 0, a class and a number that depend on some of them, and noise.
fn write_rows(path: &Path, rows: u64, target: Option<&str>) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    let mut file = BufWriter::new(file);
    let names: Vec<String> = (0..COLUMNS).map(|column| format!("x{column}")).collect();
    let names = names.iter().map(String::as_str).chain(target);
    writeln!(file, "{}", names.collect::<Vec<_>>().join(","))?;
    let mut state = 1_u64;
    let mut line = String::new();
    for _ in 0..rows {
        line.clear();
        let mut x = [0.0; COLUMNS];
        for (place, x) in x.iter_mut().enumerate() {
            *x = (0..4).map(|_| uniform(&mut state)).sum::<f64>() - 2.0;
            let comma = if place == 0 { "" } else { "," };
            write!(line, "{comma}{x:.4}")?;
        }
        let signal = 2.0 * x[0] - 1.5 * x[1] + 3.0 * x[2] * x[3] + x[4] * x[4];
        let noise = (uniform(&mut state) - 0.5) * 2.0;
        match target {
            None => {}
            Some("label") => {
                line.push_str(if signal + noise > 0.3 { ",yes" } else { ",no" });
            }
            Some(_) => write!(line, ",{:.4}", 100.0 + signal + noise)?,
        }
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(())
}

/// A number from 0 to 1 of the stream that SplitMix64 is.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A row for each job, and one for the run.
fn peaks(name: &str, rows: u64, told: &Value) -> Result<Vec<Row>> {
    let document = &told["document"];
    let steps = document["steps"].as_array();
    let steps = steps.with_context(|| format!("the run printed no steps: {document}"))?;
    let mut all = Vec::new();
    let mut add = |what: &str, bytes: &Value, seconds: &Value| {
        let Some(bytes) = bytes.as_f64() else { return };
        let mib = bytes / f64::from(1 << 20);
        let kept = if mib <= LIMIT_MIB { "within" } else { "ABOVE" };
        let seconds = seconds.as_f64().unwrap_or_default();
        all.push(Row {
            measure: format!("{name}, {rows} rows, {what}"),
            value: format!("{mib:.0} MiB"),
            spread: format!("{kept} {LIMIT_MIB} MiB; {seconds:.1} s of CPU"),
        });
    };
    for step in steps {
        let step_name = step["name"].as_str().unwrap_or_default();
        let jobs = step["jobs"].as_array().map(Vec::as_slice);
        for job in jobs.unwrap_or_default() {
            let job_name = job["job"].as_str().unwrap_or_default();
            let what = format!("{step_name} ({job_name})");
            add(&what, &job["peak_bytes"], &job["cpu_seconds"]);
        }
    }
    add("the run with its plane", &told["peak_bytes"], &Value::Null);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_job_and_the_run_have_a_row() {
        let told = json!({
            "peak_bytes": 300 << 20,
            "document": {"steps": [
                {"name": "Prepare", "jobs": [{"job": "a-prepare", "peak_bytes": 100 << 20, "cpu_seconds": 2.0}]},
                {"name": "Gate", "jobs": []},
            ]},
        });
        let made = peaks("classes", 10, &told).unwrap();
        let shown: Vec<_> = made
            .iter()
            .map(|row| {
                [
                    row.measure.as_str(),
                    row.value.as_str(),
                    row.spread.as_str(),
                ]
            })
            .collect();
        assert_eq!(
            shown,
            [
                [
                    "classes, 10 rows, Prepare (a-prepare)",
                    "100 MiB",
                    "within 256 MiB; 2.0 s of CPU"
                ],
                [
                    "classes, 10 rows, the run with its plane",
                    "300 MiB",
                    "ABOVE 256 MiB; 0.0 s of CPU"
                ],
            ]
        );
        assert!(peaks("classes", 10, &json!({})).is_err());
    }

    #[test]
    fn rows_are_those_of_the_seed() {
        let mut state = 1;
        let first: Vec<u64> = (0..3).map(|_| (uniform(&mut state) * 1e6) as u64).collect();
        assert_eq!(first, [566_561, 745_781, 971_002]);
        let text = text("numbers", "amount", "  - ridge: {}\n");
        assert!(text.contains(
            "    x19: number\n    amount: number\ntask: { kind: regression, target: amount }\n"
        ));
    }
}
