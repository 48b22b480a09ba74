//! A figure with its interval.

use serde::{Deserialize, Serialize};
use units::{Money, Overflow, Span};

/// A figure that is known to an interval: its 10 %, 50 % and 90 % ends. A measured figure may have three equal ends.
///
/// Sums add end by end, as if all parts were slow together: the interval is never narrower than that of independent parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range<T> {
    /// One in ten is below.
    pub low: T,
    /// As many are below as above.
    pub mid: T,
    /// One in ten is above.
    pub high: T,
}

impl<T: Copy> Range<T> {
    /// A figure without a spread.
    pub fn exact(value: T) -> Self {
        Self {
            low: value,
            mid: value,
            high: value,
        }
    }

    /// The same change of each end; an increasing one, or the ends change places.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Range<U> {
        Range {
            low: change(self.low),
            mid: change(self.mid),
            high: change(self.high),
        }
    }

    /// The same change of each end, where it succeeds for all.
    pub fn try_map<U, E>(self, change: impl Fn(T) -> Result<U, E>) -> Result<Range<U>, E> {
        Ok(Range {
            low: change(self.low)?,
            mid: change(self.mid)?,
            high: change(self.high)?,
        })
    }

    /// Both, end by end.
    pub fn zip<U: Copy>(self, other: Range<U>) -> Range<(T, U)> {
        Range {
            low: (self.low, other.low),
            mid: (self.mid, other.mid),
            high: (self.high, other.high),
        }
    }
}

impl Range<Span> {
    /// The sum, end by end.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.zip(other).try_map(|(a, b)| a.checked_add(b))
    }

    /// In seconds, for statistics and for display.
    pub fn seconds(self) -> Range<f64> {
        self.map(Span::as_seconds)
    }

    /// From seconds; below zero is zero, and what no span holds is its longest.
    pub fn from_seconds(seconds: Range<f64>) -> Self {
        seconds.map(|seconds| Span::from_nanos((seconds.max(0.0) * 1e9).round() as u64))
    }
}

impl Range<Money> {
    /// Nothing.
    pub const FREE: Self = Self {
        low: Money::ZERO,
        mid: Money::ZERO,
        high: Money::ZERO,
    };

    /// The sum, end by end.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.zip(other).try_map(|(a, b)| a.checked_add(b))
    }

    /// The sum of many, end by end.
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        all.into_iter().try_fold(Self::FREE, Self::plus)
    }

    /// So many times.
    pub fn times(self, count: u64) -> Result<Self, Overflow> {
        self.try_map(|amount| amount.checked_times(count))
    }

    /// In dollars, for scores and for display.
    pub fn dollars(self) -> Range<f64> {
        self.map(|amount| amount.nanos() as f64 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(low: u64, mid: u64, high: u64) -> Range<Span> {
        Range { low, mid, high }.map(Span::from_nanos)
    }

    #[test]
    fn sums_add_end_by_end() {
        assert_eq!(
            range(1, 2, 3).plus(range(10, 20, 30)),
            Ok(range(11, 22, 33))
        );
        let cent = Range::exact(Money::from_cents(1));
        assert_eq!(Range::sum([cent; 3]), cent.times(3));
        assert!(
            Range::exact(Span::from_nanos(u64::MAX))
                .plus(range(0, 0, 1))
                .is_err()
        );
    }

    #[test]
    fn no_time_is_negative() {
        let seconds = Range {
            low: -1.0,
            mid: 0.5,
            high: 1.0,
        };
        assert_eq!(
            Range::from_seconds(seconds),
            range(0, 500_000_000, 1_000_000_000)
        );
    }

    proptest! {
        #[test]
        fn seconds_there_and_back_keep_a_microsecond(nanos in 0_u64..10_u64.pow(16)) {
            let back = Range::from_seconds(range(nanos, nanos, nanos).seconds());
            prop_assert!(back.mid.nanos().abs_diff(nanos) <= 1_000);
        }
    }
}
