//! The steps over time: when each ran, how long, and which were found instead.

use maud::{Markup, html};

use crate::figures::{percent, rule, seconds};
use crate::origin::Origin;
use crate::run::{Run, Span, SpanState, Step};
use crate::scale::Scale;
use crate::track::{axis, bar, track};

pub(super) fn body(run: &Run) -> Option<Markup> {
    if run.steps.is_empty() {
        return None;
    }
    let end = run
        .steps
        .iter()
        .map(|step| step.span.started + step.span.seconds - run.started)
        .fold(run.seconds, f64::max);
    let scale = Scale::exact(0.0, end.max(0.001), 5);
    let label = |tick: f64| format!("{} s", scale.label(tick));
    Some(html! {
        table.gantt {
            caption {
                "Steps from the start of the run " (Origin::Measured.tag()) ". A filled bar is work of this run; a hollow \
                 diamond is a step whose result was found."
            }
            thead {
                tr {
                    th scope="col" { "Step" }
                    th.chart scope="col" { span.hidden { "When" } (axis(&scale, &label)) }
                    th.num scope="col" { "Time" }
                    th scope="col" { "What it did, and why" }
                }
            }
            tbody {
                @for step in &run.steps {
                    (row(run, &scale, &step.span, &words(step), false))
                    @for branch in &step.branches {
                        (row(run, &scale, branch, &html! {}, true))
                    }
                }
            }
        }
    })
}

fn row(run: &Run, scale: &Scale, span: &Span, words: &Markup, inner: bool) -> Markup {
    let begin = span.started - run.started;
    let word = match span.state {
        SpanState::Done => "",
        SpanState::Hit => "hit",
        SpanState::Failed => "failed",
        SpanState::Running => "running",
    };
    let took = if span.state == SpanState::Hit {
        String::new()
    } else {
        seconds(span.seconds)
    };
    let title = format!(
        "{}: {} from {} for {}",
        span.name,
        if word.is_empty() { "done" } else { word },
        seconds(begin.max(0.0)),
        seconds(span.seconds)
    );
    html! {
        tr.inner[inner] {
            th scope="row" { (span.name) }
            td.chart { (track(scale, &title, &mark(scale, span, begin))) }
            td.num { (took) @if !word.is_empty() { " " span class={ "state " (word) } { (word) } } }
            td.words { (words) }
        }
    }
}

fn mark(scale: &Scale, span: &Span, begin: f64) -> Markup {
    let ends = (begin, begin + span.seconds);
    match span.state {
        SpanState::Hit => html! {
            svg.at x=(percent(scale.place(begin))) y="50%" width="1" height="1" overflow="visible" {
                path.hit d="M0 -6L6 0L0 6L-6 0Z" {}
            }
        },
        SpanState::Done => thick(scale, ends, "done"),
        SpanState::Failed => html! {
            (thick(scale, ends, "failed"))
            svg.at x=(percent(scale.place(ends.1))) y="50%" width="1" height="1" overflow="visible" {
                path.cross d="M-5 -5L5 5M-5 5L5 -5" {}
            }
        },
        SpanState::Running => thick(scale, ends, "running"),
    }
}

/// A bar, and a line at its beginning so that the shortest is seen.
fn thick(scale: &Scale, ends: (f64, f64), class: &str) -> Markup {
    let left = percent(scale.place(ends.0));
    html! {
        (bar(scale, ends, class))
        line class={ "edge " (class) } x1=(left) x2=(left) y1="25%" y2="75%" {}
    }
}

fn words(step: &Step) -> Markup {
    html! {
        (rule(&step.says).replace("->", "\u{2192}"))
        @if let Some(why) = &step.why {
            @if !step.says.is_empty() { br; }
            small { (rule(why).replace("->", "\u{2192}")) }
        }
    }
}
