//! Whether a converted model predicts what the estimator predicts.

use learn::serve::{Request, Service};
use learn::{Model, Outcome};
use serde_json::json;

use super::convert::Converted;
use crate::failure::{Failure, Kind, chain};

/// Largest difference of a number from that of Python, relative from 1 on.
const TOLERANCE: f64 = 1e-4;

/// How well both agree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreement {
    pub(super) rows: usize,
    pub(super) largest: f64,
}

/// Compares both on the sample rows, given as a request would give them.
pub(super) fn check(model: &Model, converted: &Converted) -> Result<Agreement, Failure> {
    let refused = |words: String| {
        Failure::new(Kind::No, words)
            .code("P0656")
            .hint("the model is not written")
    };
    let body = json!({"instances": converted.rows}).to_string();
    let service = Service::new(model.clone());
    let request = Request {
        content_type: "application/json",
        accept: None,
        body: body.as_bytes(),
    };
    let table = service
        .parse(request.content_type, request.body)
        .map_err(|error| refused(chain(&error)))?;
    let outcome = model
        .answer(&table)
        .map_err(|error| refused(chain(&error)))?;
    let classes = &model.schema().target.classes;
    let (mut differing, mut largest) = (0, 0.0_f64);
    for row in 0..converted.rows.len() {
        let Some(compared) = compare(&outcome, classes, converted, row) else {
            let words = "the model answers neither labels with probabilities nor numbers";
            return Err(refused(words.to_owned()));
        };
        largest = largest.max(compared.difference);
        differing += usize::from(!compared.agrees);
    }
    let rows = converted.rows.len();
    if differing > 0 {
        return Err(refused(format!(
            "{differing} of {rows} sample rows are predicted differently than by Python, the largest difference is {largest:.1e}"
        )));
    }
    Ok(Agreement { rows, largest })
}

/// One row of both.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Compared {
    agrees: bool,
    difference: f64,
}

/// None where the model's answer is of no form that an estimator has.
fn compare(
    outcome: &Outcome,
    classes: &[String],
    converted: &Converted,
    row: usize,
) -> Option<Compared> {
    let of = |all: &Option<Vec<Vec<f64>>>| -> Vec<f64> {
        let all = all.as_ref();
        all.map(|all| all[row].clone()).unwrap_or_default()
    };
    match outcome {
        Outcome::Classes(predictions) => {
            let expected = of(&converted.probabilities);
            let found = predictions.labels[row] as usize;
            let label = converted.labels.as_ref().map(|labels| &labels[row]);
            let same = label.is_none_or(|label| {
                let place = classes.iter().position(|class| class == label);
                // Of classes that are equally likely in single precision either one is right.
                found_or_tied(found, place, &expected)
            });
            Some(numbers(same, predictions.row(row), &expected))
        }
        Outcome::Values { width, values } => {
            let found = &values[row * width..(row + 1) * width];
            Some(numbers(true, found, &of(&converted.values)))
        }
        Outcome::Tensors(_) => None,
    }
}

fn found_or_tied(found: usize, expected: Option<usize>, probabilities: &[f64]) -> bool {
    let Some(expected) = expected else {
        return false;
    };
    let share = |class: usize| probabilities.get(class).copied();
    found == expected
        || share(found)
            .zip(share(expected))
            .is_some_and(|(found, expected)| (found - expected).abs() <= TOLERANCE)
}

fn numbers(same: bool, found: &[f32], expected: &[f64]) -> Compared {
    let differences = found.iter().zip(expected);
    let differences = differences.map(|(&x, &y)| (f64::from(x) - y).abs() / y.abs().max(1.0));
    let unknown = found.iter().any(|x| x.is_nan());
    let difference = differences.fold(0.0, f64::max);
    let complete = expected.is_empty() || expected.len() == found.len();
    Compared {
        agrees: same && complete && !unknown && difference <= TOLERANCE,
        difference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_same_or_as_likely() {
        let cases = [
            (0, Some(0), vec![0.9, 0.1], true),
            (1, Some(0), vec![0.9, 0.1], false),
            (1, Some(0), vec![0.5, 0.5], true),
            (1, Some(0), vec![0.500_001, 0.499_999], true),
            (1, Some(0), vec![], false),
            (1, None, vec![0.5, 0.5], false),
        ];
        for (found, expected, shares, agrees) in cases {
            let answer = found_or_tied(found, expected, &shares);
            assert_eq!(answer, agrees, "{found} {expected:?} {shares:?}");
        }
    }

    #[test]
    fn numbers_agree_within_the_tolerance() {
        let agrees = |found: &[f32], expected: &[f64]| numbers(true, found, expected).agrees;
        assert!(agrees(&[0.25, 0.75], &[0.250_01, 0.749_99]));
        assert!(agrees(&[20_000.5], &[20_001.0]));
        assert!(!agrees(&[0.25], &[0.26]));
        assert!(!agrees(&[f32::NAN], &[0.5]));
        assert!(!agrees(&[0.5], &[0.5, 0.5]));
        assert!(agrees(&[0.5], &[]));
        assert!(!numbers(false, &[0.5], &[0.5]).agrees);
    }
}
