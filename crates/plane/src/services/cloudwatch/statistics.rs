//! `GetMetricStatistics`.

use serde_json::{Value, json};

use super::series::{Selection, Statistic, period, read, times};
use crate::services::request::{items, text};
use crate::store::Snapshot;
use crate::{Ctx, Fault};

/// Data points of one answer, AWS's limit.
const POINTS: i64 = 1440;

pub(super) fn get_metric_statistics(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let (start, end) = times(request)?;
    let period = period(request["Period"].as_i64())?;
    // AWS rounds the start down to the second or the whole minute.
    let start = start - start.rem_euclid(period.min(60_000));
    let points = (end - start).div_euclid(period) + 1;
    if points > POINTS {
        return Err(Fault::client(
            "InvalidParameterCombination",
            format!(
                "You have requested up to {points} datapoints, which exceeds the limit of {POINTS}. You may reduce the \
                 datapoints requested by increasing Period, or decreasing the time range."
            ),
        ));
    }
    let plain = words(request, "Statistics");
    let extended = words(request, "ExtendedStatistics");
    if plain.is_empty() == extended.is_empty() {
        return Err(Fault::client(
            "InvalidParameterCombination",
            "Exactly one of the parameters Statistics and ExtendedStatistics must be given.",
        ));
    }
    let parse = |words: Vec<String>| {
        let parsed = words
            .into_iter()
            .map(|word| Ok((Statistic::parse(&word)?, word)));
        parsed.collect::<Result<Vec<_>, Fault>>()
    };
    let (plain, extended) = (parse(plain)?, parse(extended)?);
    let selection = Selection {
        start,
        end,
        period,
        ..Selection::of(request)
    };
    let mut shown = Vec::new();
    for ((at, unit), bucket) in read(snapshot, &selection)? {
        let mut point = json!({"Timestamp": aws_api::timestamp::to_value(at), "Unit": unit});
        for (statistic, word) in &plain {
            point[word] = json!(bucket.value(*statistic));
        }
        for (statistic, word) in &extended {
            if let Some(value) = bucket.value(*statistic) {
                point["ExtendedStatistics"][word] = json!(value);
            }
        }
        shown.push(point);
    }
    Ok(json!({"Label": text(request, "MetricName"), "Datapoints": shown}))
}

fn words(request: &Value, member: &str) -> Vec<String> {
    items(request, member)
        .iter()
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}
