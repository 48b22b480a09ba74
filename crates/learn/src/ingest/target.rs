//! From target cells to classes or numbers.

use std::collections::BTreeSet;

use steps::{Comparison, Positive};

use crate::cell::{canonical, parse_number};
use crate::preparation::sorted_labels;

/// Classes at most; a target with more is a number to be predicted, not a class.
pub(super) const MAX_CLASSES: usize = 1000;

/// The class label of a cell, or what is wrong with it.
pub(super) fn label(
    cell: &str,
    positive: Option<&Positive>,
    decimal: char,
) -> Result<String, String> {
    match positive {
        None => Ok(canonical(cell, decimal)),
        Some(Positive::Labels(map)) => {
            let form = canonical(cell, decimal);
            let found = map.get(cell).or_else(|| {
                map.iter()
                    .find(|(label, _)| canonical(label, decimal) == form)
                    .map(|(_, class)| class)
            });
            found
                .cloned()
                .ok_or_else(|| format!("the label `{cell}` is mapped to no class"))
        }
        Some(Positive::Compare { comparison, value }) => {
            let number = parse_number(cell, decimal)
                .ok_or_else(|| format!("`{cell}` is not a number and cannot be compared"))?;
            Ok(if holds(*comparison, number, *value) {
                "1"
            } else {
                "0"
            }
            .to_owned())
        }
    }
}

/// The number of a cell, or what is wrong with it.
pub(super) fn number(cell: &str, decimal: char) -> Result<f64, String> {
    parse_number(cell, decimal).ok_or_else(|| format!("`{cell}` is not a number"))
}

#[expect(clippy::float_cmp, reason = "the user asks for an exact comparison")]
fn holds(comparison: Comparison, number: f64, value: f64) -> bool {
    match comparison {
        Comparison::Less => number < value,
        Comparison::LessOrEqual => number <= value,
        Comparison::Greater => number > value,
        Comparison::GreaterOrEqual => number >= value,
        Comparison::Equal => number == value,
        Comparison::NotEqual => number != value,
    }
}

/// Distinct labels of so many rows in order, or what is wrong with them.
pub(super) fn classes(labels: &[String], rows: usize) -> Result<Vec<String>, String> {
    let distinct: BTreeSet<&String> = labels.iter().collect();
    let classes = sorted_labels(distinct.into_iter().cloned().collect());
    match classes.len() {
        1 => Err(format!(
            "all {rows} rows are of the one class `{}`",
            classes[0]
        )),
        2..=MAX_CLASSES => Ok(classes),
        many => Err(too_many(many)),
    }
}

/// What is wrong with so many classes, or more.
pub(super) fn too_many(many: usize) -> String {
    format!("{many} distinct values are too many for classes, at most {MAX_CLASSES}")
}

/// What is wrong with the numbers of all rows.
pub(super) fn check_numbers(numbers: &[f64]) -> Result<(), String> {
    let same = |pair: &[f64]| pair[0].total_cmp(&pair[1]).is_eq();
    if numbers.windows(2).all(same) {
        return Err(format!(
            "all {} rows have the one number {}",
            numbers.len(),
            numbers[0]
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_and_maps_make_classes() {
        let compare = |comparison| Positive::Compare {
            comparison,
            value: 2.0,
        };
        let map = Positive::Labels(
            [("yes", "1"), ("1.0", "1"), ("no", "0")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into(),
        );
        let cases = [
            ("3.0", None, Ok("3")),
            ("3", Some(compare(Comparison::Greater)), Ok("1")),
            ("2", Some(compare(Comparison::Greater)), Ok("0")),
            ("2", Some(compare(Comparison::GreaterOrEqual)), Ok("1")),
            ("2", Some(compare(Comparison::Less)), Ok("0")),
            ("2", Some(compare(Comparison::LessOrEqual)), Ok("1")),
            ("2.0", Some(compare(Comparison::Equal)), Ok("1")),
            ("2.0", Some(compare(Comparison::NotEqual)), Ok("0")),
            (
                "x",
                Some(compare(Comparison::Less)),
                Err("`x` is not a number and cannot be compared"),
            ),
            ("yes", Some(map.clone()), Ok("1")),
            ("1", Some(map.clone()), Ok("1")),
            (
                "maybe",
                Some(map),
                Err("the label `maybe` is mapped to no class"),
            ),
        ];
        for (cell, positive, expected) in cases {
            let found = label(cell, positive.as_ref(), '.');
            assert_eq!(
                found,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{cell}"
            );
        }
    }

    #[test]
    fn numbers_are_read_with_their_mark_and_refused_with_their_text() {
        assert_eq!(number("2,5", ','), Ok(2.5));
        assert_eq!(number("high", '.').unwrap_err(), "`high` is not a number");
    }

    #[test]
    fn classes_are_sorted_as_numbers_where_they_are() {
        let owned = |labels: &[&str]| {
            labels
                .iter()
                .map(|&label| label.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            classes(&owned(&["10", "2", "10", "0"]), 4),
            Ok(owned(&["0", "2", "10"]))
        );
        assert_eq!(classes(&owned(&["b", "a"]), 2), Ok(owned(&["a", "b"])));
        assert_eq!(
            classes(&owned(&["a", "a"]), 2).unwrap_err(),
            "all 2 rows are of the one class `a`"
        );
        let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
        assert!(
            classes(&many, 1001)
                .unwrap_err()
                .starts_with("1001 distinct values")
        );
    }
}
