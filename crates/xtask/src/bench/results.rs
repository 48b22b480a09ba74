//! `bench/results.md`: one row a measured quantity, with the machine and its load at that moment.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Row;
use crate::root::root;

const PAGE: &str = "bench/results.md";
const HEAD: &str = "\
# Measured figures

Written by `cargo xtask bench [NAME...]`, newest last. Load is the machine's average over 1 and 5 minutes when the bench
began; beside other work a wall time says little, CPU seconds and ratios say more.

| date | bench | measure | median | spread | load | machine |
|---|---|---|---|---|---|---|
";

/// When and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Surroundings {
    date: String,
    load: String,
    machine: String,
}

impl Surroundings {
    /// Reads date, load and processor.
    pub(super) fn now() -> Result<Self> {
        let output = Command::new("date")
            .args(["-u", "+%Y-%m-%d"])
            .output()
            .context("cannot start `date`")?;
        ensure!(
            output.status.success(),
            "`date` ended with {}",
            output.status
        );
        let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Ok(Self {
            date: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            load: load(&read("/proc/loadavg")),
            machine: format!("{} x {cpus}", model(&read("/proc/cpuinfo"))),
        })
    }
}

/// Appends the rows of one bench.
pub(super) fn add(bench: &str, at: &Surroundings, rows: &[Row]) -> Result<()> {
    let path = root().join(PAGE);
    let before = fs::read_to_string(&path).unwrap_or_else(|_| HEAD.to_owned());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
    }
    let text = format!("{}{}", before, lines(bench, at, rows));
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    println!("{} rows added to {PAGE}", rows.len());
    Ok(())
}

fn lines(bench: &str, at: &Surroundings, rows: &[Row]) -> String {
    let Surroundings {
        date,
        load,
        machine,
    } = at;
    let mut text = String::new();
    for Row {
        measure,
        value,
        spread,
    } in rows
    {
        let _ = writeln!(
            text,
            "| {date} | {bench} | {measure} | {value} | {spread} | {load} | {machine} |"
        );
    }
    text
}

/// The averages over 1 and 5 minutes.
fn load(text: &str) -> String {
    let numbers: Vec<&str> = text.split_whitespace().take(2).collect();
    numbers.join(", ")
}

fn model(text: &str) -> &str {
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    name.map_or("unknown processor", |(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_when_where_and_under_which_load() {
        let at = Surroundings {
            date: "2026-12-01".to_owned(),
            load: load("0.31 1.25 0.70 1/234 5678\n"),
            machine: format!("{} x 2", model("processor : 0\nmodel name\t: Xeon 8375C\n")),
        };
        let rows = [Row {
            measure: "wall".to_owned(),
            value: "3.1 s".to_owned(),
            spread: "3.0 s to 3.4 s, n = 5".to_owned(),
        }];
        assert_eq!(
            lines("run", &at, &rows),
            "| 2026-12-01 | run | wall | 3.1 s | 3.0 s to 3.4 s, n = 5 | 0.31, 1.25 | Xeon 8375C x 2 |\n"
        );
        let columns = |line: &str| line.matches('|').count();
        let head = HEAD.lines().find(|line| line.starts_with('|')).unwrap();
        assert_eq!(columns(head), columns(&lines("run", &at, &rows)));
    }

    #[test]
    fn a_machine_that_says_nothing_is_unknown() {
        assert_eq!(model(""), "unknown processor");
        assert_eq!(load(""), "");
        let now = Surroundings::now().unwrap();
        assert_eq!(now.date.len(), 10);
    }
}
