//! The data: where it comes from, what may be done with it, and what Prepare made of it.

use maud::{Markup, html};
use steps::{Finding, PrepareSummary};

use super::{found, scrolling};
use crate::figures::{bytes, count};
use crate::origin::Origin;
use crate::run::Run;

/// Columns with missing cells that are listed.
const MISSING: usize = 30;
/// Files that are listed.
const FILES: usize = 20;

pub(super) fn body(run: &Run) -> Option<Markup> {
    if run.sources.is_empty() && run.prepare.is_none() && run.about.license.is_none() {
        return None;
    }
    Some(html! {
        dl.facts {
            div {
                dt { "Licence " (Origin::Given.tag()) }
                dd { (run.about.license.as_deref().unwrap_or("not stated in the workload file (data.license)")) }
            }
            div {
                dt { "Provenance " (Origin::Given.tag()) }
                dd {
                    @match &run.about.provenance {
                        Some(file) => code { (file) },
                        None => "not stated in the workload file (data.provenance)",
                    }
                }
            }
        }
        (files(run))
        @if let Some(prepared) = &run.prepare {
            (found(run, "Prepare"))
            (rows(prepared))
            @for finding in &prepared.findings { (finding_shown(finding)) }
        }
    })
}

fn files(run: &Run) -> Markup {
    let shown = &run.sources[..run.sources.len().min(FILES)];
    html! {
        @if !shown.is_empty() {
            (scrolling("Files of the data", &html! {
                table {
                    caption { "Files that were read " (Origin::Measured.tag()) }
                    thead { tr { th scope="col" { "File" } th.num scope="col" { "Size" } th scope="col" { "SHA-256" } } }
                    tbody {
                        @for source in shown {
                            tr {
                                th scope="row" { (source.name) }
                                td.num { (bytes(source.bytes as f64)) }
                                td.long { code { (source.sha256) } }
                            }
                        }
                    }
                }
            }))
            @if shown.len() < run.sources.len() { p.note { (run.sources.len() - shown.len()) " files more are not shown." } }
        }
    }
}

fn rows(prepared: &PrepareSummary) -> Markup {
    let cells = prepared.train + prepared.validation + prepared.test;
    let mut missing: Vec<(&String, &u64)> = prepared
        .missing
        .iter()
        .filter(|(_, cells)| **cells > 0)
        .collect();
    missing.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    let mut facts = vec![
        ("Rows read", prepared.read),
        ("Exact copies dropped", prepared.duplicates),
        ("Without a target", prepared.without_target),
        ("Training rows", prepared.train),
        ("Validation rows", prepared.validation),
        ("Test rows", prepared.test),
    ];
    match prepared.image_size {
        Some(side) => facts.push(("Side of the images, pixels", u64::from(side))),
        None => facts.extend([
            ("Feature columns", prepared.columns),
            ("Features after encoding", prepared.features),
        ]),
    }
    html! {
        div.pair {
            table {
                caption { "Rows and columns " (Origin::Computed.tag()) }
                tbody { @for (name, value) in facts { tr { th scope="row" { (name) } td.num { (count(value)) } } } }
            }
            (shares("Rows by class", prepared.classes.iter().collect(), cells))
            @if !missing.is_empty() {
                (shares("Missing cells by column", missing.into_iter().take(MISSING).collect(), cells))
            }
        }
    }
}

/// What a check of the data found, with its evidence.
fn finding_shown(finding: &Finding) -> Markup {
    html! {
        p.note { strong { "Warning: " } (finding.message) }
        @if !finding.header.is_empty() {
            table {
                caption { "Check of the data: " (finding.check.name()) " " (Origin::Computed.tag()) }
                thead { tr { @for (place, name) in finding.header.iter().enumerate() {
                    @if place == 0 { th scope="col" { (name) } } @else { th.num scope="col" { (name) } }
                } } }
                tbody {
                    @for line in &finding.rows {
                        tr { @for (place, cell) in line.iter().enumerate() {
                            @if place == 0 { th scope="row" { (cell) } } @else { td.num { (cell) } }
                        } }
                    }
                }
            }
        }
    }
}

fn shares(caption: &str, counts: Vec<(&String, &u64)>, whole: u64) -> Markup {
    html! {
        table {
            caption { (caption) " " (Origin::Computed.tag()) }
            tbody {
                @for (name, value) in counts {
                    tr {
                        th scope="row" { (name) }
                        td.num { (count(*value)) }
                        td.num { (format!("{:.1} %", *value as f64 / whole.max(1) as f64 * 100.0)) }
                    }
                }
            }
        }
    }
}
