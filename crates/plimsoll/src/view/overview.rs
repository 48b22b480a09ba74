//! The end of several runs: one line a workload, and their sum.

use super::summary::{indent, table};
use crate::run::{RunReport, StepState};

/// The table of all runs.
pub(crate) fn overview(reports: &[RunReport]) -> String {
    let header = [
        "workload",
        "status",
        "selected",
        "test score",
        "hits",
        "seconds",
        "CPU s",
    ];
    let mut table = table(&header);
    let (mut wall, mut processor) = (0.0, 0.0);
    for report in reports {
        let cpu: f64 = report.own_facts().map(|facts| facts.cpu_seconds).sum();
        wall += report.seconds;
        processor += cpu;
        let hits = report
            .steps
            .iter()
            .filter(|step| step.state == StepState::Hit);
        table.add_row(vec![
            report.workload.clone(),
            report.status.name().to_owned(),
            report.selected.clone().unwrap_or_else(|| "-".to_owned()),
            score(report),
            format!("{} of {}", hits.count(), report.steps.len()),
            format!("{:.1}", report.seconds),
            // The sum of nothing is -0.0.
            format!("{:.1}", cpu + 0.0),
        ]);
    }
    let mut total = vec!["all".to_owned()];
    total.resize(header.len() - 2, String::new());
    total.extend([wall, processor].map(|seconds| format!("{:.1}", seconds + 0.0)));
    table.add_row(total);
    indent(&table)
}

/// The score that the candidates were chosen by, on test.
fn score(report: &RunReport) -> String {
    let found = report
        .metric
        .as_ref()
        .zip(report.evaluation.as_ref())
        .and_then(|(metric, evaluation)| Some((metric, evaluation.scores.get(metric)?)));
    found.map_or_else(
        || "-".to_owned(),
        |(metric, score)| format!("{metric} {score:.3}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Status;

    #[test]
    fn each_run_has_a_line_and_the_last_is_their_sum() {
        let run = |workload: &str, status, seconds| RunReport {
            workload: workload.to_owned(),
            status,
            seconds,
            ..RunReport::empty()
        };
        let shown = overview(&[
            run("a", Status::Succeeded, 1.25),
            run("b", Status::Failed, 2.5),
        ]);
        let lines: Vec<Vec<&str>> = shown
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            lines[1],
            ["a", "succeeded", "-", "-", "0", "of", "0", "1.2", "0.0"]
        );
        assert_eq!(
            lines[2],
            ["b", "failed", "-", "-", "0", "of", "0", "2.5", "0.0"]
        );
        assert_eq!(lines[3], ["all", "3.8", "0.0"]);
    }
}
