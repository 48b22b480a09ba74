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
    let mut differing = 0;
    let mut largest: f64 = 0.0;
    for row in 0..converted.rows.len() {
        let (same, found, expected) = match &outcome {
            Outcome::Classes(predictions) => {
                let label = &classes[predictions.labels[row] as usize];
                let same = converted
                    .labels
                    .as_ref()
                    .is_none_or(|labels| labels[row] == *label);
                let expected = converted
                    .probabilities
                    .as_ref()
                    .map(|all| all[row].as_slice());
                (same, predictions.row(row), expected.unwrap_or_default())
            }
            Outcome::Values { width, values } => {
                let expected = converted.values.as_ref().map(|all| all[row].as_slice());
                (
                    true,
                    &values[row * width..(row + 1) * width],
                    expected.unwrap_or_default(),
                )
            }
            Outcome::Tensors(_) => {
                return Err(refused(
                    "the model answers neither labels with probabilities nor numbers".to_owned(),
                ));
            }
        };
        let difference = found
            .iter()
            .zip(expected)
            .map(|(&x, &y)| (f64::from(x) - y).abs() / y.abs().max(1.0));
        let difference = difference.fold(0.0, f64::max);
        largest = largest.max(difference);
        let complete = expected.is_empty() || expected.len() == found.len();
        differing +=
            usize::from(!same || !complete || difference > TOLERANCE || difference.is_nan());
    }
    let rows = converted.rows.len();
    if differing > 0 {
        return Err(refused(format!(
            "{differing} of {rows} sample rows are predicted differently than by Python, the largest difference is {largest:.1e}"
        )));
    }
    Ok(Agreement { rows, largest })
}
