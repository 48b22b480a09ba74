//! Receiver operating characteristics, and calibration.

use maud::{Markup, html};
use steps::{Calibration, RocCurve};

use super::found;
use crate::figures::{count, score};
use crate::origin::Origin;
use crate::palette::SERIES;
use crate::plot::{Axis, Plot, place};
use crate::run::Run;
use crate::scale::Scale;

/// Curves that are drawn; the table has all.
const DRAWN: usize = SERIES.len();

pub(super) fn body(run: &Run) -> Option<Markup> {
    let evaluation = run.evaluation.as_ref()?;
    if evaluation.roc.is_empty() && evaluation.calibration.is_none() {
        return None;
    }
    Some(html! {
        (found(run, "Test"))
        div.pair.level {
            @if !evaluation.roc.is_empty() { (roc(&evaluation.roc)) }
            @if let Some(calibration) = &evaluation.calibration { (reliability(calibration)) }
        }
    })
}

fn roc(curves: &[RocCurve]) -> Markup {
    let scale = Scale::exact(0.0, 1.0, 5);
    let label = |tick: f64| scale.label(tick);
    let axis = |name| Axis {
        scale: &scale,
        name,
        label: &label,
    };
    let areas: Vec<String> = curves
        .iter()
        .map(|curve| format!("{} {}", curve.class, score(curve.area)))
        .collect();
    let title = format!(
        "Receiver operating characteristic; area under the curve: {}",
        areas.join(", ")
    );
    let plot = Plot {
        width: 360.0,
        height: 350.0,
        x: axis("False positive rate"),
        y: axis("True positive rate"),
        title: &title,
    };
    let marks = html! {
        path.chance d=(plot.path(&[(0.0, 0.0), (1.0, 1.0)])) {}
        @for (place, curve) in curves.iter().enumerate().take(DRAWN) {
            path class={ "curve s" (place) } d=(plot.path(&curve.points)) {}
        }
        @if let [only] = curves {
            text.label x=(place(plot.at_x(0.96))) y=(place(plot.at_y(0.06))) text-anchor="end" {
                "class " (only.class) ", area " (score(only.area))
            }
        }
    };
    html! {
        figure {
            figcaption {
                "Receiver operating characteristic on test rows " (Origin::Computed.tag())
                @if curves.len() > 1 { ", each class against the rest" }
                ". The dashed line is chance."
            }
            (plot.draw(&marks))
            @if curves.len() > 1 { table.key {
                thead { tr { th scope="col" { "Class" } th.num scope="col" { "Area" } } }
                tbody {
                    @for (place, curve) in curves.iter().enumerate() {
                        tr {
                            th scope="row" {
                                @if place < DRAWN {
                                    svg.sample aria-hidden="true" { line class={ "curve s" (place) } x1="0" x2="100%" y1="50%" y2="50%" {} }
                                    " "
                                }
                                (curve.class)
                            }
                            td.num { (score(curve.area)) }
                        }
                    }
                }
            }
            } @if curves.len() > DRAWN { p.note { "Drawn are the first " (DRAWN) " of " (curves.len()) " classes." } }
        }
    }
}

fn reliability(calibration: &Calibration) -> Markup {
    let scale = Scale::exact(0.0, 1.0, 5);
    let label = |tick: f64| scale.label(tick);
    let whose = calibration.class.as_ref().map_or_else(
        || "the predicted class".to_owned(),
        |class| format!("class {class}"),
    );
    let name = format!("Mean probability of {whose}");
    let plot = Plot {
        width: 360.0,
        height: 350.0,
        x: Axis {
            scale: &scale,
            name: &name,
            label: &label,
        },
        y: Axis {
            scale: &scale,
            name: "Share that came true",
            label: &label,
        },
        title: "Calibration: share that came true by predicted probability",
    };
    let largest = calibration
        .bins
        .iter()
        .map(|bin| bin.rows)
        .max()
        .unwrap_or(1)
        .max(1);
    let points: Vec<(f64, f64)> = calibration
        .bins
        .iter()
        .map(|bin| (bin.probability, bin.share))
        .collect();
    let marks = html! {
        path.chance d=(plot.path(&[(0.0, 0.0), (1.0, 1.0)])) {}
        path.curve.s0.thin d=(plot.path(&points)) {}
        @for bin in &calibration.bins {
            @let radius = 3.0 + 6.0 * (bin.rows as f64 / largest as f64).sqrt();
            circle.bin cx=(place(plot.at_x(bin.probability))) cy=(place(plot.at_y(bin.share))) r=(place(radius)) {
                title { (count(bin.rows)) " rows: probability " (score(bin.probability)) ", came true " (score(bin.share)) }
            }
        }
    };
    html! {
        figure {
            figcaption {
                "Calibration on test rows " (Origin::Computed.tag()) ": ten bins of probability; the area of a point \
                 grows with its rows. On the dashed line a probability is a frequency."
            }
            (plot.draw(&marks))
        }
    }
}
