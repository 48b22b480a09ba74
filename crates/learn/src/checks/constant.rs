//! A column with one value: it tells nothing, and mostly something went wrong where it was made.

use steps::{Check, Finding};

use super::{Data, Found};

/// Rows below which one value may be chance.
const FEW: usize = 20;

pub(super) fn check(data: Data<'_>) -> Vec<Found> {
    let survey = data.survey;
    if survey.truth.len() < FEW {
        return Vec::new();
    }
    let constant = |&&column: &&usize| {
        let facts = &survey.facts[column];
        facts.missing == 0 && facts.distinct.count() == 1 && !facts.distinct.is_cut()
    };
    let found = survey.features.iter().filter(constant).map(|&column| {
        let name = data.name(column);
        Found {
            finding: Finding {
                check: Check::Constant,
                message: format!(
                    "column `{name}` has one value in all {} rows: list it under `data.ignore`",
                    survey.truth.len()
                ),
                column: Some(name),
                header: Vec::new(),
                rows: Vec::new(),
            },
            ends: true,
        }
    });
    found.collect()
}
