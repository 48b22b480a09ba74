//! The step LoadTest: open-loop load on the endpoint.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Document;

/// What the step is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadTestSpec {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Requests a second, sent on schedule whatever the answers do.
    pub rate_per_second: f64,
    /// How long, seconds.
    pub seconds: f64,
    /// Most requests in flight; beyond it a request is counted as not sent.
    pub in_flight_limit: u32,
}

impl Document for LoadTestSpec {
    const SCHEMA: &'static str = "plimsoll.load-test-spec/1";
}

/// What the step answers; `load.json`. Latencies are from the scheduled moment, so that a slow answer that delays the
/// next request is not forgiven.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadReport {
    /// Requests that should have been sent.
    pub scheduled: u64,
    /// Requests answered with 200.
    pub answered: u64,
    /// Answers other than 200 and failures to connect, by status or word.
    pub errors: BTreeMap<String, u64>,
    /// First scheduled to last answer, seconds.
    pub seconds: f64,
    /// Answers a second.
    pub per_second: f64,
    /// Latency percentiles, microseconds, by name: `p50`, `p90`, `p99`, `p999`, `max`.
    pub latency_us: BTreeMap<String, u64>,
    /// 99th percentile of how late the generator itself sent, microseconds.
    pub lag_p99_us: u64,
    /// Answers by latency: buckets with answers in them, ascending; empty in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub histogram: Vec<LatencyBucket>,
}

/// Answers whose latency is in a range. Bounds grow by a fixed ratio, eight to a doubling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyBucket {
    /// Microseconds from which it counts.
    pub from_us: u64,
    /// Microseconds below which it counts.
    pub below_us: u64,
    /// Answers.
    pub count: u64,
}

impl Document for LoadReport {
    const SCHEMA: &'static str = "plimsoll.load-report/1";
}

impl LoadReport {
    /// Name of the answer in the output.
    pub const FILE: &'static str = "load.json";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_of_an_earlier_version_has_no_histogram() {
        let earlier = json!({
            "schema": "plimsoll.load-report/1", "scheduled": 2, "answered": 2, "errors": {}, "seconds": 1.0,
            "per_second": 2.0, "latency_us": {"p50": 300}, "lag_p99_us": 10,
        });
        let report = LoadReport::from_value(earlier.clone()).unwrap();
        assert_eq!(report.histogram, []);
        assert_eq!(report.to_value(), earlier);
    }
}
