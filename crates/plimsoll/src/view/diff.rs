//! Two runs side by side on a terminal.

use serde_json::Value;
use steps::score_text;

use super::summary::{indent, table};
use crate::run::{Change, Diff, Pair, Scored};
use crate::verbs::status::moment;

/// Longest value that is shown.
const LONGEST: usize = 40;

/// The tables of a comparison; those without a row are left out.
pub(crate) fn diff(diff: &Diff) -> String {
    let parts = [
        heads(diff),
        changes(diff),
        scores(diff),
        candidates(diff),
        steps(diff),
        figures(diff),
    ];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn heads(diff: &Diff) -> String {
    let mut shown = table(&["", "left", "right"]);
    let Pair { left, right } = &diff.heads;
    let word = |status: report::Status| status.word().to_owned();
    let selected = |selected: &Option<String>| selected.clone().unwrap_or_else(|| "-".to_owned());
    for row in [
        ["run".to_owned(), left.run.clone(), right.run.clone()],
        [
            "workload".to_owned(),
            left.workload.clone(),
            right.workload.clone(),
        ],
        [
            "started".to_owned(),
            moment(left.started),
            moment(right.started),
        ],
        ["status".to_owned(), word(left.status), word(right.status)],
        [
            "selected".to_owned(),
            selected(&left.selected),
            selected(&right.selected),
        ],
    ] {
        shown.add_row(row);
    }
    indent(&shown)
}

fn changes(diff: &Diff) -> String {
    if diff.changes.is_empty() {
        return "  nothing that these runs were told differs".to_owned();
    }
    let mut shown = table(&["changed", "left", "right", "steps"]);
    for change in &diff.changes {
        let Pair { left, right } = &change.values;
        let (left, right) = values(change, left.as_ref(), right.as_ref());
        let steps: Vec<&str> = change.steps.iter().map(String::as_str).collect();
        shown.add_row([
            format!("{} {}", change.kind, change.what),
            left,
            right,
            steps.join(", "),
        ]);
    }
    indent(&shown)
}

/// Both values; of files the beginnings of their hashes.
fn values(change: &Change, left: Option<&Value>, right: Option<&Value>) -> (String, String) {
    let one = |value: Option<&Value>| match value {
        None => "-".to_owned(),
        Some(file) if change.kind == "data" && file["sha256"].is_string() => {
            let hash = file["sha256"].as_str().unwrap_or_default();
            format!("{} B, {}", file["bytes"], hash.get(..8).unwrap_or(hash))
        }
        Some(Value::String(text)) => cut(text),
        Some(other) => cut(&other.to_string()),
    };
    (one(left), one(right))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    format!("{}...", text.chars().take(LONGEST - 3).collect::<String>())
}

fn scores(diff: &Diff) -> String {
    if diff.scores.is_empty() {
        return String::new();
    }
    let mut shown = table(&["test score", "left", "right", "difference", ""]);
    let one = |scored: Option<Scored>| {
        scored.map_or_else(
            || "-".to_owned(),
            |scored| match scored.low.zip(scored.high) {
                Some((low, high)) => format!("{} ({low:.2}-{high:.2})", score_text(scored.value)),
                None => score_text(scored.value),
            },
        )
    };
    for row in &diff.scores {
        shown.add_row([
            row.metric.clone(),
            one(row.values.left),
            one(row.values.right),
            row.difference
                .map_or_else(String::new, |difference| format!("{difference:+.3}")),
            row.verdict.map_or("", |verdict| verdict.words()).to_owned(),
        ]);
    }
    format!(
        "{}\n  noise: the 95 % intervals of the test rows, taken as independent",
        indent(&shown)
    )
}

fn candidates(diff: &Diff) -> String {
    if diff.candidates.is_empty() {
        return String::new();
    }
    let name = |metric: &Option<String>| metric.clone().unwrap_or_else(|| "score".to_owned());
    let (left, right) = (name(&diff.metric.left), name(&diff.metric.right));
    let header = if left == right {
        format!("candidate, validation {left}")
    } else {
        format!("candidate, validation {left} | {right}")
    };
    let mut shown = table(&[&header, "left", "right", "fit, left", "fit, right"]);
    for row in &diff.candidates {
        let fit = |fit: Option<f64>| number(fit, 2, " s");
        shown.add_row([
            row.name.clone(),
            number(row.values.left, 3, ""),
            number(row.values.right, 3, ""),
            fit(row.fit_seconds.left),
            fit(row.fit_seconds.right),
        ]);
    }
    indent(&shown)
}

fn steps(diff: &Diff) -> String {
    let mut shown = table(&["step", "left", "right", "key"]);
    for row in &diff.steps {
        let one = |state: Option<report::SpanState>, seconds: Option<f64>| match state {
            None => "-".to_owned(),
            Some(report::SpanState::Hit) => "hit".to_owned(),
            Some(report::SpanState::Failed) => format!("failed, {}", number(seconds, 2, " s")),
            Some(_) => number(seconds, 2, " s"),
        };
        let key = match row.same_key {
            None => "",
            Some(true) => "same",
            Some(false) => "other",
        };
        shown.add_row([
            row.name.clone(),
            one(row.state.left, row.seconds.left),
            one(row.state.right, row.seconds.right),
            key.to_owned(),
        ]);
    }
    indent(&shown)
}

fn figures(diff: &Diff) -> String {
    let mut shown = table(&["figure of the run itself", "left", "right", "right / left"]);
    for row in &diff.figures {
        let digits = if row.unit == "USD" { 6 } else { 2 };
        let unit = format!(" {}", row.unit);
        let ratio = row
            .values
            .left
            .zip(row.values.right)
            .filter(|(left, _)| *left > 0.0);
        shown.add_row([
            row.name.to_owned(),
            number(row.values.left, digits, &unit),
            number(row.values.right, digits, &unit),
            ratio.map_or_else(String::new, |(left, right)| format!("{:.2}", right / left)),
        ]);
    }
    indent(&shown)
}

fn number(value: Option<f64>, digits: usize, unit: &str) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}{unit}"))
}
