//! `PutMetricData`.

use serde_json::{Value, json};

use super::record::{Datum, Samples, insert};
use crate::Fault;
use crate::services::request::{items, pairs, text};
use crate::store::Tx;

/// Values of one datum, AWS's limit.
const VALUES: usize = 150;

pub(super) fn put_metric_data(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let namespace = text(request, "Namespace");
    for (place, entry) in (1..).zip(items(request, "MetricData")) {
        let at = aws_api::timestamp::from_value(&entry["Timestamp"]);
        let datum = Datum {
            namespace: namespace.to_owned(),
            name: text(entry, "MetricName").to_owned(),
            dimensions: pairs(items(entry, "Dimensions"), "Name", "Value"),
            at: at.unwrap_or(tx.ctx().now),
            value: 0.0,
            unit: entry["Unit"].as_str().unwrap_or("None").to_owned(),
        };
        for samples in samples(entry, place)? {
            insert(tx, &datum, samples)?;
        }
    }
    Ok(json!({}))
}

/// The samples of an entry: exactly one of its three forms must be there.
fn samples(entry: &Value, place: usize) -> Result<Vec<Samples>, Fault> {
    let member = |name: &str| format!("MetricData.member.{place}.{name}");
    let number = |value: &Value, name: &str| {
        value
            .as_f64()
            .filter(|number| number.is_finite())
            .ok_or_else(|| {
                invalid(&format!(
                    "The value for parameter {} must be a finite number",
                    member(name)
                ))
            })
    };
    let forms = ["Value", "Values", "StatisticValues"];
    let given: Vec<&str> = forms
        .into_iter()
        .filter(|form| !entry[form].is_null())
        .collect();
    match given[..] {
        ["Value"] => Ok(vec![Samples::of(number(&entry["Value"], "Value")?, 1.0)]),
        ["StatisticValues"] => {
            let set = &entry["StatisticValues"];
            let of = |name: &str| number(&set[name], &format!("StatisticValues.{name}"));
            Ok(vec![Samples {
                count: of("SampleCount")?,
                sum: of("Sum")?,
                minimum: of("Minimum")?,
                maximum: of("Maximum")?,
            }])
        }
        ["Values"] => {
            let (values, counts) = (items(entry, "Values"), items(entry, "Counts"));
            if values.len() > VALUES || (!counts.is_empty() && counts.len() != values.len()) {
                return Err(invalid(&format!(
                    "The parameters {} and {} must have the same size, at most {VALUES}.",
                    member("Values"),
                    member("Counts")
                )));
            }
            let count = |place: usize| {
                counts
                    .get(place)
                    .map_or(Ok(1.0), |count| number(count, "Counts"))
            };
            values
                .iter()
                .enumerate()
                .map(|(place, value)| Ok(Samples::of(number(value, "Values")?, count(place)?)))
                .collect()
        }
        [] => Err(Fault::client(
            "MissingParameter",
            format!(
                "At least one of the parameters {}, {} or {} must be specified.",
                member("Value"),
                member("Values"),
                member("StatisticValues")
            ),
        )),
        _ => Err(Fault::client(
            "InvalidParameterCombination",
            format!(
                "The parameters {} are mutually exclusive.",
                given
                    .iter()
                    .map(|form| member(form))
                    .collect::<Vec<_>>()
                    .join(" and ")
            ),
        )),
    }
}

fn invalid(message: &str) -> Fault {
    Fault::client("InvalidParameterValue", message)
}
