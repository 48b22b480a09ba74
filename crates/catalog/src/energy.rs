//! Coefficients of estimated energy. No machine here can measure it, so it is a range, never a number.

use units::Watts;

/// Power of one busy vCPU, from the most modest reading to the most inclusive one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WattsRange {
    /// The part that work adds: full use less idle.
    pub low: Watts,
    /// Full use, with the overhead of the data centre.
    pub high: Watts,
}

/// Cloud Carbon Footprint's averages over AWS's CPU architectures: 0.74 W idle and 3.5 W at full use a vCPU, power usage
/// effectiveness 1.135. Low is 3.5 - 0.74, high is 3.5 * 1.135.
pub const WATTS_PER_BUSY_VCPU: WattsRange = WattsRange {
    low: Watts::from_micros(2_760_000),
    high: Watts::from_micros(3_972_500),
};
