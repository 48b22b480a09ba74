//! Exact copies of training rows among those that score: a model that learns by heart is then right.

use std::collections::HashSet;

use steps::{Check, Finding};

use super::{Data, Found, cells, percent};
use crate::split::Part;

/// Copies among held-out rows from which on they end the step: one in so many.
const SHARE: u64 = 100;
/// And at least so many.
const LEAST: u64 = 5;

pub(super) fn check(data: Data<'_>) -> Vec<Found> {
    let keys = &data.survey.keys;
    if keys.is_empty() {
        return Vec::new();
    }
    let train: HashSet<u64> = keys
        .iter()
        .zip(data.parts)
        .filter(|(_, part)| **part == Part::Train)
        .map(|(key, _)| *key)
        .collect();
    let mut rows = Vec::new();
    let (mut copies, mut held) = (0, 0);
    for part in [Part::Validation, Part::Test] {
        let of = keys.iter().zip(data.parts).filter(|(_, of)| **of == part);
        let (mut all, mut known) = (0_u64, 0_u64);
        for (key, _) in of {
            all += 1;
            known += u64::from(train.contains(key));
        }
        if all > 0 {
            let (all_text, known_text) = (all.to_string(), known.to_string());
            rows.push(cells([part.name(), &all_text, &known_text]));
        }
        (copies, held) = (copies + known, held + all);
    }
    if copies == 0 {
        return Vec::new();
    }
    let message = format!(
        "{copies} of {held} rows that score are exact copies of training rows ({}); `duplicates: drop` drops copies within \
         a file",
        percent(copies, held)
    );
    vec![Found {
        finding: Finding {
            check: Check::Duplicates,
            column: None,
            message,
            header: cells(["part", "rows", "copies of training rows"]),
            rows,
        },
        ends: copies >= LEAST && copies * SHARE >= held,
    }]
}
