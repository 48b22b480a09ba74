//! `GetMetricData`: several metrics in one request. Metric mathematics is refused by the support list.

use serde_json::{Value, json};

use super::series::{Selection, Statistic, invalid, period, read, times};
use crate::services::request::{items, optional, text};
use crate::store::Snapshot;
use crate::{Ctx, Fault};

/// Data points of one answer, AWS's limit.
const POINTS: u64 = 100_800;

/// One metric's points: epoch milliseconds and value.
struct Series {
    id: String,
    label: String,
    points: Vec<(i64, f64)>,
}

pub(super) fn get_metric_data(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let span = times(request)?;
    let descending = optional(request, "ScanBy") != Some("TimestampAscending");
    let mut all = Vec::new();
    for query in items(request, "MetricDataQueries") {
        let mut series = series(snapshot, query, span)?;
        if descending {
            series.points.reverse();
        }
        if query["ReturnData"] != false {
            all.push(series);
        }
    }
    let skip: u64 = match optional(request, "NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| {
            Fault::client("InvalidNextToken", "The next token specified is invalid.")
        })?,
    };
    let limit = request["MaxDatapoints"]
        .as_u64()
        .unwrap_or(POINTS)
        .clamp(1, POINTS);
    Ok(page(all, skip, limit))
}

fn series(
    snapshot: &Snapshot<'_>,
    query: &Value,
    (start, end): (i64, i64),
) -> Result<Series, Fault> {
    let wanted = &query["MetricStat"];
    if !wanted.is_object() {
        return Err(invalid(&format!(
            "The query {} has no MetricStat; expressions are not implemented",
            text(query, "Id")
        )));
    }
    let period = period(wanted["Period"].as_i64())?;
    let statistic = Statistic::parse(text(wanted, "Stat"))?;
    let selection = Selection {
        // Points stand at whole periods.
        start: start - start.rem_euclid(period),
        end,
        period,
        unit: optional(wanted, "Unit").map(str::to_owned),
        ..Selection::of(&wanted["Metric"])
    };
    let buckets = read(snapshot, &selection)?;
    let points = buckets
        .into_iter()
        .filter_map(|((at, _), bucket)| Some((at, bucket.value(statistic)?)))
        .collect();
    Ok(Series {
        id: text(query, "Id").to_owned(),
        label: optional(query, "Label")
            .unwrap_or(&selection.name)
            .to_owned(),
        points,
    })
}

/// The points from a place on, counted over all series, and a token where more follow.
fn page(all: Vec<Series>, skip: u64, limit: u64) -> Value {
    let total: u64 = all.iter().map(|series| series.points.len() as u64).sum();
    let last = skip.saturating_add(limit);
    let mut place = 0;
    let mut results = Vec::new();
    for series in all {
        let first = place;
        place += series.points.len() as u64;
        let points = (first..)
            .zip(&series.points)
            .filter(|(at, _)| (skip..last).contains(at));
        let (times, values): (Vec<Value>, Vec<f64>) = points
            .map(|(_, (at, value))| (aws_api::timestamp::to_value(*at), *value))
            .unzip();
        let status = if place > last {
            "PartialData"
        } else {
            "Complete"
        };
        results.push(json!({
            "Id": series.id,
            "Label": series.label,
            "Timestamps": times,
            "Values": values,
            "StatusCode": status,
        }));
    }
    let mut answer = json!({"MetricDataResults": results, "Messages": []});
    if total > last {
        answer["NextToken"] = last.to_string().into();
    }
    answer
}
