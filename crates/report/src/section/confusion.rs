//! Which classes are taken for which.

use maud::{Markup, html};
use steps::Evaluation;

use super::{found, scrolling};
use crate::figures::{count, score};
use crate::origin::Origin;
use crate::run::Run;

/// Beyond so many classes the matrix says less than a list of the commonest mistakes.
const MATRIX: usize = 16;
/// Mistakes in the list.
const MISTAKES: usize = 20;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let evaluation = run.evaluation.as_ref()?;
    let classes = evaluation.classes.len();
    if classes == 0 || evaluation.confusion.len() != classes {
        return None;
    }
    let target = run.about.target.as_deref().unwrap_or("the class");
    let shown = if classes <= MATRIX {
        html! {
            // Not the table's caption, which could be no wider than the table.
            figcaption {
                "Test rows by true class (down) and predicted class (across) of " code { (target) } " "
                (Origin::Computed.tag()) ". Per cent are of the true class; the diagonal is right."
            }
            (scrolling("Confusion matrix", &matrix(evaluation)))
        }
    } else {
        scrolling("Commonest mistakes", &mistakes(evaluation))
    };
    Some(html! {
        (found(run, "Test"))
        figure { (shown) }
        (scrolling("Scores by class", &by_class(evaluation)))
    })
}

fn matrix(evaluation: &Evaluation) -> Markup {
    html! {
        table.matrix aria-label="Confusion matrix" {
            thead {
                tr {
                    th scope="col" { "True \\ predicted" }
                    @for class in &evaluation.classes { th.num scope="col" { (class) } }
                    th.num scope="col" { "Rows" }
                }
            }
            tbody {
                @for (place, (class, row)) in evaluation.classes.iter().zip(&evaluation.confusion).enumerate() {
                    @let rows: u64 = row.iter().sum();
                    tr {
                        th scope="row" { (class) }
                        @for (guess, cell) in row.iter().enumerate() {
                            @let share = *cell as f64 / rows.max(1) as f64;
                            td.num.cell.right[guess == place] style={ "--share:" (format!("{share:.3}")) } {
                                (count(*cell)) small { (format!("{:.0} %", share * 100.0)) }
                            }
                        }
                        td.num { (count(rows)) }
                    }
                }
            }
        }
    }
}

/// Precision, recall and F1 of each class, as they follow from the matrix.
fn by_class(evaluation: &Evaluation) -> Markup {
    let of = |class: usize| {
        let right = evaluation.confusion[class][class];
        let own: u64 = evaluation.confusion[class].iter().sum();
        let guessed: u64 = evaluation.confusion.iter().map(|row| row[class]).sum();
        // Without a guess or a row of the class there is nothing to divide by.
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let scores = [
            share(right, guessed),
            share(right, own),
            share(2 * right, own + guessed),
        ];
        (own, scores)
    };
    html! {
        table {
            caption { "Scores by class on test rows " (Origin::Computed.tag()) }
            thead {
                tr {
                    th scope="col" { "Class" }
                    @for name in ["Precision", "Recall", "F1", "Rows"] { th.num scope="col" { (name) } }
                }
            }
            tbody {
                @for (place, class) in evaluation.classes.iter().enumerate() {
                    @let (rows, scores) = of(place);
                    tr {
                        th scope="row" { (class) }
                        @for one in scores { td.num { @if let Some(one) = one { (score(one)) } @else { "\u{2013}" } } }
                        td.num { (count(rows)) }
                    }
                }
            }
        }
    }
}

fn mistakes(evaluation: &Evaluation) -> Markup {
    let mut found: Vec<(u64, usize, usize)> = Vec::new();
    for (class, row) in evaluation.confusion.iter().enumerate() {
        let wrong = row
            .iter()
            .enumerate()
            .filter(|(guess, cell)| *guess != class && **cell > 0);
        found.extend(wrong.map(|(guess, cell)| (*cell, class, guess)));
    }
    found.sort_by(|left, right| {
        right
            .0
            .cmp(&left.0)
            .then((left.1, left.2).cmp(&(right.1, right.2)))
    });
    let shown = found.len().min(MISTAKES);
    html! {
        table {
            caption {
                "The commonest mistakes among " (evaluation.classes.len()) " classes " (Origin::Computed.tag())
                ": " (shown) " of " (found.len()) " pairs. The whole matrix is in the JSON."
            }
            thead { tr { th scope="col" { "True" } th scope="col" { "Predicted" } th.num scope="col" { "Rows" } } }
            tbody {
                @for (cell, class, guess) in &found[..shown] {
                    tr {
                        td { (evaluation.classes[*class]) }
                        td { (evaluation.classes.get(*guess).map_or("", String::as_str)) }
                        td.num { (count(*cell)) }
                    }
                }
            }
        }
    }
}
