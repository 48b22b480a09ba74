//! Metrics of invocations: counted in memory, stored once a second.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::lock;
use crate::executor::world::World;
use crate::services;

/// Time between two transactions.
const PERIOD: Duration = Duration::from_secs(1);

/// One answered invocation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// What the caller got.
    pub(super) status: u16,
    /// Time of the model's server.
    pub(super) model: Duration,
    /// Time beyond it.
    pub(super) overhead: Duration,
}

/// Counts since the last transaction, by endpoint and variant.
#[derive(Debug, Default)]
pub(super) struct Meter {
    counts: Mutex<BTreeMap<(String, String), Tally>>,
}

/// Several values as CloudWatch keeps them.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Samples {
    count: u32,
    sum: f64,
    minimum: f64,
    maximum: f64,
}

#[derive(Debug, Default, Clone, PartialEq)]
struct Tally {
    invocations: Samples,
    client_errors: Samples,
    server_errors: Samples,
    model_errors: Samples,
    model_us: Samples,
    overhead_us: Samples,
}

impl Samples {
    fn add(&mut self, value: f64) {
        let first = self.count == 0;
        self.minimum = if first {
            value
        } else {
            self.minimum.min(value)
        };
        self.maximum = if first {
            value
        } else {
            self.maximum.max(value)
        };
        self.sum += value;
        self.count += 1;
    }
}

impl Meter {
    /// Counts a call of an endpoint's variant.
    pub(super) fn count(&self, (endpoint, variant): (&str, &str), call: Call) {
        let mut counts = lock(&self.counts);
        let tally = counts
            .entry((endpoint.to_owned(), variant.to_owned()))
            .or_default();
        let one = |holds: bool| f64::from(u8::from(holds));
        tally.invocations.add(1.0);
        tally
            .client_errors
            .add(one((400..500).contains(&call.status)));
        tally.server_errors.add(one(call.status >= 500));
        tally.model_errors.add(one(call.status == 424));
        tally.model_us.add(call.model.as_secs_f64() * 1e6);
        tally.overhead_us.add(call.overhead.as_secs_f64() * 1e6);
    }

    /// Stores what was counted.
    pub(super) async fn store(&self, world: &World) {
        let counts = std::mem::take(&mut *lock(&self.counts));
        if counts.is_empty() {
            return;
        }
        let stored = world.run(move |tx| {
            let now = tx.ctx().now_seconds();
            for ((endpoint, variant), tally) in &counts {
                let request = tally.request(endpoint, variant, now);
                services::call(tx, "cloudwatch", "PutMetricData", &request)?;
            }
            Ok(())
        });
        if let Err(fault) = stored.await {
            tracing::warn!(%fault, "metrics of endpoints were not stored");
        }
    }
}

/// Stores the counts every second until the plane ends.
pub(super) async fn flush(meter: Arc<Meter>, world: Arc<World>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => meter.store(&world).await,
            () = world.closed() => return,
        }
    }
}

impl Tally {
    /// The request that puts these values, under SageMaker's names.
    fn request(&self, endpoint: &str, variant: &str, now: f64) -> Value {
        let values = [
            ("Invocations", self.invocations, "Count"),
            ("Invocation4XXErrors", self.client_errors, "Count"),
            ("Invocation5XXErrors", self.server_errors, "Count"),
            ("InvocationModelErrors", self.model_errors, "Count"),
            ("ModelLatency", self.model_us, "Microseconds"),
            ("OverheadLatency", self.overhead_us, "Microseconds"),
        ];
        let data = values.map(|(name, samples, unit)| {
            json!({
                "MetricName": name,
                "Dimensions": [
                    {"Name": "EndpointName", "Value": endpoint},
                    {"Name": "VariantName", "Value": variant},
                ],
                "Timestamp": now,
                "Unit": unit,
                "StatisticValues": {
                    "SampleCount": samples.count,
                    "Sum": samples.sum,
                    "Minimum": samples.minimum,
                    "Maximum": samples.maximum,
                },
            })
        });
        json!({ "Namespace": "AWS/SageMaker", "MetricData": data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_what_the_caller_got() {
        let meter = Meter::default();
        for (status, model) in [(200, 10), (200, 30), (424, 20), (503, 0)] {
            let (model, overhead) = (Duration::from_micros(model), Duration::from_micros(5));
            meter.count(
                ("e", "v"),
                Call {
                    status,
                    model,
                    overhead,
                },
            );
        }
        let counts = lock(&meter.counts).clone();
        let request = counts[&("e".to_owned(), "v".to_owned())].request("e", "v", 7.5);
        let service = aws_api::service("cloudwatch").unwrap();
        let operation = service.operation("PutMetricData").unwrap();
        aws_api::validate(service, operation, &request).unwrap();
        let found: Vec<_> = request["MetricData"]
            .as_array()
            .unwrap()
            .iter()
            .map(|datum| {
                let of = |name: &str| datum["StatisticValues"][name].as_f64().unwrap().round();
                let name = datum["MetricName"].as_str().unwrap();
                (
                    name,
                    of("SampleCount"),
                    of("Sum"),
                    of("Minimum"),
                    of("Maximum"),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("Invocations", 4.0, 4.0, 1.0, 1.0),
                ("Invocation4XXErrors", 4.0, 1.0, 0.0, 1.0),
                ("Invocation5XXErrors", 4.0, 1.0, 0.0, 1.0),
                ("InvocationModelErrors", 4.0, 1.0, 0.0, 1.0),
                ("ModelLatency", 4.0, 60.0, 0.0, 30.0),
                ("OverheadLatency", 4.0, 20.0, 5.0, 5.0),
            ]
        );
    }
}
