//! The end of a run: candidates, scores, load, and what each step used.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use steps::score_text;

use crate::run::{JobFacts, RunReport, Status, StepState};

/// The tables and lines below the steps.
pub(crate) fn summary(report: &RunReport) -> String {
    let mut parts = Vec::new();
    if let Some(text) = findings(report) {
        parts.push(text);
    }
    if !report.candidates.is_empty() {
        parts.push(candidates(report));
    }
    if let Some(text) = test(report) {
        parts.push(text);
    }
    if let Some(text) = left_out(report) {
        parts.push(text);
    }
    if let Some(text) = endpoint(report) {
        parts.push(text);
    }
    if let Some(uri) = &report.batch_uri {
        parts.push(format!(
            "  batch: {} rows in {uri}",
            report.batch_rows.unwrap_or(0)
        ));
    }
    let usage = usage(report);
    if !usage.is_empty() {
        parts.push(usage);
    }
    parts.push(cost(report));
    parts.join("\n\n")
}

/// What the checks of the data found, each with its evidence.
fn findings(report: &RunReport) -> Option<String> {
    let findings = &report.prepare.as_ref()?.findings;
    let shown = findings.iter().map(|finding| {
        let mut lines = vec![format!("  warning: {}", finding.message)];
        lines.extend(finding.table().iter().map(|line| format!("      {line}")));
        lines.push(format!(
            "      `data.accept: [{}]` says that this is known",
            finding.check.name()
        ));
        lines.join("\n")
    });
    (!findings.is_empty()).then(|| shown.collect::<Vec<_>>().join("\n\n"))
}

/// An empty table without lines: the first column to the left, the others to the right.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().map(ToString::to_string).collect::<Vec<_>>());
    for place in 1..header.len() {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

pub(super) fn indent(table: &Table) -> String {
    table
        .to_string()
        .lines()
        .map(|line| format!("  {}", line.trim_end()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn candidates(report: &RunReport) -> String {
    let metric = report.metric.clone().unwrap_or_else(|| "score".to_owned());
    let header = format!("validation {metric}");
    // Beside the metric of the choice, one that people know.
    let known = ["accuracy", "r2"];
    let known = known.into_iter().find(|name| {
        let mut rows = report.candidates.iter();
        rows.any(|row| row.scores.contains_key(*name))
    });
    let known = known.unwrap_or("accuracy");
    let mut table = table(&["candidate", &header, known, "fit", "1-row p99"]);
    for row in &report.candidates {
        let mark = if row.selected { " *" } else { "" };
        let score = |name: &str| {
            row.scores
                .get(name)
                .map_or_else(|| "-".to_owned(), |&score| score_text(score))
        };
        let failed = row
            .failure
            .as_ref()
            .map(|failure| format!("failed: {}", failure.error));
        table.add_row(vec![
            format!("{}{mark}", row.name),
            failed.unwrap_or_else(|| score(&metric)),
            score(known),
            row.fit_seconds
                .map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.2} s")),
            row.one_row_p99_ns.map_or_else(
                || "-".to_owned(),
                |ns| format!("{:.1} us", ns as f64 / 1000.0),
            ),
        ]);
    }
    indent(&table)
}

fn test(report: &RunReport) -> Option<String> {
    let evaluation = report.evaluation.as_ref()?;
    let mut table = table(&["test", "score", "95 % interval"]);
    for (metric, score) in &evaluation.scores {
        let interval = evaluation.intervals.get(metric);
        table.add_row(vec![
            metric.clone(),
            score_text(*score),
            interval.map(|i| range(i.low, i.high)).unwrap_or_default(),
        ]);
    }
    Some(format!(
        "  {} on {} test rows\n{}",
        evaluation.candidate,
        evaluation.rows,
        indent(&table)
    ))
}

/// Scores on groups that the training never saw.
fn left_out(report: &RunReport) -> Option<String> {
    let evaluation = report.evaluation.as_ref()?;
    let groups = evaluation.groups.as_ref()?;
    let candidate = &evaluation.candidate;
    if let Some(problem) = &groups.problem {
        return Some(format!("  no {} was left out: {problem}", groups.by));
    }
    let known = ["accuracy", "f1_macro", "roc_auc", "rmse", "mae", "r2"];
    let known = known
        .into_iter()
        .filter(|name| groups.mean.contains_key(*name));
    let metrics: Vec<&str> = known.collect();
    let mut header = vec![groups.by.as_str(), "rows"];
    header.extend(&metrics);
    let mut table = table(&header);
    let value = |scores: &BTreeMap<String, f64>, metric: &&str| {
        scores
            .get(*metric)
            .map_or_else(|| "-".to_owned(), |&score| score_text(score))
    };
    for group in &groups.groups {
        let mut row = vec![group.group.clone(), group.rows.to_string()];
        match &group.problem {
            Some(problem) => row.push(problem.clone()),
            None => row.extend(metrics.iter().map(|metric| value(&group.scores, metric))),
        }
        table.add_row(row);
    }
    let mut mean = vec!["mean".to_owned(), String::new()];
    mean.extend(metrics.iter().map(|metric| value(&groups.mean, metric)));
    table.add_row(mean);
    Some(format!(
        "  {candidate} on each left-out {}, trained on the rows of all others\n{}",
        groups.by,
        indent(&table)
    ))
}

/// An interval; a minus is no dash between its ends.
pub(super) fn range(low: f64, high: f64) -> String {
    let between = if low < 0.0 || high < 0.0 { " to " } else { "-" };
    format!("{}{between}{}", score_text(low), score_text(high))
}

fn endpoint(report: &RunReport) -> Option<String> {
    let load = report.load.as_ref()?;
    let millis = |name: &str| {
        load.latency_us
            .get(name)
            .map_or(0.0, |&us| us as f64 / 1000.0)
    };
    Some(format!(
        "  endpoint {}: {} of {} requests answered, {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, generator late by {:.2} ms (p99)",
        report.endpoint.as_deref().unwrap_or_default(),
        load.answered,
        load.scheduled,
        load.per_second,
        millis("p50"),
        millis("p99"),
        load.lag_p99_us as f64 / 1000.0,
    ))
}

fn usage(report: &RunReport) -> String {
    let mut table = table(&["step", "seconds", "CPU s", "peak", "energy, est.", "USD"]);
    let mut rows = 0;
    for step in &report.steps {
        if step.state == StepState::Hit || step.facts.is_empty() {
            continue;
        }
        rows += 1;
        let sum = |of: fn(&JobFacts) -> f64| step.facts.iter().map(of).sum::<f64>();
        let peak = step
            .facts
            .iter()
            .map(|facts| facts.peak_bytes)
            .max()
            .unwrap_or(0);
        let amounts: Vec<_> = step
            .facts
            .iter()
            .filter_map(|f| f.charge.as_ref())
            .map(|c| c.amount)
            .collect();
        let priced = amounts.len() == step.facts.len();
        let amount = units::Money::sum(amounts).ok().filter(|_| priced);
        table.add_row(vec![
            step.name.clone(),
            format!("{:.2}", sum(|facts| facts.seconds)),
            format!("{:.2}", sum(|facts| facts.cpu_seconds)),
            format!("{} MiB", peak >> 20),
            joules(step.facts.iter()),
            amount.map_or_else(
                || "unknown".to_owned(),
                |amount| format!("{:.6}", amount.nanos() as f64 / 1e9),
            ),
        ]);
    }
    if rows == 0 {
        String::new()
    } else {
        indent(&table)
    }
}

fn joules<'a>(facts: impl Iterator<Item = &'a JobFacts>) -> String {
    let ranges: Vec<_> = facts.filter_map(|facts| facts.energy).collect();
    let low: f64 = ranges.iter().map(|range| range.low.as_joules()).sum();
    let high: f64 = ranges.iter().map(|range| range.high.as_joules()).sum();
    if ranges.is_empty() {
        "-".to_owned()
    } else {
        format!("{low:.1}-{high:.1} J")
    }
}

fn cost(report: &RunReport) -> String {
    let facts: Vec<_> = report.own_facts().collect();
    if facts.is_empty() {
        return match report.status {
            Status::Failed => "  nothing to price: no job has finished".to_owned(),
            _ => "  nothing was computed: every step was found".to_owned(),
        };
    }
    let charges: Vec<_> = facts
        .iter()
        .filter_map(|facts| facts.charge.as_ref())
        .collect();
    let amount = units::Money::sum(charges.iter().map(|charge| charge.amount)).ok();
    let mut types: Vec<&str> = charges
        .iter()
        .map(|charge| charge.instance_type.as_str())
        .collect();
    types.sort_unstable();
    types.dedup();
    let dates: Vec<&str> = charges
        .iter()
        .map(|charge| charge.price_date.as_str())
        .collect();
    let date = dates.iter().max().copied().unwrap_or("no date");
    let unknown = facts.len() - charges.len();
    let rest = if unknown > 0 {
        format!(", {unknown} jobs without a known price")
    } else {
        String::new()
    };
    let usd = amount.map_or_else(
        || "unknown".to_owned(),
        |amount| format!("{:.6} USD", amount.nanos() as f64 / 1e9),
    );
    let energy = joules(facts.into_iter());
    format!(
        "  these local seconds at the price of {}, us-east-1, {date}: {usd}{rest} (energy estimated: {energy})",
        types.join(", ")
    )
}
