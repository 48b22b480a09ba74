//! A value that is missing where it says the target, or the group of its row: a model reads from the gap what it will not be told
//! once it is deployed.

use steps::{Check, Finding};

use super::{Data, Found, cells, percent};
use crate::ingest::{Facts, GroupedBy};

/// Rows below which everything fits by chance.
const FEW: u64 = 30;
/// Rows of a group at least.
pub(super) const ROWS_OF_A_GROUP: u64 = 20;
/// Groups at most, else they are no groups that a gap could name.
const GROUPS: usize = 20;
/// How far the shares of two groups lie apart, at least, and in deviations of what chance gives two groups of their sizes: of
/// many groups two lie far apart by chance alone.
pub(super) const APART: (f64, f64) = (0.5, 4.5);

pub(super) fn check(data: Data<'_>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let features = data.survey.features.iter();
    for (&column, facts) in features.map(|column| (column, &data.survey.facts[*column])) {
        if let Some(finding) = says_the_class(data, column, facts) {
            all.push(Found {
                finding,
                ends: true,
            });
        }
    }
    all.extend(names_the_group(data).map(|finding| Found {
        finding,
        ends: false,
    }));
    all
}

/// Rows with a value are of one class each, and rows without one of another.
fn says_the_class(data: Data<'_>, column: usize, facts: &Facts) -> Option<Finding> {
    let classes = &data.survey.classes;
    let counted = !classes.is_empty() && facts.missing_by_class.len() == classes.len();
    if facts.missing < FEW || facts.present < FEW || !counted {
        return None;
    }
    let mut total = vec![0_u64; classes.len()];
    for &label in data.survey.truth.labels() {
        total[label as usize] += 1;
    }
    // Classes whose rows all have a value, and those of which none has one.
    let split = facts
        .missing_by_class
        .iter()
        .zip(&total)
        .all(|(missing, total)| *missing == 0 || missing == total);
    if !split {
        return None;
    }
    let name = data.name(column);
    let rows = classes
        .iter()
        .zip(facts.missing_by_class.iter().zip(&total));
    let rows = rows.map(|(class, (missing, total))| {
        cells([class, &total.to_string(), &percent(*missing, *total)])
    });
    Some(Finding {
        check: Check::Missing,
        message: format!("whether `{name}` is missing says the target"),
        header: cells(["class", "rows", "missing"]),
        rows: rows.take(8).collect(),
        column: Some(name),
    })
}

/// Whether the shares of two groups, each with its rows without a value and all its rows, lie so far apart: as a difference
/// of shares, and in deviations.
pub(super) fn lie_apart(groups: &[(u64, u64)], least: (f64, f64)) -> bool {
    let share = |&(missing, rows): &(u64, u64)| missing as f64 / rows as f64;
    let by_share = |a: &&(u64, u64), b: &&(u64, u64)| share(a).total_cmp(&share(b));
    let (Some(low), Some(high)) = (
        groups.iter().min_by(by_share),
        groups.iter().max_by(by_share),
    ) else {
        return false;
    };
    let (missing, rows) = groups
        .iter()
        .fold((0, 0), |all, group| (all.0 + group.0, all.1 + group.1));
    let all = share(&(missing, rows));
    let variance = all * (1.0 - all) * (1.0 / low.1 as f64 + 1.0 / high.1 as f64);
    let apart = share(high) - share(low);
    apart >= least.0 && apart >= least.1 * variance.sqrt()
}

/// Columns that are missing mostly in some groups, in one finding: mostly they share the reason.
fn names_the_group(data: Data<'_>) -> Option<Finding> {
    let survey = data.survey;
    let rows = &survey.group_rows;
    if !(2..=GROUPS).contains(&survey.group_names.len()) {
        return None;
    }
    let missing =
        |facts: &Facts, group: usize| facts.missing_by_group.get(group).copied().unwrap_or(0);
    let large: Vec<usize> = (0..rows.len())
        .filter(|&group| rows[group] >= ROWS_OF_A_GROUP)
        .collect();
    let apart = |&&column: &&usize| {
        let facts = &survey.facts[column];
        let counts = large
            .iter()
            .map(|&group| (missing(facts, group), rows[group]));
        lie_apart(&counts.collect::<Vec<_>>(), APART)
    };
    let columns: Vec<usize> = survey
        .features
        .iter()
        .filter(apart)
        .copied()
        .take(6)
        .collect();
    let first = *columns.first()?;
    let what = match &survey.groups {
        Some(groups) if groups.by != GroupedBy::File => "group",
        _ => "file",
    };
    let names: Vec<String> = columns.iter().map(|&column| data.name(column)).collect();
    let lines = large.iter().map(|&group| {
        let mut line = cells([&survey.group_names[group], &rows[group].to_string()]);
        let of = |&column: &usize| percent(missing(&survey.facts[column], group), rows[group]);
        line.extend(columns.iter().map(of));
        line
    });
    let mut header = cells([what, "rows"]);
    header.extend(names.iter().map(|name| format!("no {name}")));
    let lead = format!("`{}`", names.join("`, `"));
    let message = format!(
        "whether {lead} {} missing names the {what} of a row: a model can read from the gap what it knows of the {what}; \
         scores of a random split are then too good for a new {what}",
        if names.len() == 1 { "is" } else { "are" }
    );
    Some(Finding {
        check: Check::Missing,
        column: (names.len() == 1).then(|| data.name(first)),
        message,
        header,
        rows: lines.collect(),
    })
}
