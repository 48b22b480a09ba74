//! The whole page: head, sections in reading order, foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::palette;
use crate::run::Run;
use crate::section::{self, Section};

/// How things look; colours come from the palette.
const STYLE: &str = include_str!("page.css");

/// The page of a run: one HTML file that asks nothing of the network.
///
/// The same run gives the same bytes.
pub fn page(run: &Run) -> String {
    let sections: Vec<Section> = section::of(run);
    let title = format!("{} \u{b7} run {}", run.workload, run.run);
    let style = format!("{}{}{STYLE}", palette::variables(), series());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "plimsoll " (run.environment.version) };
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body {
                (section::verdict::header(run))
                nav aria-label="Sections" {
                    ul { @for section in &sections { li { a href={ "#" (section.id) } { (section.heading) } } } }
                }
                main { @for section in &sections { (framed(section)) } }
                (foot(run))
            }
        }
    }
    .into_string()
}

fn framed(section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-heading" } {
            h2 id={ (section.id) "-heading" } { (section.heading) }
            (section.body)
        }
    }
}

fn foot(run: &Run) -> Markup {
    html! {
        footer {
            p {
                "Made by plimsoll " (run.environment.version) " from the records of run "
                code { (run.run) } ". The same figures as JSON: "
                code { "plimsoll report " (run.run) " --json" } "."
            }
        }
    }
}

/// A class for each series: its colour and its dashes.
fn series() -> String {
    let rule = |(place, (color, dashes)): (usize, &(&str, &str))| {
        format!(".s{place}{{stroke:var(--{color});stroke-dasharray:{dashes}}}\n")
            .replace("stroke-dasharray:}", "stroke-dasharray:none}")
    };
    palette::SERIES.iter().enumerate().map(rule).collect()
}
