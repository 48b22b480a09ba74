//! Metrics of invocations: counted in memory, stored once a second.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::lock;
use crate::executor::world::World;
use crate::services::cloudwatch::{self, Datum};

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

#[derive(Debug, Default, Clone, PartialEq)]
struct Tally {
    invocations: u32,
    client_errors: u32,
    server_errors: u32,
    model_errors: u32,
    model_us: f64,
    overhead_us: f64,
}

impl Meter {
    /// Counts a call of an endpoint's variant.
    pub(super) fn count(&self, (endpoint, variant): (&str, &str), call: Call) {
        let mut counts = lock(&self.counts);
        let tally = counts
            .entry((endpoint.to_owned(), variant.to_owned()))
            .or_default();
        tally.invocations += 1;
        tally.client_errors += u32::from((400..500).contains(&call.status));
        tally.server_errors += u32::from(call.status >= 500);
        tally.model_errors += u32::from(call.status == 424);
        tally.model_us += call.model.as_secs_f64() * 1e6;
        tally.overhead_us += call.overhead.as_secs_f64() * 1e6;
    }

    /// Stores what was counted.
    pub(super) async fn store(&self, world: &World) {
        let counts = std::mem::take(&mut *lock(&self.counts));
        if counts.is_empty() {
            return;
        }
        let now = world.now();
        let data: Vec<Datum> = counts
            .iter()
            .flat_map(|((endpoint, variant), tally)| tally.data(endpoint, variant, now))
            .collect();
        let stored = world.run(move |tx| {
            for datum in &data {
                cloudwatch::record(tx, datum)?;
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
    fn data(&self, endpoint: &str, variant: &str, now: i64) -> Vec<Datum> {
        let count = f64::from(self.invocations);
        let mut values = vec![
            ("Invocations", count, "Count"),
            (
                "Invocation4XXErrors",
                f64::from(self.client_errors),
                "Count",
            ),
            (
                "Invocation5XXErrors",
                f64::from(self.server_errors),
                "Count",
            ),
            (
                "InvocationModelErrors",
                f64::from(self.model_errors),
                "Count",
            ),
        ];
        if self.invocations > 0 {
            values.push(("ModelLatency", self.model_us / count, "Microseconds"));
            values.push(("OverheadLatency", self.overhead_us / count, "Microseconds"));
        }
        let dimensions: BTreeMap<String, String> = [
            ("EndpointName".to_owned(), endpoint.to_owned()),
            ("VariantName".to_owned(), variant.to_owned()),
        ]
        .into();
        values
            .into_iter()
            .map(|(name, value, unit)| Datum {
                namespace: "AWS/SageMaker".to_owned(),
                name: name.to_owned(),
                dimensions: dimensions.clone(),
                at: now,
                value,
                unit: unit.to_owned(),
            })
            .collect()
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
        let data = counts[&("e".to_owned(), "v".to_owned())].data("e", "v", 7);
        let found: Vec<_> = data
            .iter()
            .map(|datum| (datum.name.as_str(), datum.value.round()))
            .collect();
        assert_eq!(
            found,
            [
                ("Invocations", 4.0),
                ("Invocation4XXErrors", 1.0),
                ("Invocation5XXErrors", 1.0),
                ("InvocationModelErrors", 1.0),
                ("ModelLatency", 15.0),
                ("OverheadLatency", 5.0),
            ]
        );
        assert!(
            data.iter()
                .all(|datum| datum.at == 7 && datum.dimensions["VariantName"] == "v")
        );
    }
}
