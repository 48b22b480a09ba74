//! Estimated energy of CPU time.

use catalog::WATTS_PER_BUSY_VCPU;
use serde::{Deserialize, Serialize};
use units::{Joules, Span};

/// An estimate from coefficients, as a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnergyRange {
    /// The part that the work added.
    pub low: Joules,
    /// Busy CPUs in full, with the overhead of a data centre.
    pub high: Joules,
}

/// The energy of some CPU time (seconds of one busy vCPU); `None` beyond any sensible amount.
///
/// ```
/// let energy = ledger::energy("2 s".parse()?).unwrap();
/// assert_eq!((energy.low.micros(), energy.high.micros()), (5_520_000, 7_945_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn energy(cpu: Span) -> Option<EnergyRange> {
    Some(EnergyRange {
        low: (WATTS_PER_BUSY_VCPU.low * cpu).ok()?,
        high: (WATTS_PER_BUSY_VCPU.high * cpu).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_no_energy_and_the_range_is_ordered() {
        let none = energy("0 s".parse().unwrap()).unwrap();
        assert_eq!(
            none,
            EnergyRange {
                low: Joules::from_micros(0),
                high: Joules::from_micros(0)
            }
        );
        let some = energy("10 min".parse().unwrap()).unwrap();
        assert!(some.low < some.high);
    }
}
