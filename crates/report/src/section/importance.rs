//! Permutation importance: what each column is worth to the final model.

use maud::{Markup, html};
use steps::lower_is_better;

use super::found;
use crate::figures::{count, signed};
use crate::origin::Origin;
use crate::run::Run;
use crate::scale::Scale;
use crate::track::{axis, bar, track};

/// Columns that are shown; the JSON has all.
const SHOWN: usize = 25;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let importance = run.evaluation.as_ref()?.importance.as_ref()?;
    let shown = &importance.columns[..importance.columns.len().min(SHOWN)];
    if shown.is_empty() {
        return None;
    }
    let low = shown
        .iter()
        .map(|one| one.mean - one.deviation)
        .fold(0.0, f64::min);
    let high = shown
        .iter()
        .map(|one| one.mean + one.deviation)
        .fold(0.0, f64::max);
    let scale = Scale::round(low, high.max(low + 1e-6), 5);
    let label = |tick: f64| scale.label(tick);
    let verb = if lower_is_better(&importance.metric) {
        "grows"
    } else {
        "falls"
    };
    let hidden = importance.columns.len() - shown.len() + importance.left_out as usize;
    Some(html! {
        (found(run, "Test"))
        table.importance {
            caption {
                "How far " strong { (importance.metric) } " " (verb) " when a column's cells are dealt to other rows "
                (Origin::Computed.tag()) ": mean and standard deviation of " (importance.repeats) " dealings of "
                (count(importance.rows)) " test rows (seed " (importance.seed) "). Columns that say the same share their worth."
            }
            thead {
                tr {
                    th scope="col" { "Column" }
                    th.chart scope="col" { span.hidden { "Importance" } (axis(&scale, &label)) }
                    th.num scope="col" { "Mean" }
                    th.num scope="col" { "\u{b1} sd" }
                }
            }
            tbody {
                @for one in shown {
                    @let title = format!("{}: {:.4} \u{b1} {:.4}", one.column, one.mean, one.deviation);
                    tr {
                        th scope="row" { (one.column) }
                        td.chart {
                            (track(&scale, &title, &html! {
                                (bar(&scale, (0.0, one.mean), "done"))
                                (spread(&scale, one.mean, one.deviation))
                            }))
                        }
                        td.num { (signed(one.mean, 4)) }
                        td.num { (format!("{:.4}", one.deviation)) }
                    }
                }
            }
        }
        @if hidden > 0 { p.note { (hidden) " columns more are not shown." } }
    })
}

fn spread(scale: &Scale, mean: f64, deviation: f64) -> Markup {
    let end = |value: f64| crate::figures::percent(scale.place(value));
    html! {
        line.whisker x1=(end(mean - deviation)) x2=(end(mean + deviation)) y1="50%" y2="50%" {}
    }
}
