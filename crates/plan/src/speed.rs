//! How fast work is on a machine that it has not run on.

use catalog::{Cloud, Machine};
use serde::{Deserialize, Serialize};
use units::Span;

use crate::Range;
use crate::demand::{Serving, Work};

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Measured on this machine.
    Measured,
    /// Published by others.
    Published,
    /// Predicted from what was measured or published.
    Predicted,
}

/// A figure with its interval, and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate<T> {
    /// The figure.
    pub range: Range<T>,
    /// Where it comes from.
    pub origin: Origin,
    /// How it was made, in words.
    pub method: String,
    /// Whether the coverage of its interval was proven for a case like this.
    pub calibrated: bool,
}

/// A machine of a cloud.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct On<'a> {
    /// Whose it is.
    pub cloud: Cloud,
    /// What it is.
    pub machine: &'a Machine,
}

/// Predicts how long work takes on machines that can be rented.
pub trait Speeds {
    /// The time of a job with all CPUs of a machine. None where nothing is known of it.
    fn time(&self, work: &Work, on: On<'_>) -> Option<Estimate<Span>>;

    /// How many times as long a request takes on a machine as here. None where nothing is known of it.
    fn slowdown(&self, serving: &Serving, on: On<'_>) -> Option<Estimate<f64>>;

    /// CPU seconds that a job takes on a machine, over those that it took here.
    fn cpu_ratio(&self, work: &Work, on: On<'_>) -> Option<f64>;
}
