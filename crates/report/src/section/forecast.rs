//! Forecasts of a series: errors by horizon beside the baselines, and the last hours of the test part.

use maud::{Markup, html};
use steps::{BaselineEvaluation, ForecastPoint, HorizonEvaluation, Interval, lower_is_better};

use super::{found, scrolling};
use crate::figures::{count, score, signed_score};
use crate::origin::Origin;
use crate::plot::{Axis, Plot};
use crate::run::Run;
use crate::scale::Scale;

/// Metrics of the table, where they are defined.
const METRICS: [&str; 4] = ["rmse", "mae", "mase", "r2"];
const DAY: i64 = 86_400;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let evaluation = run.evaluation.as_ref()?;
    let forecast = evaluation.forecast.as_ref()?;
    let target = run.about.target.as_deref().unwrap_or("the target");
    let bootstrap = &evaluation.bootstrap;
    Some(html! {
        (found(run, "Test"))
        p {
            "Hours of " (count(forecast.days)) " test days, each forecast from the hours before it alone. Intervals draw whole days, the \
             same ones for the model and the baselines, " (count(u64::from(bootstrap.resamples))) " times (seed " (bootstrap.seed) "): hours of \
             one day are alike. " code { "persistence" } " says the last value, " code { "seasonal_naive" } " that of the same hour of the last \
             known day; at whole days ahead they are one forecast."
        }
        (scrolling("Errors by horizon", &errors(&evaluation.candidate, &forecast.horizons)))
        @for horizon in &forecast.horizons { (last(horizon, target)) }
    })
}

fn errors(candidate: &str, horizons: &[HorizonEvaluation]) -> Markup {
    let metrics = METRICS.into_iter().filter(|name| {
        horizons
            .iter()
            .any(|horizon| horizon.scores.contains_key(*name))
    });
    let metrics: Vec<&str> = metrics.collect();
    html! {
        table {
            caption { "Errors by hours ahead " (Origin::Computed.tag()) "; under a baseline, by how much it is worse than the model" }
            thead {
                tr {
                    th scope="col" { "Ahead" } th scope="col" { "Forecast" }
                    @for metric in &metrics { th.num scope="col" { (metric) } }
                    th.num scope="col" { "Hours" }
                }
            }
            tbody {
                @for horizon in horizons {
                    tr {
                        th scope="row" { (horizon.hours) " h" }
                        td { strong { (candidate) } }
                        @for metric in &metrics { td.num { (own(horizon, metric)) } }
                        td.num { (count(horizon.rows)) }
                    }
                    @for baseline in &horizon.baselines {
                        tr {
                            td {} td { (baseline.name) }
                            @for metric in &metrics { td.num { (other(baseline, metric)) } }
                            td {}
                        }
                    }
                }
            }
        }
    }
}

fn own(horizon: &HorizonEvaluation, metric: &str) -> Markup {
    let interval = horizon.intervals.get(metric);
    html! {
        @if let Some(value) = horizon.scores.get(metric) { strong { (signed_score(*value)) } }
        @if let Some(Interval { low, high }) = interval { br; small { (signed_score(*low)) " to " (signed_score(*high)) } }
    }
}

/// A baseline's score, and the interval of how much worse it is.
fn other(baseline: &BaselineEvaluation, metric: &str) -> Markup {
    let sign = if lower_is_better(metric) { 1.0 } else { -1.0 };
    let worse = baseline.differences.get(metric).map(|interval| {
        let ends = [interval.low * sign, interval.high * sign];
        [ends[0].min(ends[1]), ends[0].max(ends[1])]
    });
    html! {
        @if let Some(value) = baseline.scores.get(metric) { (signed_score(*value)) }
        @if let Some([low, high]) = worse { br; small { "worse by " (signed_score(low)) " to " (signed_score(high)) } }
    }
}

/// The last hours that were tested: what was said, and what came.
fn last(horizon: &HorizonEvaluation, target: &str) -> Markup {
    let points = &horizon.last;
    let (Some(first), Some(end)) = (points.first(), points.last()) else {
        return html! {};
    };
    let day = |at: i64| at as f64 / DAY as f64;
    let values = points
        .iter()
        .flat_map(|point| [point.truth, point.forecast]);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    let x = Scale::exact(day(first.at), day(end.at), 7);
    let y = Scale::round(low.min(0.0), high, 5);
    let (date, label) = (
        |tick: f64| date(tick.floor() as i64),
        |tick: f64| y.label(tick),
    );
    let title = format!(
        "{target} forecast {} hours ahead, beside what was measured",
        horizon.hours
    );
    let plot = Plot {
        width: 720.0,
        height: 260.0,
        x: Axis {
            scale: &x,
            name: "Month and day",
            label: &date,
        },
        y: Axis {
            scale: &y,
            name: target,
            label: &label,
        },
        title: &title,
    };
    let line = |value: &dyn Fn(&ForecastPoint) -> f64| -> String {
        let whole = points.chunk_by(|before, after| after.at - before.at == 3600);
        let paths = whole.map(|hours| {
            let hours: Vec<(f64, f64)> = hours
                .iter()
                .map(|point| (day(point.at), value(point)))
                .collect();
            plot.path(&hours)
        });
        paths.collect()
    };
    let marks = html! {
        path.curve.s1 d=(line(&|point| point.truth)) {}
        path.curve.s0.thin d=(line(&|point| point.forecast)) {}
    };
    html! {
        figure {
            figcaption {
                code { (target) } " " strong { (horizon.hours) " h ahead" } ", the last " (count(points.len() as u64)) " test hours "
                (Origin::Computed.tag()) ": RMSE here " (score(rmse(points, |point| point.forecast))) ", of the same hour of the last known day "
                (score(rmse(points, |point| point.seasonal_naive))) "."
            }
            (plot.draw(&marks))
            (key())
        }
    }
}

/// Root of the mean squared error of some hours.
fn rmse(points: &[ForecastPoint], value: impl Fn(&ForecastPoint) -> f64) -> f64 {
    let squares = points
        .iter()
        .map(|point| (point.truth - value(point)).powi(2));
    (squares.sum::<f64>() / points.len() as f64).sqrt()
}

/// What the two lines are.
fn key() -> Markup {
    html! {
        table.key {
            tbody {
                @for (place, name) in [(1, "measured"), (0, "forecast")] {
                    tr {
                        th scope="row" {
                            svg.sample aria-hidden="true" { line class={ "curve s" (place) } x1="0" x2="100%" y1="50%" y2="50%" {} }
                            " " (name)
                        }
                    }
                }
            }
        }
    }
}

/// Month and day of so many days after 1970-01-01, of the Gregorian calendar.
fn date(days: i64) -> String {
    let days = days + 719_468;
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    format!("{month:02}-{:02}", day - (153 * march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        let cases = [
            (0, "01-01"),
            (58, "02-28"),
            (59, "03-01"),
            (11_016, "02-29"),
            (12_875, "04-02"),
        ];
        for (days, text) in cases {
            assert_eq!(date(days), text, "{days}");
        }
    }
}
