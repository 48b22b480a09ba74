//! The sections of the page, one file each. A section without anything to show is left out.

mod candidates;
mod confusion;
mod cost;
mod curves;
mod data;
mod endpoint;
mod environment;
mod failure;
mod forecast;
mod importance;
mod learning;
mod left_out;
mod mistakes;
mod pipeline;
mod residuals;
mod resources;
mod scores;
mod tuning;
pub(crate) mod verdict;

use maud::{Markup, html};

use crate::origin::legend;
use crate::run::Run;

/// A part of the page with a place to link to.
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) body: Markup,
}

/// What a section shows of a run, if anything.
type Build = fn(&Run) -> Option<Markup>;

/// All sections in reading order.
const ALL: [(&str, &str, Build); 18] = [
    ("failure", "What failed", failure::body),
    ("pipeline", "Pipeline", pipeline::body),
    ("candidates", "Candidates", candidates::body),
    ("tuning", "Tuning", tuning::body),
    ("forecast", "Forecasts", forecast::body),
    ("scores", "Test scores", scores::body),
    ("confusion", "Confusion matrix", confusion::body),
    ("residuals", "Predictions and residuals", residuals::body),
    ("mistakes", "Misclassified images", mistakes::body),
    ("curves", "Curves", curves::body),
    ("learning", "Learning curves", learning::body),
    ("importance", "Importance of columns", importance::body),
    ("endpoint", "Endpoint under load", endpoint::body),
    ("resources", "CPU and memory", resources::body),
    ("cost", "Cost and energy", cost::body),
    ("data", "Data", data::body),
    ("environment", "Environment", environment::body),
    ("origins", "Where figures come from", origins),
];

/// The sections of a run that have something to show.
pub(crate) fn of(run: &Run) -> Vec<Section> {
    let sections = ALL.iter().filter_map(|&(id, heading, build)| {
        Some(Section {
            id,
            heading,
            body: build(run)?,
        })
    });
    sections.collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the form that every section has")]
fn origins(_: &Run) -> Option<Markup> {
    Some(legend())
}

/// Says that a step's figures come from an earlier run, where they do.
fn found(run: &Run, step: &str) -> Markup {
    html! {
        @if let Some(earlier) = run.measured_in(step) {
            p.note {
                "These figures were measured in run " code { (earlier) }
                "; this run found them under the same key and did not measure again."
            }
        }
    }
}

/// A table that scrolls by itself where the screen is too narrow for it.
fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}
