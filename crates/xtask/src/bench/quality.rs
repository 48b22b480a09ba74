//! Scores of families beside those of the programs that people use, on five seeds: the table that the bench of the crate
//! `learn` prints. `PLIMSOLL_SEED` is the first seed, 1 where it is not set. Seeds that were looked at before show nothing
//! new: a repeat on them is a check for regressions, and its rows say so.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Row;
use super::peers::{Peers, bench};
use crate::parts::execute;

pub(super) fn run() -> Result<Vec<Row>> {
    let peers = Peers::ready()?;
    let own = bench("quality")?;
    let seed = std::env::var_os("PLIMSOLL_SEED");
    let seed = seed.map_or_else(
        || "1".to_owned(),
        |seed| seed.to_string_lossy().into_owned(),
    );
    execute(peers.command().arg("scores").arg(&peers.tasks).arg(&seed))?;
    let output = Command::new(&own)
        .arg(&peers.tasks)
        .output()
        .with_context(|| format!("cannot start `{}`", own.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    let rows = rows(&text, &seed);
    ensure!(!rows.is_empty(), "the bench printed no table");
    Ok(rows)
}

/// First seeds whose scores were looked at before.
const USED: &[&str] = &["1", "6", "11"];

/// The rows of a table of task, family, metric, own score, reference, difference and verdict.
fn rows(text: &str, seed: &str) -> Vec<Row> {
    let looked_at = if USED.contains(&seed) {
        ", used before: a check for regressions alone"
    } else {
        ""
    };
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [task, family, metric, own, reference, difference, verdict] = cells[..] else {
            return None;
        };
        Some(Row {
            measure: format!("{family}, {task}, {metric}"),
            value: own.to_owned(),
            spread: format!(
                "reference {reference}, {difference}, {verdict}; seeds from {seed}{looked_at}"
            ),
        })
    };
    text.lines().skip(2).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_becomes_rows() {
        let text = "| task | family | metric | own | reference | own - reference | verdict |\n\
                    |---|---|---|---|---|---|---|\n\
                    | mobile | random_forest | accuracy | 0.87 | 0.88 | -0.01 +- 0.01 | equal |\n";
        let made = rows(text, "1");
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].measure, "random_forest, mobile, accuracy");
        assert_eq!(
            made[0].spread,
            "reference 0.88, -0.01 +- 0.01, equal; seeds from 1, used before: a check for regressions alone"
        );
        assert!(
            super::rows(text, "21")[0]
                .spread
                .ends_with("; seeds from 21")
        );
    }
}
