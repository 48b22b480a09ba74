//! The candidates: validation scores, baselines among them, and what each cost to fit and to ask.

use maud::{Markup, html};
use steps::lower_is_better;

use super::{found, scrolling};
use crate::figures;
use crate::origin::Origin;
use crate::run::{Candidate, Run};
use crate::scale::Scale;
use crate::track::{axis, bar, track};

/// Metrics that are shown besides the one of the choice, where a candidate has them.
const MORE: [&str; 7] = [
    "accuracy", "f1_macro", "roc_auc", "log_loss", "rmse", "mae", "r2",
];

pub(super) fn body(run: &Run) -> Option<Markup> {
    if run.candidates.is_empty() {
        return None;
    }
    let metric = run.metric.as_deref().unwrap_or("accuracy");
    let values = run
        .candidates
        .iter()
        .filter_map(|candidate| candidate.scores.get(metric));
    // An r2 may be below 0.
    let low = values.clone().copied().fold(0.0, f64::min);
    let scale = Scale::round(low, values.copied().fold(0.0, f64::max).max(1e-9), 4);
    let scale = if scale.high > 1.0 && !lower_is_better(metric) {
        Scale::exact(low, 1.0, 4)
    } else {
        scale
    };
    let has = |name: &str| {
        let mut candidates = run.candidates.iter();
        candidates.any(|candidate| candidate.scores.contains_key(name))
    };
    let more: Vec<&str> = MORE
        .into_iter()
        .filter(|name| *name != metric && has(name))
        .collect();
    let label = |tick: f64| scale.label(tick);
    let table = html! {
        table.candidates {
            caption {
                "Scores on validation rows " (Origin::Computed.tag()) ", fit and answer times " (Origin::Measured.tag())
                ". Chosen by " strong { (metric) } "."
            }
            thead {
                tr {
                    th scope="col" { "Candidate" }
                    th.chart scope="col" { span.hidden { (metric) } (axis(&scale, &label)) }
                    th.num scope="col" { (metric) }
                    @for name in &more { th.num scope="col" { (name) } }
                    th.num scope="col" { "Fit" }
                    th.num scope="col" { "One row, p99" }
                }
            }
            tbody { @for candidate in &run.candidates { (row(candidate, metric, &more, &scale)) } }
        }
    };
    Some(html! { (found(run, "Select")) (scrolling("Candidates", &table)) })
}

fn row(candidate: &Candidate, metric: &str, more: &[&str], scale: &Scale) -> Markup {
    let value = |name: &str| {
        candidate
            .scores
            .get(name)
            .map_or_else(|| "\u{2013}".to_owned(), |value| figures::score(*value))
    };
    let title = format!("{}: {metric} {}", candidate.name, value(metric));
    let class = if candidate.selected { "done" } else { "other" };
    let name = html! {
        th scope="row" {
            (candidate.name)
            @if candidate.selected { " " span.state { "selected" } }
            @if candidate.baseline { " " span.state.soft { "baseline" } }
        }
    };
    if let Some(failure) = &candidate.failure {
        return html! {
            tr { (name) td colspan=(more.len() + 4) { span.state.failed { "failed" } " " (failure) } }
        };
    }
    html! {
        tr.selected[candidate.selected] {
            (name)
            td.chart {
                @if let Some(score) = candidate.scores.get(metric) {
                    (track(scale, &title, &bar(scale, (0.0, *score), class)))
                }
            }
            td.num { strong { (value(metric)) } }
            @for name in more { td.num { (value(name)) } }
            td.num { (candidate.fit_seconds.map_or_else(|| "\u{2013}".to_owned(), figures::seconds)) }
            td.num {
                (candidate.one_row_p99_ns.map_or_else(
                    || "\u{2013}".to_owned(),
                    |ns| format!("{:.1} \u{b5}s", ns as f64 / 1e3),
                ))
            }
        }
    }
}
