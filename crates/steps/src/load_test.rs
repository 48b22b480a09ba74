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
}

impl Document for LoadReport {
    const SCHEMA: &'static str = "plimsoll.load-report/1";
}

impl LoadReport {
    /// Name of the answer in the output.
    pub const FILE: &'static str = "load.json";
}
