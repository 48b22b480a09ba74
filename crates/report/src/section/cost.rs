//! What the seconds cost at a price with source and date, and the energy they may have taken.

use std::collections::BTreeSet;

use ledger::Charge;
use maud::{Markup, html};
use units::Money;

use super::scrolling;
use crate::figures::{dollars, joules, seconds};
use crate::origin::Origin;
use crate::run::{Job, Run, SpanState, Step};

pub(super) fn body(run: &Run) -> Option<Markup> {
    let steps: Vec<&Step> = run
        .steps
        .iter()
        .filter(|step| !step.jobs.is_empty())
        .collect();
    if steps.is_empty() {
        return None;
    }
    let own: Vec<&Job> = run.own_jobs().collect();
    let table = html! {
        table {
            caption {
                "Local seconds " (Origin::Measured.tag()) " at the price of the instance type " (Origin::Published.tag())
                ": that is arithmetic " (Origin::Computed.tag()) ", not a prediction of a bill. Energy "
                (Origin::Estimated.tag())
            }
            thead {
                tr {
                    th scope="col" { "Step" } th.num scope="col" { "Jobs" } th scope="col" { "Instance type" }
                    th.num scope="col" { "Wall" } th.num scope="col" { "CPU time" } th.num scope="col" { "Amount" }
                    th.num scope="col" { "Energy" }
                }
            }
            tbody { @for step in &steps { (row(step)) } }
            tfoot {
                tr {
                    th scope="row" { "This run" }
                    td.num { (own.len()) }
                    td {}
                    (sums(&own))
                }
            }
        }
    };
    Some(html! {
        @if own.is_empty() {
            p { "This run computed nothing: every step was found. The records below are those of the runs that did the work; \
                 their money is not added to this run." }
        }
        (scrolling("Cost by step", &table))
        (prices(run))
        p.note {
            "Energy is CPU time times two published coefficients: from what work adds to an idle virtual CPU up to a busy one with \
             a data centre's overhead. Nothing here can measure it."
        }
    })
}

fn row(step: &Step) -> Markup {
    let jobs: Vec<&Job> = step.jobs.iter().collect();
    let types: BTreeSet<&str> = jobs.iter().map(|job| job.instance_type.as_str()).collect();
    let hit = step.span.state == SpanState::Hit;
    html! {
        tr.soft[hit] {
            th scope="row" { (step.span.name) @if hit { " " span.state.hit { "hit" } } }
            td.num { (jobs.len()) }
            td { (types.into_iter().collect::<Vec<_>>().join(", ")) }
            (sums(&jobs))
        }
    }
}

/// Wall time, CPU time, amount and energy of jobs.
fn sums(jobs: &[&Job]) -> Markup {
    let charges: Vec<&Charge> = jobs.iter().filter_map(|job| job.charge.as_ref()).collect();
    let amount = Money::sum(charges.iter().map(|charge| charge.amount)).ok();
    let unknown = jobs.len() - charges.len();
    let energy = energy(jobs.iter().copied());
    html! {
        td.num { (seconds(jobs.iter().map(|job| job.seconds).sum::<f64>() + 0.0)) }
        td.num { (seconds(jobs.iter().map(|job| job.cpu_seconds).sum::<f64>() + 0.0)) }
        td.num {
            @if jobs.is_empty() || (unknown > 0 && charges.is_empty()) {
                (if jobs.is_empty() { "\u{2013}" } else { "unknown" })
            } @else {
                (amount.map_or_else(|| "unknown".to_owned(), dollars))
                @if unknown > 0 { br; small { (unknown) " without a price" } }
            }
        }
        td.num { (energy.map_or_else(|| "\u{2013}".to_owned(), |(low, high)| joules(low, high))) }
    }
}

/// Estimated energy of jobs in joules, if any has an estimate.
pub(crate) fn energy<'a>(jobs: impl Iterator<Item = &'a Job>) -> Option<(f64, f64)> {
    let ranges: Vec<_> = jobs.filter_map(|job| job.energy).collect();
    if ranges.is_empty() {
        return None;
    }
    let low = ranges.iter().map(|range| range.low.as_joules()).sum();
    let high = ranges.iter().map(|range| range.high.as_joules()).sum();
    Some((low, high))
}

fn prices(run: &Run) -> Markup {
    let jobs = run.steps.iter().flat_map(|step| &step.jobs);
    let prices: BTreeSet<[String; 4]> = jobs
        .filter_map(|job| job.charge.as_ref())
        .map(|charge| {
            let price = charge.price.to_string();
            [
                charge.instance_type.clone(),
                price,
                charge.price_date.clone(),
                charge.price_source.clone(),
            ]
        })
        .collect();
    if prices.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption { "Prices " (Origin::Published.tag()) ", as they stood when the jobs ran" }
            thead {
                tr {
                    th scope="col" { "Instance type" } th.num scope="col" { "Price" }
                    th scope="col" { "Read on" } th scope="col" { "Source" }
                }
            }
            tbody {
                @for [instance, price, date, source] in &prices {
                    tr {
                        th scope="row" { (instance) }
                        td.num { (price) }
                        td.short { (date) }
                        td { (source) }
                    }
                }
            }
        }
    };
    scrolling("Prices", &table)
}
