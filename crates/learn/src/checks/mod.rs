//! What is looked for in the data that would make its scores worthless: copies and groups over the parts, rows of the future, a
//! column that says the target, a value that is missing where it says the target or the group, a column with one value.
//!
//! Each check is one file. What proves that a score would be wrong ends the step, unless the workload accepts it; what only
//! speaks for it is a finding that reports show.

mod constant;
mod copies;
mod groups;
mod missing;
mod target;
mod time;

pub(crate) use target::{FEW_ROWS, LINE, ROWS_OF_A_VALUE};

use steps::{Check, Finding, PrepareSpec};

use crate::ingest::{Error, Survey};
use crate::split::Part;

/// What a check found.
#[derive(Debug)]
struct Found {
    finding: Finding,
    /// Whether it ends the step unless it is accepted.
    ends: bool,
}

/// What the checks look at: what the first reading found, and the part of each row that stays.
#[derive(Debug, Clone, Copy)]
struct Data<'a> {
    survey: &'a Survey,
    parts: &'a [Part],
}

impl Data<'_> {
    fn name(&self, column: usize) -> String {
        self.survey.opened.columns()[column].name.clone()
    }
}

/// Runs every check. A finding that is accepted and would have ended the step is kept; one that would not is left out.
pub(crate) fn run(
    survey: &Survey,
    parts: &[Part],
    spec: &PrepareSpec,
) -> Result<Vec<Finding>, Error> {
    let data = Data { survey, parts };
    let mut all = constant::check(data);
    all.extend(copies::check(data));
    all.extend(groups::check(data));
    all.extend(time::check(data, &spec.split.by));
    all.extend(target::check(data));
    all.extend(missing::check(data));
    let accepted = |check: Check| spec.accept.contains(&check);
    if let Some(place) = all
        .iter()
        .position(|found| found.ends && !accepted(found.finding.check))
    {
        return Err(Error::Check(Box::new(all.swap_remove(place).finding)));
    }
    let kept = all
        .into_iter()
        .filter(|found| found.ends || !accepted(found.finding.check));
    Ok(kept.map(|found| found.finding).collect())
}

/// A count as it is read: `1 row`, `2 rows`.
fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A share in percent.
fn percent(part: u64, of: u64) -> String {
    let share = part as f64 / of.max(1) as f64 * 100.0;
    if part == 0 || part == of {
        format!("{share:.0} %")
    } else {
        format!("{share:.1} %")
    }
}

/// Cells of a line of evidence.
fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).into()
}

#[cfg(test)]
mod calibration;
#[cfg(test)]
mod tests;
