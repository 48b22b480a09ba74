//! What each step did, in a few words.

use steps::{GroupScores, score_text};

use super::super::report::RunReport;
use super::super::report::Status;
use super::super::{StepState, Timeline};

pub(super) fn of_step(name: &str, report: &RunReport, timeline: &Timeline) -> String {
    let said = match name {
        "Prepare" => prepare(report),
        "Train" => Some(train(timeline)),
        "Select" => select(report),
        "Refit" => Some("on train + validation".to_owned()),
        "Test" => test(report),
        "Gate" => Some(gate(report)),
        "Register" => report
            .package
            .as_deref()
            .map(|arn| format!("{} Approved", after(arn, "model-package/"))),
        "Deploy" => deploy(report, timeline),
        "LoadTest" => load(report),
        "BatchPredict" => report.batch_rows.map(|rows| format!("{rows} rows")),
        _ => None,
    };
    said.unwrap_or_default()
}

fn prepare(report: &RunReport) -> Option<String> {
    let done = report.prepare.as_ref()?;
    let rows = done.train + done.validation + done.test;
    let parts = format!("{}/{}/{}", done.train, done.validation, done.test);
    Some(match done.image_size {
        Some(side) => format!("{rows} images -> {parts}, {side} x {side} pixels"),
        None => format!("{rows} rows -> {parts}, {} features", done.features),
    })
}

fn train(timeline: &Timeline) -> String {
    let branches = timeline
        .candidates
        .iter()
        .map(|(name, branch)| match branch.ended {
            Some(_) if branch.failed => format!("{name} failed"),
            Some(_) if branch.hit => format!("{name} hit"),
            Some(ended) => format!("{name} {:.1} s", ended - branch.started),
            None => format!("{name} ..."),
        });
    branches.collect::<Vec<_>>().join(" \u{b7} ")
}

fn select(report: &RunReport) -> Option<String> {
    Some(format!(
        "{} by {} on validation",
        report.selected.as_deref()?,
        report.metric.as_deref()?
    ))
}

fn test(report: &RunReport) -> Option<String> {
    let evaluation = report.evaluation.as_ref()?;
    let metric = if evaluation.classes.is_empty() {
        "rmse"
    } else {
        "accuracy"
    };
    let score = score_text(*evaluation.scores.get(metric)?);
    let interval = evaluation.intervals.get(metric);
    let shown = interval
        .map(|i| format!(" ({:.2}-{:.2})", i.low, i.high))
        .unwrap_or_default();
    let groups = evaluation
        .groups
        .as_ref()
        .and_then(|groups| left_out(groups, metric));
    Some(format!(
        "{metric} {score}{shown}{}",
        groups.unwrap_or_default()
    ))
}

/// The mean over groups that were left out, with its range.
fn left_out(groups: &GroupScores, metric: &str) -> Option<String> {
    let mean = score_text(*groups.mean.get(metric)?);
    let (low, high) = groups.range(metric)?;
    Some(format!(
        " \u{b7} {mean} on a left-out {} ({low:.2}-{high:.2})",
        groups.by
    ))
}

fn gate(report: &RunReport) -> String {
    let rules = report.gate.iter().map(|row| {
        let not = if row.holds { "" } else { "not " };
        format!("{} {} {not}{}", row.metric, score_text(row.value), row.rule)
    });
    rules.collect::<Vec<_>>().join(", ")
}

fn deploy(report: &RunReport, timeline: &Timeline) -> Option<String> {
    let done = timeline
        .steps
        .iter()
        .any(|step| step.shape.name == "Deploy" && step.state == StepState::Done);
    let word = if done || report.status == Status::Succeeded {
        "InService"
    } else {
        ""
    };
    report
        .endpoint
        .as_deref()
        .map(|name| format!("endpoint {name} {word}").trim_end().to_owned())
}

fn load(report: &RunReport) -> Option<String> {
    let load = report.load.as_ref()?;
    let millis = |name: &str| {
        load.latency_us
            .get(name)
            .map_or(0.0, |&us| us as f64 / 1000.0)
    };
    let errors: u64 = load.errors.values().sum();
    let rate = load.per_second;
    Some(format!(
        "{rate:.0}/s  p50 {:.1} ms  p99 {:.1} ms  {errors} errors",
        millis("p50"),
        millis("p99")
    ))
}

/// The part of a text after a marker, or the whole.
fn after<'a>(text: &'a str, marker: &str) -> &'a str {
    text.split_once(marker).map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use steps::GroupScore;

    use super::*;

    #[test]
    fn the_mean_over_left_out_groups_stands_with_its_range() {
        let group = |name: &str, accuracy: f64| GroupScore {
            group: name.to_owned(),
            rows: 9,
            trained_on: 18,
            scores: [("accuracy".to_owned(), accuracy)].into(),
            problem: None,
        };
        let groups = GroupScores::new("hospital", vec![group("a", 0.7), group("b", 0.81)]);
        assert_eq!(
            left_out(&groups, "accuracy").unwrap(),
            " \u{b7} 0.755 on a left-out hospital (0.70-0.81)"
        );
        assert_eq!(left_out(&groups, "rmse"), None);
        let none = GroupScores::not_done("hospital", "a script".to_owned());
        assert_eq!(left_out(&none, "accuracy"), None);
    }
}
