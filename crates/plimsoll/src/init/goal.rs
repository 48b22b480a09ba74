//! What is predicted of a column: its number, or its classes as they are, without rare labels, or cut in two.

use std::collections::BTreeMap;

use workload::{PositiveDraft, TaskKind};

use super::roles::{not_a_feature, short};
use super::view::{View, count, quoted};

/// Rows of a class at least: one of five goes to the test part, and each part needs a row of each class.
const ROWS_OF_A_CLASS: u64 = 6;
/// Numbers are classes while they are whole and so few.
const FEW_NUMBERS: u64 = 20;
/// Rows of a number to predict at least: one of five goes to the test part, and a score of fewer says nothing.
const ROWS_OF_NUMBERS: u64 = 15;
/// Labels are classes while they are so few.
const FEW_LABELS: u64 = 100;

/// What is predicted of a column.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    /// Whether classes or the number.
    pub(crate) kind: TaskKind,
    /// Classes with their rows; none of a number.
    pub(crate) classes: Vec<(String, u64)>,
    /// Labels that have too few rows and are called missing.
    pub(crate) dropped: Vec<(String, u64)>,
    /// How two classes are made of it.
    pub(crate) positive: Option<PositiveDraft>,
    /// Why so.
    pub(crate) why: String,
    /// The number that two classes are cut at.
    pub(crate) limit: Option<f64>,
}

impl Default for Goal {
    fn default() -> Self {
        Self {
            kind: TaskKind::Classification,
            classes: Vec::new(),
            dropped: Vec::new(),
            positive: None,
            why: String::new(),
            limit: None,
        }
    }
}

/// What is predicted of a column, or why nothing can be.
pub(crate) fn goal(view: &View, copies: u64) -> Result<Goal, String> {
    if view.present == 0 {
        return Err("it has no value in any row".to_owned());
    }
    if view.distinct == 1 {
        let level = view.levels.iter().flatten().next();
        let level = level.map(|(level, _)| quoted(level)).unwrap_or_default();
        return Err(format!("it is constant: every value is {level}"));
    }
    // Copies are dropped, and may have been of one class.
    let least = ROWS_OF_A_CLASS + if copies > 0 { 2 } else { 0 };
    if view.is_number() {
        return number(view, least);
    }
    if let Some(why) = not_a_feature(view) {
        return Err(why);
    }
    let labels = view
        .levels
        .clone()
        .filter(|levels| levels.len() as u64 <= FEW_LABELS);
    let Some(labels) = labels else {
        return Err(format!("{} labels are too many for classes", view.distinct));
    };
    classes(view, &labels, least)
}

fn number(view: &View, least: u64) -> Result<Goal, String> {
    if let Some(why) = not_a_feature(view) {
        return Err(why);
    }
    let few = view.levels.clone().filter(|levels| {
        let few = if view.is_whole() { FEW_NUMBERS } else { 3 };
        levels.len() as u64 <= few
    });
    match few {
        Some(levels) => classes(view, &levels, least),
        None => itself(view),
    }
}

/// The number itself.
fn itself(view: &View) -> Result<Goal, String> {
    if view.present < ROWS_OF_NUMBERS {
        let rows = count(view.present, "row", "rows");
        return Err(format!(
            "{rows} with a value are too few to learn a number from: at least {ROWS_OF_NUMBERS} are needed"
        ));
    }
    let kinds = if view.facts.levels.is_exact() {
        ""
    } else {
        "more than "
    };
    let numbers = &view.facts.numbers;
    let middle = match numbers.median() {
        Some(median) => format!(", about {} in the middle", short(median)),
        None => String::new(),
    };
    Ok(Goal {
        kind: TaskKind::Regression,
        why: format!(
            "{kinds}{} distinct numbers from {} to {}{middle}. For two classes in their place write \
             `kind: classification` and `positive: \"> LIMIT\"`.",
            view.distinct,
            short(numbers.least),
            short(numbers.most)
        ),
        ..Goal::default()
    })
}

fn too_few(view: &View, least: u64) -> String {
    format!(
        "{} with a value are too few: each part needs a row of each class, so a class needs {least} rows",
        count(view.present, "row", "rows")
    )
}

/// Every label a class, where each has rows enough; else the rare ones are left out or joined.
fn classes(view: &View, labels: &BTreeMap<String, u64>, least: u64) -> Result<Goal, String> {
    let (rare, enough): (Vec<_>, Vec<_>) = labels
        .iter()
        .map(|(label, rows)| (label.clone(), *rows))
        .partition(|(_, rows)| *rows < least);
    let rare_rows: u64 = rare.iter().map(|(_, rows)| rows).sum();
    if rare.is_empty() {
        let classes = enough;
        return Ok(Goal {
            classes,
            ..Goal::default()
        });
    }
    let named: Vec<String> = rare
        .iter()
        .take(5)
        .map(|(label, rows)| format!("{} ({rows})", quoted(label)))
        .collect();
    let more = if rare.len() > 5 { ", ..." } else { "" };
    let of = format!("{}{more}", named.join(", "));
    let few = if rare.len() == 1 {
        "A class has"
    } else {
        "Classes have"
    };
    if enough.len() >= 2 && rare_rows * 20 <= view.present {
        return Ok(Goal {
            classes: enough,
            dropped: rare,
            why: format!(
                "{few} fewer than {least} rows, too few for each part to get one: {of}. \
                          `data.missing` calls them missing, so that their rows are left out."
            ),
            ..Goal::default()
        });
    }
    let joined = if view.is_number() {
        cut(labels, least)
    } else {
        against_the_rest(labels, least)
    };
    let (positive, limit, classes) = joined.ok_or_else(|| too_few(view, least))?;
    Ok(Goal {
        classes,
        dropped: Vec::new(),
        why: format!(
            "{few} fewer than {least} rows, too few for each part to get one: {of}. Two classes in their place."
        ),
        positive: Some(positive),
        limit,
        ..Goal::default()
    })
}

type Joined = (PositiveDraft, Option<f64>, Vec<(String, u64)>);

/// Numbers cut in two where the halves are most alike.
fn cut(labels: &BTreeMap<String, u64>, least: u64) -> Option<Joined> {
    let mut numbers: Vec<(f64, u64)> = labels
        .iter()
        .filter_map(|(label, rows)| Some((label.parse().ok()?, *rows)))
        .collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = numbers.iter().map(|(_, rows)| rows).sum();
    let mut below = 0;
    let mut best: Option<(u64, f64, u64)> = None;
    for (number, rows) in numbers {
        below += rows;
        let smaller = below.min(all - below);
        if smaller >= least && best.is_none_or(|(known, ..)| smaller > known) {
            best = Some((smaller, number, below));
        }
    }
    let (_, limit, below) = best?;
    let classes = vec![("0".to_owned(), below), ("1".to_owned(), all - below)];
    Some((
        PositiveDraft::Above(limit.to_string()),
        Some(limit),
        classes,
    ))
}

/// The most frequent label against all others.
fn against_the_rest(labels: &BTreeMap<String, u64>, least: u64) -> Option<Joined> {
    let (most, rows) = labels
        .iter()
        .max_by_key(|(label, rows)| (**rows, std::cmp::Reverse(*label)))?;
    let rest = labels.values().sum::<u64>() - rows;
    if *rows < least || rest < least {
        return None;
    }
    let other = if labels.contains_key("other") {
        "the_rest"
    } else {
        "other"
    };
    let class = |label: &String| {
        if label == most {
            most.clone()
        } else {
            other.to_owned()
        }
    };
    let map = labels
        .keys()
        .map(|label| (label.clone(), class(label)))
        .collect();
    let classes = vec![(most.clone(), *rows), (other.to_owned(), rest)];
    Some((PositiveDraft::Labels(map), None, classes))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::init::compose::tests::profiled;

    fn goal_of(cells: &[(&str, u64)]) -> Result<Goal, String> {
        let mut text = String::from("x,y\n");
        for (cell, rows) in cells {
            for row in 0..*rows {
                writeln!(text, "{row}.5,{cell}").unwrap();
            }
        }
        let profile = profiled(&text);
        goal(&View::new(&profile.columns[1], profile.rows, &[]), 0)
    }

    #[test]
    fn labels_with_rows_enough_are_classes() {
        let goal = goal_of(&[("a", 10), ("b", 6)]).unwrap();
        assert_eq!(goal.classes, [("a".to_owned(), 10), ("b".to_owned(), 6)]);
        assert!(goal.positive.is_none() && goal.dropped.is_empty());
    }

    #[test]
    fn rare_labels_are_left_out_or_joined() {
        let goal = goal_of(&[("a", 60), ("b", 60), ("c", 2)]).unwrap();
        assert_eq!(goal.dropped, [("c".to_owned(), 2)]);
        let goal = goal_of(&[("a", 20), ("b", 5), ("c", 3)]).unwrap();
        let map =
            [("a", "a"), ("b", "other"), ("c", "other")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(goal.positive, Some(PositiveDraft::Labels(map.into())));
        let goal = goal_of(&[("3", 4), ("4", 9), ("5", 9), ("6", 4)]).unwrap();
        assert_eq!(goal.positive, Some(PositiveDraft::Above("4".to_owned())));
        assert_eq!(goal.classes, [("0".to_owned(), 13), ("1".to_owned(), 13)]);
    }

    #[test]
    fn many_numbers_are_predicted_themselves() {
        let cells: Vec<(String, u64)> = (0..60).map(|n| (format!("{n}.25"), 1)).collect();
        let cells: Vec<(&str, u64)> = cells
            .iter()
            .map(|(cell, rows)| (cell.as_str(), *rows))
            .collect();
        let goal = goal_of(&cells).unwrap();
        assert_eq!(goal.kind, TaskKind::Regression);
        assert!(goal.positive.is_none() && goal.classes.is_empty() && goal.limit.is_none());
        assert!(
            goal.why
                .starts_with("60 distinct numbers from 0.25 to 59.25, about 30.25 in the middle."),
            "{}",
            goal.why
        );
        let why = goal_of(&cells[..10]).unwrap_err();
        assert!(why.starts_with("10 rows with a value are too few to learn a number from"));
        assert_eq!(
            goal_of(&[("1", 20), ("2", 20)]).unwrap().kind,
            TaskKind::Classification
        );
    }

    #[test]
    fn what_cannot_be_a_target_says_why() {
        let unique: Vec<(String, u64)> = (0..30).map(|n| (format!("n{n}"), 1)).collect();
        let unique: Vec<(&str, u64)> = unique
            .iter()
            .map(|(cell, rows)| (cell.as_str(), *rows))
            .collect();
        let cases: [(&[(&str, u64)], &str); 5] = [
            (&[("a", 9)], "constant: every value is `a`"),
            (&[("", 9)], "no value"),
            (&[("a", 1)], "constant"),
            (&[("a", 2), ("b", 2)], "4 rows with a value are too few"),
            (&unique, "its own text"),
        ];
        for (cells, words) in cases {
            let why = goal_of(cells).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
    }
}
