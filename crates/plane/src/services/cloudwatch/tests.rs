//! Metrics put, read by period, listed.

use serde_json::{Value, json};

use super::{Datum, record};
use crate::services::request::{items, text};
use crate::simulation::bed::{Bed, EPOCH};

const START: i64 = EPOCH / 1000;

fn dimensions() -> Value {
    json!([{"Name": "EndpointName", "Value": "e"}, {"Name": "VariantName", "Value": "v"}])
}

fn put(bed: &mut Bed, entry: &Value) {
    let mut datum =
        json!({"MetricName": "Latency", "Dimensions": dimensions(), "Unit": "Microseconds"});
    datum
        .as_object_mut()
        .unwrap()
        .extend(entry.as_object().unwrap().clone());
    bed.ok(
        "cloudwatch",
        "PutMetricData",
        &json!({"Namespace": "N", "MetricData": [datum]}),
    );
}

fn statistics(bed: &mut Bed, more: &Value) -> Value {
    let mut request = json!({
        "Namespace": "N", "MetricName": "Latency", "Dimensions": dimensions(),
        "StartTime": START, "EndTime": START + 600, "Period": 60,
    });
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    bed.ok("cloudwatch", "GetMetricStatistics", &request)
}

#[test]
fn statistics_gather_values_sets_and_counts_by_period() {
    let mut bed = Bed::new();
    put(&mut bed, &json!({"Timestamp": START, "Value": 1.0}));
    put(
        &mut bed,
        &json!({"Timestamp": START + 59, "Values": [3.0, 5.0], "Counts": [2.0, 1.0]}),
    );
    put(
        &mut bed,
        &json!({
            "Timestamp": START + 60,
            "StatisticValues": {"SampleCount": 4.0, "Sum": 10.0, "Minimum": 1.0, "Maximum": 4.0},
        }),
    );
    let all = json!({"Statistics": ["Average", "Sum", "Minimum", "Maximum", "SampleCount"]});
    assert_eq!(
        statistics(&mut bed, &all)["Datapoints"],
        json!([
            {"Timestamp": START, "Unit": "Microseconds", "Average": 3.0, "Sum": 12.0, "Minimum": 1.0, "Maximum": 5.0, "SampleCount": 4.0},
            {"Timestamp": START + 60, "Unit": "Microseconds", "Average": 2.5, "Sum": 10.0, "Minimum": 1.0, "Maximum": 4.0, "SampleCount": 4.0},
        ])
    );
    let ranks = statistics(&mut bed, &json!({"ExtendedStatistics": ["p50", "p99"]}));
    assert_eq!(
        ranks["Datapoints"][0]["ExtendedStatistics"],
        json!({"p50": 3.0, "p99": 5.0})
    );
    assert_eq!(ranks["Datapoints"][1].get("ExtendedStatistics"), None);
    let other = statistics(&mut bed, &json!({"Statistics": ["Sum"], "Unit": "Count"}));
    assert_eq!(other["Datapoints"], json!([]));
    let fewer = statistics(
        &mut bed,
        &json!({"Statistics": ["Sum"], "Dimensions": [{"Name": "EndpointName", "Value": "e"}]}),
    );
    assert_eq!(fewer, json!({"Label": "Latency", "Datapoints": []}));
}

#[test]
fn requests_that_mean_nothing_are_refused() {
    let mut bed = Bed::new();
    let base = json!({"Namespace": "N", "MetricName": "M", "StartTime": START, "EndTime": START + 60, "Period": 60, "Statistics": ["Sum"]});
    for (change, code) in [
        (json!({"Period": 7}), "InvalidParameterValue"),
        (json!({"EndTime": START}), "InvalidParameterValue"),
        (
            json!({"EndTime": START + 86_400 * 30}),
            "InvalidParameterCombination",
        ),
        (
            json!({"ExtendedStatistics": ["p50"]}),
            "InvalidParameterCombination",
        ),
        (
            json!({"Statistics": null, "ExtendedStatistics": ["tm90"]}),
            "InvalidParameterValue",
        ),
    ] {
        let mut request = base.clone();
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
            if value.is_null() {
                request.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(
            bed.refused("cloudwatch", "GetMetricStatistics", &request).0,
            code,
            "{change}"
        );
    }
    let put = |entry: Value| json!({"Namespace": "N", "MetricData": [entry]});
    for (entry, code) in [
        (json!({"MetricName": "M"}), "MissingParameter"),
        (
            json!({"MetricName": "M", "Value": 1.0, "Values": [1.0]}),
            "InvalidParameterCombination",
        ),
        (
            json!({"MetricName": "M", "Values": [1.0], "Counts": [1.0, 2.0]}),
            "InvalidParameterValue",
        ),
    ] {
        assert_eq!(
            bed.refused("cloudwatch", "PutMetricData", &put(entry)).0,
            code
        );
    }
}

#[test]
fn metric_data_answers_several_queries_newest_first_and_by_pages() {
    let mut bed = Bed::new();
    for minute in 0..4 {
        put(
            &mut bed,
            &json!({"Timestamp": START + minute * 60, "Value": f64::from(minute as i32)}),
        );
    }
    let metric = json!({"Namespace": "N", "MetricName": "Latency", "Dimensions": dimensions()});
    let query = |id: &str, stat: &str| json!({"Id": id, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}});
    let mut request = json!({
        "MetricDataQueries": [query("a", "Sum"), query("b", "p99")], "StartTime": START, "EndTime": START + 600,
    });
    let whole = bed.ok("cloudwatch", "GetMetricData", &request);
    assert_eq!(
        whole["MetricDataResults"][0]["Values"],
        json!([3.0, 2.0, 1.0, 0.0])
    );
    assert_eq!(whole["MetricDataResults"][1]["Timestamps"][0], START + 180);
    assert_eq!(whole["MetricDataResults"][0]["StatusCode"], "Complete");
    request["ScanBy"] = "TimestampAscending".into();
    request["MaxDatapoints"] = 3.into();
    let mut seen = Vec::new();
    loop {
        let page = bed.ok("cloudwatch", "GetMetricData", &request);
        for result in items(&page, "MetricDataResults") {
            seen.extend(
                items(result, "Values")
                    .iter()
                    .map(|value| (text(result, "Id").to_owned(), value.as_f64().unwrap())),
            );
        }
        match page["NextToken"].as_str() {
            Some(token) => request["NextToken"] = token.into(),
            None => break,
        }
    }
    let expected = ["a", "b"]
        .map(|id| [0.0, 1.0, 2.0, 3.0].map(|value| (id.to_owned(), value)))
        .concat();
    assert_eq!(seen, expected);
    let math = json!({"MetricDataQueries": [{"Id": "a", "Expression": "1"}], "StartTime": START, "EndTime": START + 60});
    assert!(
        bed.refused("cloudwatch", "GetMetricData", &math)
            .1
            .contains("metric mathematics is not implemented")
    );
}

#[test]
fn metrics_are_listed_by_name_dimension_and_age() {
    let mut bed = Bed::new();
    put(&mut bed, &json!({"Value": 1.0}));
    let datum = Datum {
        namespace: "/aws/sagemaker/TrainingJobs".into(),
        name: "loss".into(),
        dimensions: [("TrainingJobName".to_owned(), "j".to_owned())].into(),
        at: EPOCH - 4 * 3_600_000,
        value: 0.5,
        unit: String::new(),
    };
    bed.transact(|tx| record(tx, &datum)).unwrap();
    let mut names = |request: Value| {
        let page = bed.ok("cloudwatch", "ListMetrics", &request);
        items(&page, "Metrics")
            .iter()
            .map(|metric| text(metric, "MetricName").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(json!({})), ["loss", "Latency"]);
    assert_eq!(names(json!({"RecentlyActive": "PT3H"})), ["Latency"]);
    assert_eq!(names(json!({"Namespace": "N"})), ["Latency"]);
    assert_eq!(
        names(json!({"Dimensions": [{"Name": "TrainingJobName"}]})),
        ["loss"]
    );
    assert_eq!(
        names(json!({"Dimensions": [{"Name": "TrainingJobName", "Value": "x"}]})),
        Vec::<String>::new()
    );
    let page = bed.ok(
        "cloudwatch",
        "ListMetrics",
        &json!({"MetricName": "Latency"}),
    );
    assert_eq!(page["Metrics"][0]["Dimensions"], dimensions());
}

#[test]
fn more_metrics_than_a_page_come_with_a_token() {
    let mut bed = Bed::new();
    bed.transact(|tx| {
        for place in 0..501 {
            let datum = Datum {
                namespace: "N".into(),
                name: format!("m{place:03}"),
                dimensions: std::collections::BTreeMap::new(),
                at: EPOCH,
                value: 1.0,
                unit: "Count".into(),
            };
            record(tx, &datum)?;
        }
        Ok(())
    })
    .unwrap();
    let first = bed.ok("cloudwatch", "ListMetrics", &json!({}));
    assert_eq!(items(&first, "Metrics").len(), 500);
    let rest = bed.ok(
        "cloudwatch",
        "ListMetrics",
        &json!({"NextToken": first["NextToken"]}),
    );
    assert_eq!(rest["Metrics"][0]["MetricName"], "m500");
    assert_eq!(rest.get("NextToken"), None);
}

#[test]
fn points_are_the_samples_themselves_oldest_first() {
    let mut bed = Bed::new();
    let host: std::collections::BTreeMap<String, String> =
        [("Host".to_owned(), "job/algo-1".to_owned())].into();
    let datum = |at: i64, value: f64| Datum {
        namespace: "N".to_owned(),
        name: "CPUUtilization".to_owned(),
        dimensions: [("Host".to_owned(), "job/algo-1".to_owned())].into(),
        at,
        value,
        unit: "Percent".to_owned(),
    };
    let found = bed.transact(|tx| {
        for (at, value) in [(EPOCH + 150, 90.0), (EPOCH + 50, 40.0)] {
            record(tx, &datum(at, value))?;
        }
        let other = Datum {
            name: "MemoryUtilization".to_owned(),
            ..datum(EPOCH, 1.0)
        };
        record(tx, &other)?;
        Ok(super::points(tx, "N", "CPUUtilization", &host)?)
    });
    assert_eq!(found.unwrap(), [(EPOCH + 50, 40.0), (EPOCH + 150, 90.0)]);
}
