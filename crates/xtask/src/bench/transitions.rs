//! Twenty pure transitions in one transaction against twenty bare commits, interleaved: the line that a test of the
//! crate `plane` prints.

use anyhow::{Context, Result, ensure};

use super::Row;
use crate::ci::cargo;

pub(super) fn run() -> Result<Vec<Row>> {
    let output = cargo("test --release --package plane --lib -- --exact --nocapture")
        .arg("simulation::speed::twenty_transitions_are_one_transaction")
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the test of `plane` ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    rows(&String::from_utf8_lossy(&output.stdout))
}

/// `20 transitions in one transaction: 900 us; 20 bare commits: 4000 us; ratio 0.23`
fn rows(text: &str) -> Result<Vec<Row>> {
    let line = text
        .lines()
        .find(|line| line.contains("transitions in one transaction"))
        .context("the test printed no figures")?;
    let mut parts = line.split("; ");
    let (one, many, ratio) = (parts.next(), parts.next(), parts.next());
    let measured = |part: Option<&str>| -> Result<(String, String)> {
        let (name, value) = part
            .and_then(|part| part.split_once(": "))
            .context("a figure is missing")?;
        Ok((name.trim().to_owned(), value.to_owned()))
    };
    let (one_name, one) = measured(one)?;
    let (many_name, many) = measured(many)?;
    let ratio = ratio
        .and_then(|part| part.strip_prefix("ratio "))
        .context("the ratio is missing")?;
    let spread = "medians of 25 rounds".to_owned();
    Ok(vec![
        Row {
            measure: one_name,
            value: one,
            spread: format!("{ratio} times the bare commits; {spread}"),
        },
        Row {
            measure: many_name,
            value: many,
            spread,
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_becomes_two_rows() {
        let text = "running 1 test\n20 transitions in one transaction: 900 us; 20 bare commits: 4000 us; ratio 0.23\n";
        let made = rows(text).unwrap();
        assert_eq!(
            (made[0].measure.as_str(), made[0].value.as_str()),
            ("20 transitions in one transaction", "900 us")
        );
        assert!(made[0].spread.starts_with("0.23 times"));
        assert_eq!(
            (made[1].measure.as_str(), made[1].value.as_str()),
            ("20 bare commits", "4000 us")
        );
        assert!(rows("nothing").is_err());
    }
}
