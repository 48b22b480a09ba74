//! What is simulated.

use units::Span;

use crate::error::SimulateError;
use crate::service::ServiceTimes;

/// Most replicas of an endpoint.
pub const REPLICAS: u32 = 10_000;

/// An endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Serving {
    /// How long a request occupies a slot, at the number of requests at a time that a replica has slots for.
    pub service: ServiceTimes,
    /// Requests that a replica serves at a time.
    pub slots: u32,
    /// From the launch of a replica until it serves.
    pub cold_start: Span,
    /// Requests that may wait; more are refused.
    pub queue: usize,
    /// What each request should meet.
    pub slo: Slo,
    /// The beginning that counts in no figure.
    pub warm_up: Span,
    /// Replicas that must serve for the endpoint to be available.
    pub required: u32,
    /// Spot capacity, if there is any.
    pub spot: Option<SpotReplicas>,
}

/// What each request should meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slo {
    /// What is measured.
    pub measure: SloMeasure,
    /// The most it may be.
    pub limit: Span,
}

/// What is measured of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SloMeasure {
    /// From its coming to its answer.
    Latency,
    /// From its coming to its place in a replica.
    Wait,
}

/// Replicas on spot capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpotReplicas {
    /// The first replicas that are on demand.
    pub on_demand: u32,
    /// Mean time between two interruptions of one replica.
    pub between_interruptions: Span,
    /// From the notice to the interruption: two minutes on AWS.
    pub notice: Span,
    /// Before the interruption, time in which it takes no new requests; at most the notice.
    pub drain: Span,
    /// Mean time until capacity is found at a launch; it is not paid.
    pub wait: Span,
}

impl Serving {
    /// An endpoint of on-demand replicas that must be available, with latency as its objective.
    ///
    /// ```
    /// use simulate::{Serving, ServiceTimes};
    ///
    /// let times = ServiceTimes::Constant("20 ms".parse()?);
    /// let serving = Serving::new(times, 4, "90 s".parse()?, "200 ms".parse()?);
    /// assert_eq!((serving.slots, serving.required), (4, 1));
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn new(service: ServiceTimes, slots: u32, cold_start: Span, latency: Span) -> Self {
        Self {
            service,
            slots,
            cold_start,
            queue: 100_000,
            slo: Slo {
                measure: SloMeasure::Latency,
                limit: latency,
            },
            warm_up: Span::ZERO,
            required: 1,
            spot: None,
        }
    }

    pub(super) fn check(&self, duration: Span) -> Result<(), SimulateError> {
        let refuse = |setting, found: String, expected| {
            Err(SimulateError::Setting {
                setting,
                found,
                expected,
            })
        };
        if !(1..=10_000).contains(&self.slots) {
            return refuse("slots", self.slots.to_string(), "a number from 1 to 10000");
        }
        if self.queue > 10_000_000 {
            return refuse("queue", self.queue.to_string(), "at most 10000000 requests");
        }
        if self.warm_up >= duration {
            let found = format!("{} of {duration}", self.warm_up);
            return refuse("warm_up", found, "shorter than the trace");
        }
        let spot = self
            .spot
            .filter(|spot| spot.between_interruptions == Span::ZERO);
        if spot.is_some() {
            let found = "0 s".to_owned();
            return refuse("between_interruptions", found, "a duration above 0");
        }
        Ok(())
    }
}
