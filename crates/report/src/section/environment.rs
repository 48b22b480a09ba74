//! Where the run ran and with what: enough to do it again.

use maud::{Markup, html};

use super::scrolling;
use crate::origin::Origin;
use crate::run::Run;

#[expect(clippy::unnecessary_wraps, reason = "the form that every section has")]
pub(super) fn body(run: &Run) -> Option<Markup> {
    let place = &run.environment;
    Some(html! {
        dl.facts {
            @for machine in &place.machines {
                div { dt { "Machine that measured " (Origin::Measured.tag()) } dd { (machine) } }
            }
            @if !place.instruction_sets.is_empty() {
                div {
                    dt { "Instruction sets, where this page was made " (Origin::Measured.tag()) }
                    dd { (place.instruction_sets.join(", ")) }
                }
            }
            div { dt { "Image of the jobs" } dd { code { (place.image) } } }
            @if let Some(seed) = run.about.seed { div { dt { "Seed " (Origin::Given.tag()) } dd { (seed) } } }
            @if let Some(package) = &run.package { div.wide { dt { "Model package" } dd.long { code { (package) } } } }
            @if let Some(batch) = &run.batch {
                div.wide { dt { "Batch predictions" } dd.long { (batch.rows) " rows in " code { (batch.uri) } } }
            }
            div.wide { dt { "Execution" } dd.long { code { (run.execution) } } }
        }
        @if !place.keys.is_empty() {
            (scrolling("Keys of the steps", &html! {
                table {
                    caption {
                        "Keys of the steps " (Origin::Computed.tag()) ": the SHA-256 of everything that determines a step's output. \
                         The same key is the same result."
                    }
                    thead { tr { th scope="col" { "Step" } th scope="col" { "Key" } } }
                    tbody {
                        @for (step, key) in &place.keys {
                            tr { th scope="row" { (step) } td.long { code { (key) } } }
                        }
                    }
                }
            }))
        }
    })
}
