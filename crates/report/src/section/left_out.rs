//! Scores on groups that were left out of the training, beside the score of the random split.

use std::collections::BTreeMap;

use maud::{Markup, html};
use steps::{Evaluation, GroupScores};

use crate::figures::{count, score};
use crate::origin::Origin;

/// Metrics that are shown, where they are there.
const SHOWN: [&str; 6] = ["accuracy", "f1_macro", "roc_auc", "rmse", "mae", "r2"];

pub(super) fn body(groups: &GroupScores, evaluation: &Evaluation) -> Markup {
    if let Some(problem) = &groups.problem {
        return html! { p { "No " (groups.by) " was left out: " (problem) "." } };
    }
    let metrics: Vec<&str> = SHOWN
        .into_iter()
        .filter(|metric| groups.mean.contains_key(*metric))
        .collect();
    let line = |scores: &BTreeMap<String, f64>| {
        html! {
            @for metric in &metrics {
                td.num { @match scores.get(*metric) { Some(value) => (score(*value)), None => "\u{2013}" } }
            }
        }
    };
    let table = html! {
        table {
            caption { "Each " (groups.by) " left out once " (Origin::Computed.tag()) }
            thead {
                tr {
                    th scope="col" { (groups.by) } th.num scope="col" { "Rows" } th.num scope="col" { "Trained on" }
                    @for metric in &metrics { th.num scope="col" { (metric) } }
                }
            }
            tbody {
                @for group in &groups.groups {
                    tr {
                        th scope="row" { (group.group) }
                        td.num { (count(group.rows)) }
                        td.num { (count(group.trained_on)) }
                        @match &group.problem {
                            Some(problem) => td colspan=(metrics.len()) { (problem) },
                            None => (line(&group.scores)),
                        }
                    }
                }
                tr {
                    th scope="row" { "Mean of them" } td.num {} td.num {}
                    (line(&groups.mean))
                }
                tr {
                    th scope="row" { "Test rows of the split" } td.num { (count(evaluation.rows)) } td.num {}
                    (line(&evaluation.scores))
                }
            }
        }
    };
    html! {
        p {
            "The scores above are those of the split's test rows; dealt at random they are of the same groups as the training rows, so \
             they say how good the model is on more rows of groups that it knows. Below, " (evaluation.candidate) " was trained without one " (groups.by)
            " at a time, on the rows of all others of every part, and scored on it: that is what to expect of a new one."
        }
        (super::scrolling("Left-out groups", &table))
    }
}
