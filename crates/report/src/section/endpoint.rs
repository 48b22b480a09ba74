//! The load test: how long answers took, and how late the generator itself was.

use maud::{Markup, html};
use steps::LoadReport;

use super::found;
use crate::figures::{count, micros, seconds};
use crate::origin::Origin;
use crate::plot::{Axis, Plot, place};
use crate::run::Run;
use crate::scale::Scale;

/// Percentiles by their names in the document.
const PERCENTILES: [(&str, &str); 5] = [
    ("p50", "50 % within"),
    ("p90", "90 % within"),
    ("p99", "99 % within"),
    ("p999", "99.9 % within"),
    ("max", "slowest"),
];

pub(super) fn body(run: &Run) -> Option<Markup> {
    let load = run.load.as_ref()?;
    let errors: u64 = load.errors.values().sum();
    let endpoint = run.endpoint.as_deref().unwrap_or("the endpoint");
    Some(html! {
        (found(run, "LoadTest"))
        p {
            code { (endpoint) } " was sent " (count(load.scheduled)) " requests of one row in " (seconds(load.seconds))
            ", on schedule whatever the answers did; " (count(load.answered)) " were answered ("
            (format!("{:.0}", load.per_second)) " a second), " (count(errors)) " were not."
        }
        div.pair {
            @if !load.histogram.is_empty() { (histogram(load)) }
            (percentiles(load))
        }
        @if !load.errors.is_empty() { (failures(load)) }
    })
}

fn percentiles(load: &LoadReport) -> Markup {
    html! {
        table {
            caption { "Latency from the scheduled moment " (Origin::Measured.tag()) }
            tbody {
                @for (name, words) in PERCENTILES {
                    @if let Some(us) = load.latency_us.get(name) {
                        tr { th scope="row" { (words) } td.num { (micros(*us)) } }
                    }
                }
                tr {
                    th scope="row" { "Generator late by, p99" br; small { "if this is large, latencies say little" } }
                    td.num { (micros(load.lag_p99_us)) }
                }
            }
        }
    }
}

fn failures(load: &LoadReport) -> Markup {
    html! {
        table {
            caption { "Requests without an answer " (Origin::Measured.tag()) }
            tbody {
                @for (error, times) in &load.errors { tr { th scope="row" { (error) } td.num { (count(*times)) } } }
            }
        }
    }
}

fn histogram(load: &LoadReport) -> Markup {
    let low = load
        .histogram
        .first()
        .map_or(1, |bucket| bucket.from_us.max(1)) as f64;
    let high = load.histogram.last().map_or(2, |bucket| bucket.below_us) as f64;
    let x = logarithmic(low, high);
    let most = load
        .histogram
        .iter()
        .map(|bucket| bucket.count)
        .max()
        .unwrap_or(1);
    let y = Scale::round(0.0, most as f64, 4);
    let x_label = |tick: f64| duration(10_f64.powf(tick));
    let y_label = |tick: f64| y.label(tick);
    let plot = Plot {
        width: 420.0,
        height: 280.0,
        x: Axis {
            scale: &x,
            name: "Latency, logarithmic",
            label: &x_label,
        },
        y: Axis {
            scale: &y,
            name: "Answers",
            label: &y_label,
        },
        title: "Histogram of latencies",
    };
    let base = plot.at_y(0.0);
    let marks = html! {
        @for bucket in &load.histogram {
            @let left = plot.at_x((bucket.from_us.max(1) as f64).log10());
            @let right = plot.at_x((bucket.below_us as f64).log10());
            @let top = plot.at_y(bucket.count as f64);
            rect.done x=(place(left)) width=(place((right - left - 0.8).max(0.8))) y=(place(top)) height=(place(base - top)) {
                title { (micros(bucket.from_us)) " to " (micros(bucket.below_us)) ": " (count(bucket.count)) }
            }
        }
        @for (name, _) in [PERCENTILES[0], PERCENTILES[2]] {
            @if let Some(us) = load.latency_us.get(name) {
                @let at = plot.at_x((*us.max(&1) as f64).log10());
                line.percentile x1=(place(at)) x2=(place(at)) y1="10" y2=(place(base)) {}
                @let (shift, anchor) = if at > 0.8 * plot.width { (-4.0, "end") } else { (4.0, "start") };
                text.label x=(place(at + shift)) y="20" text-anchor=(anchor) { (name) }
            }
        }
    };
    html! {
        figure {
            figcaption { "Answers by latency " (Origin::Measured.tag()) }
            (plot.draw(&marks))
        }
    }
}

/// An axis of powers of ten, in the logarithm of microseconds; with 2 and 5 between them where it is short.
fn logarithmic(low: f64, high: f64) -> Scale {
    let (low, high) = (low.log10(), high.log10().max(low.log10() + 0.1));
    let between: &[f64] = if high - low < 2.5 {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let powers = low.floor() as i32..=high.ceil() as i32;
    let ticks = powers.flat_map(|power| {
        between
            .iter()
            .map(move |times| f64::from(power) + times.log10())
    });
    Scale {
        low,
        high,
        ticks: ticks.filter(|tick| (low..=high).contains(tick)).collect(),
        digits: 0,
    }
}

/// A round duration in microseconds.
fn duration(us: f64) -> String {
    let us = us.round();
    if us < 1e3 {
        format!("{us} \u{b5}s")
    } else if us < 1e6 {
        format!("{} ms", us / 1e3)
    } else {
        format!("{} s", us / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_axis_has_ticks_between_powers_of_ten() {
        let labels = |low: f64, high: f64| -> Vec<String> {
            logarithmic(low, high)
                .ticks
                .iter()
                .map(|&tick| duration(10_f64.powf(tick)))
                .collect()
        };
        assert_eq!(labels(250.0, 3_100.0), ["500 \u{b5}s", "1 ms", "2 ms"]);
        assert_eq!(
            labels(90.0, 2e6),
            ["100 \u{b5}s", "1 ms", "10 ms", "100 ms", "1 s"]
        );
    }
}
