//! Scaling policies: what each sees of a running endpoint and how many replicas it wants.
//!
//! The simulation asks a policy at its interval and does what it says; start, drain and interruption of replicas are the
//! simulation's. A new policy is one file here. It may keep what it has seen, but reads nothing else.

mod fixed;
mod hpa;
mod target_tracking;

use units::Span;

pub use fixed::Fixed;
pub use hpa::{Behavior, HorizontalPodAutoscaler, RateLimit, Select};
pub use target_tracking::{TargetTracking, TrackedMetric};

/// What a policy sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Since the beginning.
    pub now: Span,
    /// Since the last observation.
    pub interval: Span,
    /// Replicas that start or serve; those that drain are not counted.
    pub replicas: u32,
    /// Of these, those that serve.
    pub ready: u32,
    /// Requests that one replica serves at a time.
    pub slots: u32,
    /// Requests that came in the interval.
    pub arrivals: u64,
    /// Answers given in the interval.
    pub answers: u64,
    /// Requests being served, averaged over the interval.
    pub busy: f64,
    /// Requests waiting, averaged over the interval.
    pub waiting: f64,
    /// Replicas that served, averaged over the interval.
    pub serving: f64,
    /// Requests being served now.
    pub busy_now: u64,
    /// Requests waiting now.
    pub waiting_now: u64,
}

/// Decides how many replicas there should be.
pub trait ScalingPolicy {
    /// Its name in tables.
    fn name(&self) -> &'static str;
    /// Replicas at the beginning, which serve from the first moment.
    fn initial(&self) -> u32;
    /// Time between two questions, above zero.
    fn interval(&self) -> Span;
    /// How many replicas there should be.
    fn desired(&mut self, seen: &Observation) -> u32;
}
