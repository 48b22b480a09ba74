//! An empty job against a bare process of the same program, in one interleaved run: the table that the bench of the crate
//! `jobs` prints.

use anyhow::{Context, Result, ensure};

use super::Row;
use crate::ci::cargo;

pub(super) fn run() -> Result<Vec<Row>> {
    let output = cargo("bench --package jobs --bench overhead")
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the bench of `jobs` ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    rows(&String::from_utf8_lossy(&output.stdout))
}

/// Lines behind the head: a name, then 10 %, median, 90 %, difference and ratio of medians.
fn rows(text: &str) -> Result<Vec<Row>> {
    let mut lines = text
        .lines()
        .skip_while(|line| line.split_whitespace().nth(1) != Some("rounds;"));
    let head = lines.next().context("the bench printed no table")?;
    let rounds = head.split_whitespace().next().unwrap_or_default();
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let split = words.len().saturating_sub(5);
        let (name, numbers) = words.split_at(split);
        let [low, median, high, beyond, ratio] = numbers else {
            anyhow::bail!("`{line}` is no row of the table");
        };
        rows.push(Row {
            measure: name.join(" "),
            value: format!("{median} ms"),
            spread: format!(
                "10 % {low} ms, 90 % {high} ms, n = {rounds}; {beyond} ms beyond bare, {ratio} times"
            ),
        });
    }
    ensure!(!rows.is_empty(), "the bench printed an empty table");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_becomes_rows() {
        let text = "pid namespace, private /opt/ml\n300 rounds; ms: 10 %, median, 90 %\n\
                    bare process                0.60    0.70    0.90    0.00    1.00\n\
                    job                         2.00    2.10    2.90    1.40    3.00\n";
        let made = rows(text).unwrap();
        assert_eq!(made.len(), 2);
        assert_eq!(made[0].measure, "bare process");
        assert_eq!(made[1].value, "2.10 ms");
        assert_eq!(
            made[1].spread,
            "10 % 2.00 ms, 90 % 2.90 ms, n = 300; 1.40 ms beyond bare, 3.00 times"
        );
    }

    #[test]
    fn another_text_is_refused() {
        assert!(rows("nothing").is_err());
        assert!(rows("300 rounds; ms\n").is_err());
        assert!(rows("300 rounds; ms\njob 1.0\n").is_err());
    }
}
