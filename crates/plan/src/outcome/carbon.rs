//! Estimated emissions of what a design pays for, as a range over methods.

use catalog::carbon::{Usage, estimate};
use units::{GramsCo2, Share, Span};

use crate::Rented;

/// Emissions of a month: the lower and the higher of the methods. What no method knows is not in it, and counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Carbon {
    /// Lower end, grams.
    pub low: f64,
    /// Higher end, grams.
    pub high: f64,
    /// Machines of which no method knows the emissions.
    pub unknown: u32,
}

impl Carbon {
    /// With a machine for so many hours of a month, busy for a share of them.
    #[must_use]
    pub fn with(mut self, rented: &Rented<'_>, region: &str, hours: f64, busy: f64) -> Self {
        let usage = Usage {
            span: Span::from_nanos((hours * 3_600e9) as u64),
            utilization: Share::from_ppm((busy.clamp(0.0, 1.0) * 1e6) as u32)
                .unwrap_or(Share::NONE),
            accelerator_utilization: Share::NONE,
        };
        let grams = |amount: GramsCo2| amount.micros() as f64 / 1e6;
        match estimate(rented.machine, rented.cloud, region, usage).operational() {
            Some((low, high)) => {
                self.low += grams(low);
                self.high += grams(high);
            }
            None => self.unknown += 1,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use catalog::Catalog;

    use super::*;
    use crate::{Role, rent};

    #[test]
    fn more_hours_and_more_work_are_more() {
        let place = "ec2/c5.large".parse().unwrap();
        let rented = rent(Catalog::shipped(), &place, Role::Prepare, "us-east-1").unwrap();
        let of = |hours, busy| Carbon::default().with(&rented, "us-east-1", hours, busy);
        let (one, two, idle) = (of(1.0, 0.5), of(2.0, 0.5), of(1.0, 0.0));
        assert!(0.0 < idle.low && idle.low < one.low && one.low <= one.high);
        assert!((two.low / one.low - 2.0).abs() < 1e-3, "{one:?} {two:?}");
        let elsewhere = Carbon::default().with(&rented, "moon-1", 1.0, 0.5);
        assert_eq!((elsewhere.low, elsewhere.unknown), (0.0, 1));
    }
}
