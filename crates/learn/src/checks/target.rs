//! A column that says the target: known at prediction it would make the model needless, so mostly it is not known.

use steps::{Check, Finding};

use super::{Data, Found, cells, count};
use crate::ingest::Facts;

/// Rows below which everything fits by chance.
pub(crate) const FEW_ROWS: u64 = 30;
/// Rows of a value at least, in the mean.
pub(crate) const ROWS_OF_A_VALUE: u64 = 10;
/// From this correlation on two columns are one line.
pub(crate) const LINE: f64 = 0.999_999;
/// Lines of evidence.
const LINES: usize = 8;

pub(super) fn check(data: Data<'_>) -> Vec<Found> {
    let found = data.survey.features.iter().filter_map(|&column| {
        let facts = &data.survey.facts[column];
        values(data, column, facts).or_else(|| line(data, column, facts))
    });
    found
        .map(|finding| Found {
            finding,
            ends: true,
        })
        .collect()
}

/// Whether so many rows and values are enough, where `least` are rows, and rows of a value in the mean.
pub(super) fn supported(rows: u64, values: u64, least: (u64, u64)) -> bool {
    rows >= least.0 && values * least.1 <= rows
}

/// Every value of the column goes with one class.
fn values(data: Data<'_>, column: usize, facts: &Facts) -> Option<Finding> {
    let pairs = &facts.pairs.classes;
    let classes = &data.survey.classes;
    let said: std::collections::BTreeSet<u32> = pairs.values().map(|(class, _)| *class).collect();
    let least = (FEW_ROWS, ROWS_OF_A_VALUE);
    let support = supported(facts.present, pairs.len() as u64, least);
    if facts.pairs.contradicted || said.len() < 2 || !support {
        return None;
    }
    let name = data.name(column);
    let rows = pairs.iter().take(LINES).map(|(value, (class, rows))| {
        let class = classes.get(*class as usize).map_or("", String::as_str);
        cells([value, &rows.to_string(), class])
    });
    Some(Finding {
        check: Check::Target,
        message: format!(
            "column `{name}` says the target: each of its {} goes with one class in all {} that have one",
            count(pairs.len() as u64, "value", "values"),
            count(facts.present, "row", "rows"),
        ),
        header: cells([&name, "rows", "class"]),
        rows: rows.collect(),
        column: Some(name),
    })
}

/// The column and the target are one line.
fn line(data: Data<'_>, column: usize, facts: &Facts) -> Option<Finding> {
    let correlation = facts.line.correlation()?;
    if correlation.abs() < LINE {
        return None;
    }
    let name = data.name(column);
    Some(Finding {
        check: Check::Target,
        message: format!(
            "column `{name}` says the target: the two are one straight line (correlation {correlation:.7})"
        ),
        column: Some(name),
        header: Vec::new(),
        rows: Vec::new(),
    })
}
