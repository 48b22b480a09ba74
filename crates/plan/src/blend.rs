//! Blends of two designs: a share of the work by one, the rest by the other.
//!
//! Money and paid seconds are linear in the share. Serial stages take the sum, parallel ones the longer of both. The quantile of a
//! mix of requests is that of the mixture of both distributions, not the mean of two quantiles.

use serde::Serialize;
use units::{Money, Share, Span};

use crate::outcome::Outcome;

/// What a blend costs.
///
/// ```
/// use units::Money;
/// let (a, b) = (Money::from_cents(100), Money::from_cents(300));
/// assert_eq!(plan::blend::cost("25 %".parse()?, a, b), Money::from_cents(250));
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn cost(share: Share, a: Money, b: Money) -> Money {
    Money::from_nanos(linear(share, i128::from(a.nanos()), i128::from(b.nanos())) as i64)
}

/// How long stages take that run one after the other.
pub fn serial(share: Share, a: Span, b: Span) -> Span {
    Span::from_nanos(linear(share, i128::from(a.nanos()), i128::from(b.nanos())) as u64)
}

/// How long stages take that run beside one another: the longer part. The line between both ends is an upper bound of it.
pub fn parallel(share: Share, a: Span, b: Span) -> Span {
    let part = |share: Share, span: Span| part(share, span.nanos());
    Span::from_nanos(part(share, a).max(part(rest(share), b)))
}

/// Busy over paid seconds of both together.
pub fn utilization(share: Share, a: (f64, f64), b: (f64, f64)) -> Option<f64> {
    let x = share.as_fraction();
    let mixed = |a: f64, b: f64| x * a + (1.0 - x) * b;
    let (busy, paid) = (mixed(a.0, b.0), mixed(a.1, b.1));
    (paid > 0.0).then_some(busy / paid)
}

/// The quantile of a mix of requests: the smallest latency below which so many of the mixture are.
///
/// `a` and `b` are latencies of each in any order, each with the same weight within its design.
pub fn quantile(share: Share, quantile: f64, a: &[f64], b: &[f64]) -> Option<f64> {
    let weigh = |all: &[f64], share: f64| -> Vec<(f64, f64)> {
        let each = share / all.len().max(1) as f64;
        all.iter().map(|latency| (*latency, each)).collect()
    };
    let x = share.as_fraction();
    let mut mixture = weigh(a, x);
    mixture.extend(weigh(b, 1.0 - x));
    mixture.retain(|(_, weight)| *weight > 0.0);
    mixture.sort_by(|left, right| left.0.total_cmp(&right.0));
    let all: f64 = mixture.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    for (latency, weight) in &mixture {
        below += weight;
        if below >= quantile * all - 1e-12 {
            return Some(*latency);
        }
    }
    None
}

/// A blend of two designs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Blend {
    /// Share of the work by the first.
    pub share: Share,
    /// Money a month.
    pub cost: Money,
    /// Training, where both parts run beside one another.
    pub parallel_training: Span,
    /// Training, where one part follows the other.
    pub serial_training: Span,
    /// Busy over paid virtual CPU seconds.
    pub utilization: Option<f64>,
}

/// Shares that are shown: each quarter.
const QUARTERS: [u32; 5] = [0, 250_000, 500_000, 750_000, 1_000_000];

/// Blends of two designs, by quarters of the work that the first one does; middle figures.
pub fn blends(a: &Outcome<'_>, b: &Outcome<'_>) -> Vec<Blend> {
    let busy = |outcome: &Outcome<'_>| (outcome.busy.busy, outcome.busy.paid);
    let shares = QUARTERS.into_iter().filter_map(Share::from_ppm);
    shares
        .map(|share| {
            let (first, second) = (a.run.time.range.mid, b.run.time.range.mid);
            Blend {
                share,
                cost: cost(share, a.cost.range.mid, b.cost.range.mid),
                parallel_training: parallel(share, first, second),
                serial_training: serial(share, first, second),
                utilization: utilization(share, busy(a), busy(b)),
            }
        })
        .collect()
}

fn rest(share: Share) -> Share {
    Share::from_ppm(Share::WHOLE.ppm() - share.ppm()).expect("the rest of a share is a share")
}

fn part(share: Share, amount: u64) -> u64 {
    let scaled = u128::from(amount) * u128::from(share.ppm());
    u64::try_from(scaled.div_ceil(u128::from(Share::WHOLE.ppm()))).unwrap_or(u64::MAX)
}

/// Rounded up: a blend never looks cheaper than it is.
fn linear(share: Share, a: i128, b: i128) -> i128 {
    let whole = i128::from(Share::WHOLE.ppm());
    let sum = a * i128::from(share.ppm()) + b * (whole - i128::from(share.ppm()));
    sum.div_euclid(whole) + i128::from(sum.rem_euclid(whole) > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(percent: u32) -> Share {
        Share::from_ppm(percent * 10_000).unwrap()
    }

    #[test]
    fn the_ends_are_the_designs() {
        let (a, b) = (Span::from_nanos(7), Span::from_nanos(1_000));
        for blend in [serial, parallel] {
            assert_eq!((blend(share(100), a, b), blend(share(0), a, b)), (a, b));
        }
        assert_eq!(
            cost(share(100), Money::from_nanos(7), Money::from_nanos(9)).nanos(),
            7
        );
        assert_eq!(utilization(share(50), (1.0, 2.0), (1.0, 6.0)), Some(0.25));
        assert_eq!(utilization(share(50), (0.0, 0.0), (0.0, 0.0)), None);
    }

    #[test]
    fn the_quantile_of_a_mixture_is_not_the_mean_of_quantiles() {
        // 90 of 100 requests take 1, ten of the other design take 100: the 95 % quantile of an even mix lies among the slow.
        let fast = vec![1.0; 100];
        let slow = vec![100.0; 100];
        assert_eq!(quantile(share(90), 0.85, &fast, &slow), Some(1.0));
        assert_eq!(quantile(share(90), 0.95, &fast, &slow), Some(100.0));
        assert_eq!(quantile(share(100), 0.99, &fast, &slow), Some(1.0));
        assert_eq!(quantile(share(100), 0.5, &[], &slow), None);
    }

    #[test]
    fn the_ends_of_blended_designs_are_the_designs() {
        use crate::design::{baseline, hybrid};
        use crate::example::{AsHere, batch_demand};
        use crate::outcome::{World, judge};

        let demand = batch_demand();
        let world = World {
            catalog: catalog::Catalog::shipped(),
            speeds: &AsHere,
        };
        let judged = |design| judge(world, &demand, &design, None).unwrap();
        let (a, b) = (judged(baseline(&demand)), judged(hybrid(&demand)));
        let all = blends(&a, &b);
        assert_eq!(
            (all[0].cost, all[4].cost),
            (b.cost.range.mid, a.cost.range.mid)
        );
        assert_eq!(all[4].parallel_training, a.run.time.range.mid);
        assert_eq!(all[0].utilization, b.utilization);
        assert!(
            all.iter()
                .all(|blend| blend.parallel_training <= blend.serial_training)
        );
    }

    proptest! {
        #[test]
        fn the_line_is_an_upper_bound_of_parallel_time(percent in 0_u32..=100, a in 0_u64..10_u64.pow(12), b in 0_u64..10_u64.pow(12)) {
            let (a, b) = (Span::from_nanos(a), Span::from_nanos(b));
            prop_assert!(parallel(share(percent), a, b) <= serial(share(percent), a, b).checked_add(Span::from_nanos(1)).unwrap());
        }
    }
}
