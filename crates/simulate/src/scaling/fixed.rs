//! The same number of replicas always.

use units::Span;

use super::{Observation, ScalingPolicy};

/// The same number of replicas always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixed(
    /// How many.
    pub u32,
);

impl ScalingPolicy for Fixed {
    fn name(&self) -> &'static str {
        "fixed"
    }

    fn initial(&self) -> u32 {
        self.0
    }

    fn interval(&self) -> Span {
        Span::from_nanos(60_000_000_000)
    }

    fn desired(&mut self, _: &Observation) -> u32 {
        self.0
    }
}
