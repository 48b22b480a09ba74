//! How the loss of each network fell over its training.

use maud::{Markup, html};

use super::found;
use crate::figures::count;
use crate::origin::Origin;
use crate::plot::{Axis, Plot};
use crate::run::{LearningCurve, Run};
use crate::scale::Scale;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let shown = run.learning.iter().filter(|curve| !curve.epochs.is_empty());
    let shown: Vec<Markup> = shown.map(curve).collect();
    if shown.is_empty() {
        return None;
    }
    Some(html! {
        (found(run, "Train"))
        div.pair.level { @for one in shown { (one) } }
    })
}

fn curve(curve: &LearningCurve) -> Markup {
    let training: Vec<(f64, f64)> = curve
        .epochs
        .iter()
        .map(|epoch| (f64::from(epoch.epoch), epoch.training))
        .collect();
    let validation: Vec<(f64, f64)> = curve
        .epochs
        .iter()
        .filter_map(|epoch| Some((f64::from(epoch.epoch), epoch.validation?)))
        .collect();
    let losses = training.iter().chain(&validation).map(|(_, loss)| *loss);
    let most = losses.filter(|loss| loss.is_finite()).fold(0.0, f64::max);
    let last = training.last().map_or(1.0, |(epoch, _)| *epoch);
    let (x, y) = (
        Scale::exact(1.0, last.max(2.0), 6),
        Scale::round(0.0, most.max(1e-6), 5),
    );
    let (whole, loss) = (|tick: f64| format!("{tick:.0}"), |tick: f64| y.label(tick));
    let title = format!("Loss of {} by epoch", curve.name);
    let plot = Plot {
        width: 360.0,
        height: 280.0,
        x: Axis {
            scale: &x,
            name: "Epoch",
            label: &whole,
        },
        y: Axis {
            scale: &y,
            name: "Loss",
            label: &loss,
        },
        title: &title,
    };
    let marks = html! {
        path.curve.s0 d=(plot.path(&training)) {}
        @if !validation.is_empty() { path.curve.s1 d=(plot.path(&validation)) {} }
    };
    let least = validation
        .iter()
        .min_by(|left, right| left.1.total_cmp(&right.1));
    html! {
        figure {
            figcaption {
                "Loss of " strong { (curve.name) } " over " (count(curve.epochs.len() as u64)) " epochs "
                (Origin::Computed.tag()) ": the mean over the batches of an epoch"
                @if let Some((epoch, loss)) = least {
                    ", and on the validation part after it (least " (format!("{loss:.3}")) ", epoch " (format!("{epoch:.0}")) ")"
                }
                "."
            }
            (plot.draw(&marks))
            table.key {
                thead { tr { th scope="col" { "Loss" } th.num scope="col" { "After the last epoch" } } }
                tbody {
                    (key(0, "training", training.last()))
                    @if !validation.is_empty() { (key(1, "validation", validation.last())) }
                }
            }
        }
    }
}

fn key(place: usize, name: &str, last: Option<&(f64, f64)>) -> Markup {
    html! {
        tr {
            th scope="row" {
                svg.sample aria-hidden="true" { line class={ "curve s" (place) } x1="0" x2="100%" y1="50%" y2="50%" {} }
                " " (name)
            }
            td.num { @if let Some((_, loss)) = last { (format!("{loss:.3}")) } }
        }
    }
}
