//! Scores of the final model on test rows with their intervals, and published ones beside them.

use maud::{Markup, html};
use steps::{Evaluation, Interval, lower_is_better};

use super::{found, left_out};
use crate::figures::{count, score};
use crate::origin::Origin;
use crate::run::{PublishedScore, Run};
use crate::scale::Scale;
use crate::track::{axis, diamond, interval, track};

pub(super) fn body(run: &Run) -> Option<Markup> {
    let evaluation = run.evaluation.as_ref()?;
    let (losses, shares): (Vec<&String>, Vec<&String>) = evaluation
        .scores
        .keys()
        .partition(|metric| lower_is_better(metric));
    let (losses_of, shares_of) = if evaluation.residuals.is_some() || evaluation.forecast.is_some()
    {
        (
            "Errors in the unit of the target, lower is better",
            "Share of the variance that is explained: 1 is perfect, 0 is what the mean gives",
        )
    } else {
        (
            "Losses, lower is better",
            "Scores from 0 to 1, higher is better",
        )
    };
    let bootstrap = &evaluation.bootstrap;
    Some(html! {
        (found(run, "Test"))
        p {
            strong { (evaluation.candidate) } " on " (count(evaluation.rows)) " rows that no training or choice has seen. \
             A whisker is the " (format!("{:.0}", bootstrap.level * 100.0)) " % interval of "
            (count(u64::from(bootstrap.resamples))) " resamples of "
            @if evaluation.forecast.is_some() { "whole days" } @else { "these rows" } " (seed " (bootstrap.seed) ")."
            @if evaluation.forecast.is_some() { " A name without a horizon is the mean over the horizons." }
            @if !run.about.references.is_empty() {
                " A hollow diamond is a published score: other rows or splits, so it is a landmark, not a contest."
            }
        }
        @if !shares.is_empty() { (table(run, evaluation, &shares, shares_of)) }
        @if !losses.is_empty() { (table(run, evaluation, &losses, losses_of)) }
        @if let Some(groups) = &evaluation.groups { (left_out::body(groups, evaluation)) }
        (references(run, evaluation))
    })
}

fn table(run: &Run, evaluation: &Evaluation, metrics: &[&String], caption: &str) -> Markup {
    let published = |metric: &str| -> Vec<&PublishedScore> {
        run.about
            .references
            .iter()
            .filter(|one| one.metric == metric)
            .collect()
    };
    let mut ends: Vec<f64> = Vec::new();
    for metric in metrics {
        ends.push(evaluation.scores[*metric]);
        ends.extend(
            evaluation
                .intervals
                .get(*metric)
                .iter()
                .flat_map(|i| [i.low, i.high]),
        );
        ends.extend(published(metric).iter().map(|one| one.value));
    }
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scale = Scale::round(low, high, 5);
    let label = |tick: f64| scale.label(tick);
    html! {
        table.scores {
            caption { (caption) " " (Origin::Computed.tag()) }
            thead {
                tr {
                    th scope="col" { "Metric" }
                    th.chart scope="col" { span.hidden { "Score and interval" } (axis(&scale, &label)) }
                    th.num scope="col" { "Score" }
                    th.num scope="col" { "Interval" }
                }
            }
            tbody {
                @for metric in metrics {
                    (row(&scale, metric, evaluation, &published(metric)))
                }
            }
        }
    }
}

fn row(
    scale: &Scale,
    metric: &str,
    evaluation: &Evaluation,
    published: &[&PublishedScore],
) -> Markup {
    let value = evaluation.scores[metric];
    let found = evaluation.intervals.get(metric);
    let range = found.map(|i| format!("{}\u{2013}{}", score(i.low), score(i.high)));
    let title = format!(
        "{metric} {}, interval {}",
        score(value),
        range.as_deref().unwrap_or("unknown")
    );
    let Interval { low, high } = found.copied().unwrap_or(Interval {
        low: value,
        high: value,
    });
    html! {
        tr {
            th scope="row" { (metric) }
            td.chart {
                (track(scale, &title, &html! {
                    (interval(scale, (low, high), value))
                    @for one in published { (diamond(scale, one.value)) }
                }))
            }
            td.num { strong { (score(value)) } }
            td.num { (range.unwrap_or_default()) }
        }
    }
}

fn references(run: &Run, evaluation: &Evaluation) -> Markup {
    if run.about.references.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption { "Published scores " (Origin::Published.tag()) " beside those of this run" }
            thead {
                tr {
                    th scope="col" { "Metric" } th scope="col" { "Model" } th.num scope="col" { "Published" }
                    th.num scope="col" { "Here" } th scope="col" { "Source" }
                }
            }
            tbody {
                @for one in &run.about.references {
                    tr {
                        th scope="row" { (one.metric) }
                        td { (one.model.as_deref().unwrap_or("\u{2013}")) }
                        td.num { (score(one.value)) }
                        td.num { (here(evaluation, one)) }
                        td { (one.source) }
                    }
                }
            }
        }
    };
    super::scrolling("Published scores", &table)
}

/// Our score, and whether the published one lies within its interval.
fn here(evaluation: &Evaluation, one: &PublishedScore) -> Markup {
    let Some(value) = evaluation.scores.get(&one.metric) else {
        return html! { "\u{2013}" };
    };
    let place = evaluation.intervals.get(&one.metric).map(|interval| {
        if one.value < interval.low {
            "published is below the interval"
        } else if one.value > interval.high {
            "published is above the interval"
        } else {
            "published is within the interval"
        }
    });
    html! { (score(*value)) @if let Some(place) = place { br; small { (place) } } }
}
