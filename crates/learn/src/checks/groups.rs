//! A column whose name says that it tells units apart, and whose values stand in several parts: rows of one patient then train
//! and test.

use std::collections::HashSet;

use steps::{Check, Finding};

use super::{Data, Found, cells, percent};
use crate::split::Part;

/// Rows of a unit from which on its column is one of units: fewer are chance.
const ROWS_OF_A_UNIT: usize = 2;

pub(super) fn check(data: Data<'_>) -> Vec<Found> {
    let found = data.survey.ids.iter().filter_map(|(column, values)| {
        let distinct: HashSet<u64> = values.iter().copied().collect();
        if distinct.len() < 2 || values.len() < distinct.len() * ROWS_OF_A_UNIT {
            return None;
        }
        let of = |part: Part| {
            let rows = values.iter().zip(data.parts);
            rows.filter(move |(_, of)| **of == part).map(|(value, _)| *value)
        };
        let train: HashSet<u64> = of(Part::Train).collect();
        let mut rows = Vec::new();
        let (mut shared, mut held) = (0, 0);
        for part in [Part::Validation, Part::Test] {
            let all = of(part).count() as u64;
            let known = of(part).filter(|value| train.contains(value)).count() as u64;
            if all > 0 {
                rows.push(cells([part.name(), &all.to_string(), &known.to_string()]));
            }
            (shared, held) = (shared + known, held + all);
        }
        (shared > 0).then(|| {
            let name = data.name(*column);
            let message = format!(
                "values of `{name}` stand in several parts: {} of the rows that score have one that training rows have; \
                 `split: {{ by: {{ group: {name} }} }}` keeps them together",
                percent(shared, held)
            );
            Found {
                finding: Finding {
                    check: Check::Groups,
                    column: Some(name),
                    message,
                    header: cells(["part", "rows", "value known from training"]),
                    rows,
                },
                ends: false,
            }
        })
    });
    found.collect()
}
