//! A duration.

use std::time::Duration;

use crate::form::{Form, Unit};
use crate::{Overflow, text::text_form};

pub(crate) const NANOS_PER_SECOND: i128 = 1_000_000_000;
pub(crate) const NANOS_PER_HOUR: i128 = 3_600 * NANOS_PER_SECOND;

/// A duration in nanoseconds, never negative; at most 584 years.
///
/// ```
/// use units::Span;
///
/// let limit: Span = "10 min".parse()?;
/// assert_eq!(limit.whole_seconds(), 600);
/// assert_eq!(Span::from_millis(1_500)?.to_string(), "1.5 s");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

const FORM: Form = Form {
    expected: "a duration such as `50 ms`",
    units: &[
        Unit {
            name: "ns",
            factor: 1,
        },
        Unit {
            name: "us",
            factor: 1_000,
        },
        Unit {
            name: "ms",
            factor: 1_000_000,
        },
        Unit {
            name: "s",
            factor: NANOS_PER_SECOND,
        },
        Unit {
            name: "min",
            factor: 60 * NANOS_PER_SECOND,
        },
        Unit {
            name: "h",
            factor: NANOS_PER_HOUR,
        },
        Unit {
            name: "d",
            factor: 24 * NANOS_PER_HOUR,
        },
    ],
    smallest: "1 ns",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(Span, u64, FORM);

impl Span {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// From nanoseconds.
    ///
    /// ```
    /// assert_eq!(units::Span::from_nanos(2_000).to_string(), "2 us");
    /// ```
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// From milliseconds.
    ///
    /// ```
    /// assert_eq!(units::Span::from_millis(50)?.to_string(), "50 ms");
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub const fn from_millis(millis: u64) -> Result<Self, Overflow> {
        match millis.checked_mul(1_000_000) {
            Some(nanos) => Ok(Self(nanos)),
            None => Err(OVERFLOW),
        }
    }

    /// From seconds.
    ///
    /// ```
    /// assert_eq!(units::Span::from_seconds(7_200)?.to_string(), "2 h");
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub const fn from_seconds(seconds: u64) -> Result<Self, Overflow> {
        match seconds.checked_mul(NANOS_PER_SECOND as u64) {
            Some(nanos) => Ok(Self(nanos)),
            None => Err(OVERFLOW),
        }
    }

    /// In nanoseconds.
    ///
    /// ```
    /// assert_eq!(units::Span::from_nanos(5).nanos(), 5);
    /// ```
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// In whole milliseconds, the rest cut off.
    ///
    /// ```
    /// assert_eq!(units::Span::from_nanos(1_999_999).whole_millis(), 1);
    /// ```
    pub const fn whole_millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// In whole seconds, the rest cut off.
    ///
    /// ```
    /// assert_eq!(units::Span::from_millis(1_999)?.whole_seconds(), 1);
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub const fn whole_seconds(self) -> u64 {
        self.0 / NANOS_PER_SECOND as u64
    }

    /// In seconds, for statistics and for display.
    ///
    /// ```
    /// assert_eq!(units::Span::from_millis(1_500)?.as_seconds(), 1.5);
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The sum of two durations.
    ///
    /// ```
    /// # use units::Span;
    /// assert_eq!(Span::from_nanos(1).checked_add(Span::from_nanos(2)), Ok(Span::from_nanos(3)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(nanos) => Ok(Self(nanos)),
            None => Err(OVERFLOW),
        }
    }

    /// The sum of many durations.
    ///
    /// ```
    /// # use units::Span;
    /// assert_eq!(Span::sum([Span::from_nanos(1); 3]), Ok(Span::from_nanos(3)));
    /// ```
    pub fn sum(spans: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        spans.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// Within the range of a [`Span`] both are exact.
impl TryFrom<Duration> for Span {
    type Error = Overflow;

    fn try_from(duration: Duration) -> Result<Self, Overflow> {
        u64::try_from(duration.as_nanos())
            .map(Self)
            .map_err(|_| OVERFLOW)
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self::from_nanos(span.0)
    }
}

const OVERFLOW: Overflow = Overflow { quantity: "Span" };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_is_read_and_a_short_form_is_printed() {
        let cases = [
            ("0 s", 0, "0 ns"),
            ("50 ms", 50_000_000, "50 ms"),
            ("0.5 ms", 500_000, "500 us"),
            ("10min", 600_000_000_000, "10 min"),
            ("60 min", 3_600_000_000_000, "1 h"),
            ("1.5 h", 5_400_000_000_000, "90 min"),
            ("7 d", 604_800_000_000_000, "7 d"),
            ("7 ns", 7, "7 ns"),
            ("1234567 us", 1_234_567_000, "1234567 us"),
        ];
        for (text, nanos, printed) in cases {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.nanos(), nanos, "{text}");
            assert_eq!(span.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_the_units() {
        let cases = [
            (
                "50",
                "`50` has no unit, expected a duration such as `50 ms` (units: ns, us, ms, s, min, h, d)",
            ),
            (
                "5 weeks",
                "`weeks` in `5 weeks` is not a unit here, expected a duration such as `50 ms` (units: ns, us, ms, s, min, h, d)",
            ),
            ("0.5 ns", "`0.5 ns` is finer than the smallest step, 1 ns"),
        ];
        for (text, message) in cases {
            assert_eq!(text.parse::<Span>().unwrap_err().to_string(), message);
        }
        for text in [
            "-1 s",
            "300000 d",
            "99999999999999999999999999999999999999999 s",
        ] {
            let message = text.parse::<Span>().unwrap_err().to_string();
            assert!(message.contains("is out of range"), "{message}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(Span::from_millis(u64::MAX), Err(OVERFLOW));
        assert_eq!(Span::from_seconds(u64::MAX), Err(OVERFLOW));
        assert_eq!(
            Span::from_nanos(u64::MAX).checked_add(Span::from_nanos(1)),
            Err(OVERFLOW)
        );
        assert_eq!(Span::try_from(Duration::MAX), Err(OVERFLOW));
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_span(nanos in any::<u64>()) {
            let span = Span(nanos);
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }

        #[test]
        fn round_numbers_of_each_unit_return(number in 0_u64..200_000, unit in 0_usize..7) {
            let text = format!("{number} {}", FORM.units[unit].name);
            let span: Span = text.parse().unwrap();
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }

        #[test]
        fn std_durations_return(nanos in any::<u64>()) {
            prop_assert_eq!(Span::try_from(Duration::from(Span(nanos))), Ok(Span(nanos)));
        }
    }
}
