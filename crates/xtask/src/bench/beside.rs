//! Programs that measure themselves, run in turns: what each prints, and the ratio of the medians.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Row, median};

/// The document that a program prints in its last line.
pub(super) fn json(command: &mut Command) -> Result<Value> {
    let program = Path::new(command.get_program()).display().to_string();
    let output = command
        .output()
        .with_context(|| format!("cannot start `{program}`"))?;
    ensure!(
        output.status.success(),
        "`{program}` ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).with_context(|| format!("`{program}` printed `{last}`"))
}

/// The median of a figure.
pub(super) fn middle(values: &[Value], key: &str) -> Result<f64> {
    let mut sorted: Vec<f64> = values
        .iter()
        .filter_map(|value| value[key].as_f64())
        .collect();
    sorted.sort_by(f64::total_cmp);
    median(&sorted).with_context(|| format!("no `{key}` was measured"))
}

/// The ratio of medians, beside both.
pub(super) fn ratio(
    measure: &str,
    key: &str,
    unit: &str,
    (ours, theirs): (&[Value], &[Value]),
) -> Result<Row> {
    let (own, peer) = (middle(ours, key)?, middle(theirs, key)?);
    Ok(Row {
        measure: measure.to_owned(),
        value: format!("{:.2} times", own / peer),
        spread: format!(
            "medians of {}: {own:.3} {unit} and {peer:.3} {unit}",
            ours.len()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ratios_are_of_medians() {
        let of = |values: &[f64]| -> Vec<Value> {
            values
                .iter()
                .map(|value| json!({"seconds": value}))
                .collect()
        };
        let made = ratio("a", "seconds", "s", (&of(&[1.0, 9.0, 2.0]), &of(&[4.0]))).unwrap();
        assert_eq!(made.value, "0.50 times");
        assert_eq!(made.spread, "medians of 3: 2.000 s and 4.000 s");
        assert!(ratio("a", "kib", "KiB", (&of(&[1.0]), &of(&[1.0]))).is_err());
    }
}
