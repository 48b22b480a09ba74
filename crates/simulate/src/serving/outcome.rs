//! What a simulation found.

use units::Span;

use crate::interval::Interval;

/// What one repetition found, without its warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Requests that came.
    pub requests: u64,
    /// Requests that found the queue full.
    pub refused: u64,
    /// Requests that were never answered, because nothing served any more.
    pub unanswered: u64,
    /// Requests that missed the objective; those refused and not answered are among them.
    pub violations: u64,
    /// From coming to answer, of those that were answered.
    pub latency: Quantiles,
    /// From coming to a place in a replica.
    pub wait: Quantiles,
    /// Replicas that were paid, on average over time.
    pub mean_replicas: f64,
    /// Most replicas that were paid at a time.
    pub max_replicas: u64,
    /// Replicas that served, on average over time.
    pub mean_serving: f64,
    /// Paid time of on-demand replicas, summed.
    pub paid_on_demand: Span,
    /// Paid time of spot replicas, summed.
    pub paid_spot: Span,
    /// Times that the number was raised.
    pub scale_outs: u64,
    /// Times that the number was lowered.
    pub scale_ins: u64,
    /// Replicas that were interrupted.
    pub interruptions: u64,
    /// Requests that an interruption sent back to the queue.
    pub repeated: u64,
    /// Busy slots over paid slots.
    pub utilization: f64,
    /// Requests in the queue, on average over time.
    pub mean_waiting: f64,
    /// Requests being served, on average over time.
    pub mean_busy: f64,
    /// Share of time in which as many replicas served as are required.
    pub availability: f64,
}

impl Outcome {
    /// Share of requests that missed the objective; none came, none missed.
    pub fn violation_share(&self) -> f64 {
        self.violations as f64 / self.requests.max(1) as f64
    }

    /// Share of requests that were answered.
    pub fn answered_share(&self) -> f64 {
        let lost = (self.refused + self.unanswered) as f64;
        1.0 - lost / self.requests.max(1) as f64
    }
}

/// Of durations, by the nearest rank; zero of none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quantiles {
    /// Mean.
    pub mean: Span,
    /// Half of them are at most this.
    pub p50: Span,
    /// Nine of ten.
    pub p90: Span,
    /// 99 of a hundred.
    pub p99: Span,
    /// The longest.
    pub max: Span,
}

impl Quantiles {
    /// Of nanoseconds in any order.
    pub(super) fn of(mut nanos: Vec<u64>) -> Self {
        nanos.sort_unstable();
        let count = nanos.len();
        let Some(&max) = nanos.last() else {
            return Self::default();
        };
        let rank = |percent: usize| {
            let rank = (count * percent).div_ceil(100).max(1);
            Span::from_nanos(nanos[rank - 1])
        };
        let sum: u128 = nanos.iter().map(|&value| u128::from(value)).sum();
        Self {
            mean: Span::from_nanos((sum / count as u128) as u64),
            p50: rank(50),
            p90: rank(90),
            p99: rank(99),
            max: Span::from_nanos(max),
        }
    }
}

/// Outcomes of the same endpoint with different seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Repetitions(
    /// By the order of their seeds.
    pub Vec<Outcome>,
);

impl Repetitions {
    /// A quantity over the repetitions, such as `|one| one.latency.p99.as_seconds()`.
    pub fn interval(&self, of: impl Fn(&Outcome) -> f64) -> Interval {
        Interval::of(self.0.iter().map(of)).expect("there is at least one repetition")
    }

    /// Share of repetitions in which something holds: the probability of a goal.
    pub fn share(&self, holds: impl Fn(&Outcome) -> bool) -> f64 {
        let count = self.0.iter().filter(|&one| holds(one)).count();
        count as f64 / self.0.len().max(1) as f64
    }
}
