//! Predicted numbers beside the true ones, and what they are off by.

use maud::{Markup, html};
use steps::Residuals;

use super::found;
use crate::figures::{count, score, signed_score};
use crate::origin::Origin;
use crate::plot::{Axis, Plot, place};
use crate::run::Run;
use crate::scale::Scale;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let evaluation = run.evaluation.as_ref()?;
    let residuals = evaluation.residuals.as_ref()?;
    if residuals.points.is_empty() || residuals.bins.is_empty() {
        return None;
    }
    let target = run.about.target.as_deref().unwrap_or("the target");
    Some(html! {
        (found(run, "Test"))
        div.pair.level {
            (truth(residuals, target, evaluation.rows))
            (histogram(residuals, target))
        }
    })
}

/// Predictions over truth; the same scale on both axes.
fn truth(residuals: &Residuals, target: &str, rows: u64) -> Markup {
    let ends = residuals.points.iter().flat_map(|&(x, y)| [x, y]);
    let low = ends.clone().fold(f64::INFINITY, f64::min);
    let high = ends.fold(f64::NEG_INFINITY, f64::max);
    let scale = Scale::round(low, high, 5);
    let label = |tick: f64| scale.label(tick);
    let axis = |name| Axis {
        scale: &scale,
        name,
        label: &label,
    };
    let names = [format!("True {target}"), format!("Predicted {target}")];
    let title = format!(
        "Predicted {target} over true {target} of {} test rows",
        residuals.points.len()
    );
    let plot = Plot {
        width: 360.0,
        height: 350.0,
        x: axis(&names[0]),
        y: axis(&names[1]),
        title: &title,
    };
    let marks = html! {
        path.chance d=(plot.path(&[(scale.low, scale.low), (scale.high, scale.high)])) {}
        @for &(x, y) in &residuals.points {
            circle.row cx=(place(plot.at_x(x))) cy=(place(plot.at_y(y))) r="2.4" {}
        }
    };
    let shown = residuals.points.len() as u64;
    html! {
        figure {
            figcaption {
                "Predicted and true " code { (target) } " of test rows " (Origin::Computed.tag())
                @if shown < rows { ", " (count(shown)) " of " (count(rows)) " spread evenly" }
                ". On the dashed line a prediction is right."
            }
            (plot.draw(&marks))
        }
    }
}

/// Rows by what they are off by.
fn histogram(residuals: &Residuals, target: &str) -> Markup {
    let bins = &residuals.bins;
    let most = bins.iter().map(|bin| bin.rows).max().unwrap_or(1).max(1);
    let (low, high) = (bins[0].low, bins[bins.len() - 1].high);
    // One bin without a width is drawn as wide as the axis's first step.
    let across = Scale::round(low, high, 5);
    let up = Scale::round(0.0, most as f64, 4);
    let label_across = |tick: f64| across.label(tick);
    let label_up = |tick: f64| up.label(tick);
    let name = format!("True less predicted {target}");
    let plot = Plot {
        width: 360.0,
        height: 350.0,
        x: Axis {
            scale: &across,
            name: &name,
            label: &label_across,
        },
        y: Axis {
            scale: &up,
            name: "Test rows",
            label: &label_up,
        },
        title: "Test rows by residual",
    };
    let marks = html! {
        @for bin in bins {
            @let (left, right) = (plot.at_x(bin.low), plot.at_x(bin.high).max(plot.at_x(bin.low) + 3.0));
            @let (top, bottom) = (plot.at_y(bin.rows as f64), plot.at_y(0.0));
            rect.done x=(place(left + 0.5)) width=(place((right - left - 1.0).max(1.0))) y=(place(top)) height=(place(bottom - top)) {
                title { (count(bin.rows)) " rows from " (score(bin.low)) " to " (score(bin.high)) }
            }
        }
        @if across.low < 0.0 && across.high > 0.0 {
            path.chance d=(plot.path(&[(0.0, up.low), (0.0, up.high)])) {}
        }
    };
    html! {
        figure {
            figcaption {
                "Residuals of test rows " (Origin::Computed.tag()) ": mean " (signed_score(residuals.mean))
                ", standard deviation " (score(residuals.deviation)) ". Right of zero the model says too little."
            }
            (plot.draw(&marks))
        }
    }
}
