//! Simulation: what an endpoint does under traffic, and what training on spot capacity takes.
//!
//! Pure arithmetic: no clock, no I/O, no randomness but that of a seed, whose streams are counter-based. What is
//! simulated is told by types that carry their units; what is found are figures of one repetition, and intervals over
//! many.
//!
//! - [`Trace`] and [`Daily`]: requests over time.
//! - [`Simulation`]: replicas of a [`Serving`] under a trace with a [`ScalingPolicy`].
//! - [`spot`]: a training run with a deadline on capacity that comes and goes.
//! - [`checkpoint`]: how often to save, and what a run then takes.
//! - [`queueing`]: closed forms.

pub mod checkpoint;
mod error;
mod interval;
pub mod queueing;
mod random;
mod scaling;
mod service;
mod serving;
pub mod spot;
mod trace;

pub use error::SimulateError;
pub use interval::Interval;
pub use random::Stream;
pub use scaling::{
    Behavior, Fixed, HorizontalPodAutoscaler, Observation, RateLimit, ScalingPolicy, Select,
    TargetTracking, TrackedMetric,
};
pub use service::ServiceTimes;
pub use serving::{
    Outcome, Quantiles, REPETITIONS, REPLICAS, Repetitions, Serving, Simulation, Slo, SloMeasure,
    SpotReplicas,
};
pub use trace::{ARRIVALS, Arrival, Columns, Daily, Request, Trace, read_trace};
