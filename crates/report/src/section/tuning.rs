//! Searches: how the best came about, what each hyperparameter had to do with it, and what it cost.

use maud::{Markup, html};

use super::scrolling;
use crate::figures;
use crate::origin::Origin;
use crate::plot::{Axis, Plot, place};
use crate::run::{Run, Tuning, TuningTrial};
use crate::scale::Scale;

/// Trials of the table; the plots and the JSON have all.
const SHOWN: usize = 10;
/// Groups of a number's values for what it explains.
const GROUPS: usize = 4;

pub(super) fn body(run: &Run) -> Option<Markup> {
    if run.tunings.is_empty() {
        return None;
    }
    Some(html! { @for tuning in &run.tunings { (search(tuning)) } })
}

fn search(tuning: &Tuning) -> Markup {
    let scored: Vec<(&TuningTrial, f64)> = tuning
        .trials
        .iter()
        .filter_map(|trial| Some((trial, trial.value?)))
        .collect();
    let charges = tuning.trials.iter().filter_map(|trial| trial.cost);
    let cost = units::Money::sum(charges).ok();
    html! {
        h3 { (tuning.candidate) }
        p.note {
            "Tuning job " code { (tuning.name) } ": " (tuning.trials.len()) " trials, "
            (tuning.trials.len() - scored.len()) " without a score"
            @if let Some(cost) = cost { ", " (figures::dollars(cost)) " at the price of their instance type" }
            " " (Origin::Measured.tag()) "."
        }
        @if scored.len() > 1 {
            figure {
                figcaption { "Score of each trial in the order of proposal, and the best so far." }
                (history(tuning, &scored))
            }
            figure {
                figcaption {
                    "Each line is a trial: its hyperparameters from least to greatest, at last its score. The best is drawn strong."
                }
                (lines(tuning, &scored))
            }
            (scrolling("What explains the score", &explained(&scored)))
        }
        (scrolling("Best trials", &best(tuning, &scored)))
    }
}

/// Of two scores the better one.
fn better(tuning: &Tuning, one: f64, other: f64) -> f64 {
    if tuning.maximize {
        one.max(other)
    } else {
        one.min(other)
    }
}

fn ends(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let low = values.clone().fold(f64::INFINITY, f64::min);
    (low, values.fold(f64::NEG_INFINITY, f64::max))
}

fn history(tuning: &Tuning, scored: &[(&TuningTrial, f64)]) -> Markup {
    let (low, high) = ends(scored.iter().map(|(_, value)| *value));
    let y = Scale::round(low, high, 4);
    let last = tuning.trials.iter().map(|trial| trial.number).max();
    let x = Scale::exact(1.0, last.unwrap_or(1) as f64, 6);
    let (x_label, y_label) = (|tick: f64| x.label(tick), |tick: f64| y.label(tick));
    let title = format!("{} of the trials of {}", tuning.metric, tuning.candidate);
    let plot = Plot {
        width: 560.0,
        height: 260.0,
        x: Axis {
            scale: &x,
            name: "trial",
            label: &x_label,
        },
        y: Axis {
            scale: &y,
            name: &tuning.metric,
            label: &y_label,
        },
        title: &title,
    };
    let mut best: Option<f64> = None;
    let mut steps = Vec::new();
    for (trial, value) in scored {
        let now = best.map_or(*value, |best| better(tuning, best, *value));
        if let Some(before) = best {
            steps.push((trial.number as f64, before));
        }
        steps.push((trial.number as f64, now));
        best = Some(now);
    }
    plot.draw(&html! {
        path.curve.s1 d=(plot.path(&steps)) {}
        @for (trial, value) in scored {
            circle.dot cx=(place(plot.at_x(trial.number as f64))) cy=(place(plot.at_y(*value))) r="3.5" {
                title { "trial " (trial.number) ": " (figures::score(*value)) }
            }
        }
    })
}

/// Names of the hyperparameters of a search.
fn names<'a>(scored: &[(&'a TuningTrial, f64)]) -> Vec<&'a str> {
    let first = scored.first().map(|(trial, _)| &trial.hyperparameters);
    first
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect()
}

/// The values of a hyperparameter as ranks of its distinct values: what all of them share, numbers or words.
fn ranks(scored: &[(&TuningTrial, f64)], name: &str) -> Vec<usize> {
    let text = |trial: &TuningTrial| trial.hyperparameters.get(name).cloned().unwrap_or_default();
    let mut distinct: Vec<String> = scored.iter().map(|(trial, _)| text(trial)).collect();
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
    distinct.sort_by(|one, other| number(one).total_cmp(&number(other)).then(one.cmp(other)));
    distinct.dedup();
    let rank = |trial: &TuningTrial| distinct.iter().position(|value| *value == text(trial));
    scored
        .iter()
        .map(|(trial, _)| rank(trial).unwrap_or(0))
        .collect()
}

/// Parallel coordinates.
fn lines(tuning: &Tuning, scored: &[(&TuningTrial, f64)]) -> Markup {
    const WIDTH: f64 = 560.0;
    const HEIGHT: f64 = 220.0;
    let names = names(scored);
    let columns: Vec<Vec<usize>> = names.iter().map(|name| ranks(scored, name)).collect();
    let (low, high) = ends(scored.iter().map(|(_, value)| *value));
    let at_x = |column: usize| 40.0 + column as f64 * (WIDTH - 80.0) / names.len().max(1) as f64;
    let at_y = |share: f64| 20.0 + (1.0 - share) * (HEIGHT - 60.0);
    let path = |trial: usize| {
        let steps = columns.iter().enumerate().map(|(column, ranks)| {
            let most = ranks.iter().copied().max().unwrap_or(0).max(1) as f64;
            let step = if column == 0 { 'M' } else { 'L' };
            let height = at_y(ranks[trial] as f64 / most);
            format!("{step}{:.1} {height:.1}", at_x(column))
        });
        let path: String = steps.collect();
        let share = (scored[trial].1 - low) / (high - low).max(1e-12);
        path + &format!("L{:.1} {:.1}", at_x(names.len()), at_y(share))
    };
    let is_best = |trial: usize| tuning.best == Some(scored[trial].0.number);
    let order = (0..scored.len())
        .filter(|trial| !is_best(*trial))
        .chain((0..scored.len()).filter(|trial| is_best(*trial)));
    let title = format!(
        "Hyperparameters and {} of the trials of {}",
        tuning.metric, tuning.candidate
    );
    html! {
        svg.plot viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" style={ "max-width:" (WIDTH * 1.25) "px" } {
            title { (title) }
            @for column in 0..=names.len() {
                @let x = place(at_x(column));
                line.base x1=(x) x2=(x) y1=(place(at_y(1.0))) y2=(place(at_y(0.0))) {}
                text.name x=(x) y=(place(HEIGHT - 14.0)) text-anchor="middle" {
                    (names.get(column).copied().unwrap_or(tuning.metric.as_str()))
                }
            }
            @for trial in order {
                @let class = if is_best(trial) { "curve s1" } else { "curve thin s5" };
                path class=(class) d=(path(trial)) {}
            }
        }
    }
}

/// The share of the scores' variance between groups of a hyperparameter's values.
fn share(ranks: &[usize], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by_key(|place| ranks[*place]);
    let distinct = ranks
        .iter()
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let whole: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
    let mut groups = vec![(0.0, 0.0); GROUPS.max(distinct.min(GROUPS))];
    for (place, trial) in order.iter().enumerate() {
        let group = if distinct <= GROUPS {
            ranks[*trial].min(GROUPS - 1)
        } else {
            place * GROUPS / order.len()
        };
        groups[group].0 += scores[*trial];
        groups[group].1 += 1.0;
    }
    let between: f64 = groups
        .iter()
        .filter(|(_, count)| *count > 0.0)
        .map(|(sum, count)| count * (sum / count - mean).powi(2))
        .sum();
    if whole > 0.0 { between / whole } else { 0.0 }
}

fn explained(scored: &[(&TuningTrial, f64)]) -> Markup {
    let scores: Vec<f64> = scored.iter().map(|(_, value)| *value).collect();
    let mut rows: Vec<(&str, f64)> = names(scored)
        .into_iter()
        .map(|name| (name, share(&ranks(scored, name), &scores)))
        .collect();
    rows.sort_by(|one, other| other.1.total_cmp(&one.1));
    html! {
        table {
            caption {
                "Share of the variance of the scores between four groups of a hyperparameter's values "
                (Origin::Computed.tag()) ": a hint, since a search does not look everywhere alike."
            }
            thead { tr { th scope="col" { "Hyperparameter" } th.num scope="col" { "Share" } } }
            tbody {
                @for (name, share) in &rows {
                    tr { th scope="row" { (name) } td.num { (format!("{:.0} %", share * 100.0)) } }
                }
            }
        }
    }
}

fn best(tuning: &Tuning, scored: &[(&TuningTrial, f64)]) -> Markup {
    let mut order: Vec<&(&TuningTrial, f64)> = scored.iter().collect();
    order.sort_by(|one, other| {
        let by = one.1.total_cmp(&other.1);
        if tuning.maximize { by.reverse() } else { by }
    });
    let names = names(scored);
    html! {
        table {
            caption { "The best " (order.len().min(SHOWN)) " of " (tuning.trials.len()) " trials by " strong { (tuning.metric) } "." }
            thead {
                tr {
                    th.num scope="col" { "Trial" }
                    th.num scope="col" { (tuning.metric) }
                    @for name in &names { th.num scope="col" { (name) } }
                    th.num scope="col" { "Seconds" }
                }
            }
            tbody {
                @for (trial, value) in order.into_iter().take(SHOWN) {
                    tr.selected[tuning.best == Some(trial.number)] {
                        td.num { (trial.number) }
                        td.num { (figures::score(*value)) }
                        @for name in &names {
                            td.num { (shorter(trial.hyperparameters.get(*name).map_or("", String::as_str))) }
                        }
                        td.num { (trial.seconds.map_or_else(|| "\u{2013}".to_owned(), figures::seconds)) }
                    }
                }
            }
        }
    }
}

/// A number with four digits, anything else as it is.
fn shorter(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.len() > 8 => {
            let digits = 3 - number.abs().max(1e-9).log10().floor() as i32;
            format!("{number:.*}", digits.clamp(0, 9) as usize)
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn trial(number: u64, depth: u64, kind: &str, value: Option<f64>) -> TuningTrial {
        let hyperparameters = [("depth", depth.to_string()), ("kind", kind.to_owned())];
        TuningTrial {
            number,
            value,
            hyperparameters: hyperparameters
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            seconds: Some(0.5),
            cost: Some(units::Money::from_nanos(16_000)),
        }
    }

    fn tuning() -> Tuning {
        Tuning {
            candidate: "forest".to_owned(),
            name: "t".to_owned(),
            metric: "validation:accuracy".to_owned(),
            maximize: true,
            best: Some(3),
            trials: vec![
                trial(1, 2, "a", Some(0.5)),
                trial(2, 10, "b", None),
                trial(3, 10, "a", Some(0.9)),
                trial(4, 9, "b", Some(0.8)),
            ],
        }
    }

    #[test]
    fn a_search_has_its_history_its_lines_and_its_best() {
        let text = search(&tuning()).into_string();
        for words in [
            "4 trials, 1 without a score",
            "0.0000640 USD",
            "trial 3: 0.900",
            "The best 3 of 4 trials",
            "<tr class=\"selected\"><td class=\"num\">3</td>",
        ] {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
        assert_eq!(text.matches("<circle").count(), 3);
        assert_eq!(text.matches("curve thin s5").count(), 2);
    }

    #[test]
    fn words_and_numbers_have_ranks_and_explain() {
        let tuning = tuning();
        let scored: Vec<_> = tuning
            .trials
            .iter()
            .filter_map(|trial| Some((trial, trial.value?)))
            .collect();
        assert_eq!(ranks(&scored, "depth"), [0, 2, 1]);
        assert_eq!(ranks(&scored, "kind"), [0, 0, 1]);
        let scores = [1.0, 1.0, 3.0, 3.0];
        assert!((share(&[0, 0, 1, 1], &scores) - 1.0).abs() < 1e-12);
        assert!(share(&[0, 1, 0, 1], &scores).abs() < 1e-12);
        assert!(share(&[0, 0, 1, 1], &[2.0; 4]).abs() < 1e-12);
        let _: &BTreeMap<String, String> = &scored[0].0.hyperparameters;
    }

    #[test]
    fn long_numbers_are_cut() {
        for (text, expected) in [
            ("0.0001234567", "0.0001235"),
            ("12", "12"),
            ("123.456789", "123.5"),
            ("log2", "log2"),
        ] {
            assert_eq!(shorter(text), expected);
        }
    }
}
