//! Events in time.

use crate::form::{Form, Unit};
use crate::span::NANOS_PER_HOUR;
use crate::{Span, text::text_form};

const MICROS_PER_EVENT: i128 = 1_000_000;
const SECONDS_PER_HOUR: i128 = 3_600;

/// A rate of events, such as requests a second; never negative.
///
/// Held in millionths of an event an hour, so that whole rates a second, a minute and an hour are all exact.
///
/// ```
/// use units::{Rate, Span};
///
/// let rate: Rate = "200 /s".parse()?;
/// let span: Span = "2 s".parse()?;
/// assert_eq!(rate.whole_events_in(span), 400);
/// assert_eq!(rate, "12000 /min".parse()?);
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u64);

const FORM: Form = Form {
    expected: "a rate such as `200 /s`",
    units: &[
        Unit {
            name: "/h",
            factor: MICROS_PER_EVENT,
        },
        Unit {
            name: "/min",
            factor: 60 * MICROS_PER_EVENT,
        },
        Unit {
            name: "/s",
            factor: SECONDS_PER_HOUR * MICROS_PER_EVENT,
        },
    ],
    smallest: "0.000001 /h",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(Rate, u64, FORM);

impl Rate {
    /// Whether nothing ever happens.
    ///
    /// ```
    /// assert!(units::Rate::default().is_zero());
    /// ```
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Events a second, for statistics and for generators.
    ///
    /// ```
    /// assert_eq!("90 /min".parse::<units::Rate>()?.per_second(), 1.5);
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn per_second(self) -> f64 {
        self.0 as f64 / (SECONDS_PER_HOUR * MICROS_PER_EVENT) as f64
    }

    /// Events completed within a span, the rest cut off; as many as a `u64` holds at most.
    ///
    /// ```
    /// # use units::{Rate, Span};
    /// let rate: Rate = "1 /min".parse()?;
    /// assert_eq!(rate.whole_events_in("119 s".parse()?), 1);
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn whole_events_in(self, span: Span) -> u64 {
        // The product of two u64 needs all bits of a u128.
        let micro_event_nanos = u128::from(self.0) * u128::from(span.nanos());
        let one_event = (MICROS_PER_EVENT * NANOS_PER_HOUR).unsigned_abs();
        u64::try_from(micro_event_nanos / one_event).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_of_each_period_are_exact() {
        let cases = [
            ("200 /s", 200.0, "200 /s"),
            ("60 /min", 1.0, "1 /s"),
            ("90/min", 1.5, "90 /min"),
            ("0.5 /s", 0.5, "30 /min"),
            ("1 /h", 1.0 / 3_600.0, "1 /h"),
            ("0.000001 /h", 1.0 / 3_600_000_000.0, "0.000001 /h"),
            ("0 /s", 0.0, "0 /h"),
        ];
        for (text, per_second, printed) in cases {
            let rate: Rate = text.parse().unwrap();
            assert!((rate.per_second() - per_second).abs() < 1e-15, "{text}");
            assert_eq!(rate.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn a_bare_number_and_a_duration_are_no_rate() {
        assert_eq!(
            "200".parse::<Rate>().unwrap_err().to_string(),
            "`200` has no unit, expected a rate such as `200 /s` (units: /h, /min, /s)"
        );
        assert!("200 s".parse::<Rate>().is_err());
        assert!("-1 /s".parse::<Rate>().is_err());
    }

    #[test]
    fn the_count_of_events_saturates() {
        assert_eq!(
            Rate(u64::MAX).whole_events_in(Span::from_nanos(u64::MAX)),
            u64::MAX
        );
        assert_eq!(Rate(u64::MAX).whole_events_in(Span::ZERO), 0);
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_rate(micros in any::<u64>()) {
            let rate = Rate(micros);
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }

        #[test]
        fn whole_rates_a_second_count_exactly(per_second in 0_u64..1_000_000, seconds in 0_u64..1_000_000) {
            let rate: Rate = format!("{per_second} /s").parse().unwrap();
            let span = Span::from_seconds(seconds).unwrap();
            prop_assert_eq!(rate.whole_events_in(span), per_second * seconds);
        }
    }
}
