//! The head of the page: what the run is, what its answer is, and the figures that matter most.

use maud::{Markup, html};

use crate::figures;
use crate::origin::Origin;
use crate::run::{Run, Status};

/// Name, verdict and the first figures.
pub(crate) fn header(run: &Run) -> Markup {
    let (class, sign, words) = verdict(run);
    html! {
        header {
            p.kicker {
                "Run " code { (run.run) } " \u{b7} " time { (run.started_utc) " UTC" } " \u{b7} "
                (figures::seconds(run.seconds)) @if run.status == Status::Running { " so far" }
            }
            h1 { (run.workload) }
            p class={ "verdict " (class) } { span.sign aria-hidden="true" { (sign) } " " (words) }
            (cards(run))
        }
    }
}

fn verdict(run: &Run) -> (&'static str, &'static str, String) {
    match run.status {
        Status::Running => (
            "going",
            "\u{2026}",
            "The run is under way; what follows is what it has so far.".to_owned(),
        ),
        Status::Interrupted => (
            "going",
            "\u{25a0}",
            "The run was interrupted; the same command continues it.".to_owned(),
        ),
        Status::Succeeded if run.gate.is_empty() => (
            "good",
            "\u{2713}",
            "Every step is done. The workload has no gate.".to_owned(),
        ),
        Status::Succeeded => (
            "good",
            "\u{2713}",
            format!("The gate is met: {}.", rules(run, true)),
        ),
        Status::GateNotMet => (
            "bad",
            "\u{2715}",
            format!(
                "The gate is not met: {}. Nothing was deployed.",
                rules(run, false)
            ),
        ),
        Status::Failed => {
            let what = run.failed_job.as_ref().map_or_else(
                || {
                    run.error
                        .clone()
                        .unwrap_or_else(|| "no reason was recorded".to_owned())
                },
                |failed| format!("job {}", failed.job),
            );
            ("bad", "\u{2715}", format!("The run failed: {what}."))
        }
        Status::Stopped => (
            "bad",
            "\u{25a0}",
            "The run was stopped; what follows is what it had by then.".to_owned(),
        ),
    }
}

/// The rules that hold, or those that do not.
fn rules(run: &Run, holds: bool) -> String {
    let rules = run
        .gate
        .iter()
        .filter(|rule| rule.holds == holds)
        .map(|rule| {
            let value = figures::score(rule.value);
            let sign = if holds { "" } else { ", asked for" };
            format!(
                "{} {value}{sign} {}",
                rule.metric,
                figures::rule(&rule.rule)
            )
            .replace(",  ", ", ")
        });
    rules.collect::<Vec<_>>().join("; ")
}

/// The metric that the page speaks of first: the gate's, else that of the choice, else accuracy or RMSE.
pub(crate) fn headline(run: &Run) -> Option<&str> {
    let scores = &run.evaluation.as_ref()?.scores;
    let asked = run.gate.first().map(|rule| rule.metric.as_str());
    [asked, run.metric.as_deref(), Some("accuracy"), Some("rmse")]
        .into_iter()
        .flatten()
        .find(|metric| scores.contains_key(*metric))
}

fn cards(run: &Run) -> Markup {
    html! {
        dl.cards {
            @if let Some(selected) = &run.selected {
                (card("Selected model", None, &html! { span.word { (breakable(selected)) } }, &selected_by(run)))
            }
            (score(run))
            (card("Wall time", Some(Origin::Measured), &html! { (figures::seconds(run.seconds)) }, &steps(run)))
            (cost(run))
        }
    }
}

fn card(name: &str, origin: Option<Origin>, value: &Markup, more: &str) -> Markup {
    html! {
        div {
            dt { (name) @if let Some(origin) = origin { " " (origin.tag()) } }
            dd { (value) @if !more.is_empty() { small { (more) } } }
        }
    }
}

/// A name that may be broken behind its underscores.
fn breakable(name: &str) -> Markup {
    html! {
        @for part in name.split_inclusive('_') { (part) @if part.ends_with('_') { wbr; } }
    }
}

fn selected_by(run: &Run) -> String {
    let metric = run.metric.as_deref().unwrap_or("score");
    let candidates = run
        .candidates
        .iter()
        .filter(|candidate| !candidate.baseline)
        .count();
    format!("best {metric} on validation rows, of {candidates}")
}

fn score(run: &Run) -> Markup {
    let Some((metric, evaluation)) = headline(run).zip(run.evaluation.as_ref()) else {
        return html! {};
    };
    let level = evaluation.bootstrap.level * 100.0;
    let interval = evaluation
        .intervals
        .get(metric)
        .map_or_else(String::new, |interval| {
            let (low, high) = (figures::score(interval.low), figures::score(interval.high));
            format!(
                "{level:.0} % interval {low}\u{2013}{high}, {} test rows",
                figures::count(evaluation.rows)
            )
        });
    let value = html! { (figures::score(evaluation.scores[metric])) };
    card(
        &format!("Test {metric}"),
        Some(Origin::Computed),
        &value,
        &interval,
    )
}

fn steps(run: &Run) -> String {
    let hits = run
        .steps
        .iter()
        .filter(|step| step.span.state == crate::SpanState::Hit)
        .count();
    let steps = match run.steps.len() {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    match hits {
        0 => format!("{steps}, none found"),
        hits => format!("{steps}, {hits} of them found"),
    }
}

fn cost(run: &Run) -> Markup {
    let jobs: Vec<_> = run.own_jobs().collect();
    if jobs.is_empty() {
        let value = html! { span.word { "nothing computed" } };
        let none = match run.status {
            Status::Succeeded | Status::GateNotMet => "every step was found",
            _ => "no job of this run has finished",
        };
        return card("Cost", None, &value, none);
    }
    let charges: Vec<_> = jobs.iter().filter_map(|job| job.charge.as_ref()).collect();
    let amount = units::Money::sum(charges.iter().map(|charge| charge.amount)).ok();
    let value = amount
        .filter(|_| !charges.is_empty())
        .map_or_else(|| "unknown".to_owned(), figures::dollars);
    let unpriced = jobs.len() - charges.len();
    let more = if unpriced > 0 {
        format!("{unpriced} of {} jobs have no known price", jobs.len())
    } else {
        "local seconds at a cloud's price".to_owned()
    };
    html! {
        (card("Cost", Some(Origin::Computed), &html! { span.money { (value) } }, &more))
        @if let Some((low, high)) = super::cost::energy(jobs.into_iter()) {
            (card("Energy", Some(Origin::Estimated), &html! { (figures::joules(low, high)) }, "a range, not a measurement"))
        }
    }
}
