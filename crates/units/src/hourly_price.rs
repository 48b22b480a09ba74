//! A price for each hour of use.

use std::ops::Mul;

use crate::form::{Form, Unit};
use crate::money::NANOS_PER_DOLLAR;
use crate::round::divide_half_even;
use crate::span::NANOS_PER_HOUR;
use crate::{Money, MonthlyMoney, Overflow, Span, text::text_form};

/// Money an hour.
///
/// Times a [`Span`] it is [`Money`], rounded half to even to the nano-dollar: the one place where a price is rounded.
///
/// ```
/// use units::{HourlyPrice, Span};
///
/// let price: HourlyPrice = "0.115 USD/h".parse()?;
/// let span: Span = "90 s".parse()?;
/// assert_eq!((price * span)?.to_string(), "0.002875 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HourlyPrice(i64);

const FORM: Form = Form {
    expected: "a price an hour such as `0.115 USD/h`",
    units: &[Unit {
        name: "USD/h",
        factor: NANOS_PER_DOLLAR,
    }],
    smallest: "0.000000001 USD/h",
    least: i64::MIN as i128,
    most: i64::MAX as i128,
};

text_form!(HourlyPrice, i64, FORM);

impl HourlyPrice {
    /// Money for one hour.
    ///
    /// ```
    /// # use units::{HourlyPrice, Money};
    /// assert_eq!(HourlyPrice::new(Money::from_cents(10)).to_string(), "0.1 USD/h");
    /// ```
    pub const fn new(an_hour: Money) -> Self {
        Self(an_hour.nanos())
    }

    /// What one hour costs.
    ///
    /// ```
    /// # use units::{HourlyPrice, Money};
    /// assert_eq!(HourlyPrice::new(Money::from_cents(10)).an_hour(), Money::from_cents(10));
    /// ```
    pub const fn an_hour(self) -> Money {
        Money::from_nanos(self.0)
    }

    /// What a month of use without pause costs.
    ///
    /// ```
    /// # use units::{HourlyPrice, Money};
    /// let price = HourlyPrice::new(Money::from_cents(10));
    /// assert_eq!(price.a_month()?.to_string(), "73 USD/month");
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub fn a_month(self) -> Result<MonthlyMoney, Overflow> {
        self.an_hour()
            .checked_times(MonthlyMoney::HOURS)
            .map(MonthlyMoney::new)
    }
}

impl Mul<Span> for HourlyPrice {
    type Output = Result<Money, Overflow>;

    fn mul(self, span: Span) -> Self::Output {
        // An i64 times a u64 always fits into an i128.
        let nanos = i128::from(self.0) * i128::from(span.nanos());
        Money::from_wide(divide_half_even(nanos, NANOS_PER_HOUR))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_price_times_a_span_is_money_rounded_half_to_even() {
        let cases = [
            ("0.115 USD/h", "1 h", "0.115 USD"),
            ("0.115 USD/h", "0 s", "0 USD"),
            ("3.6 USD/h", "1 ms", "0.000001 USD"),
            // Half a nano-dollar goes to zero, one and a half to two.
            ("0.000000001 USD/h", "30 min", "0 USD"),
            ("0.000000003 USD/h", "30 min", "0.000000002 USD"),
        ];
        for (price, span, money) in cases {
            let price: HourlyPrice = price.parse().unwrap();
            let span: Span = span.parse().unwrap();
            assert_eq!((price * span).unwrap().to_string(), money);
        }
    }

    #[test]
    fn the_longest_span_at_the_highest_price_is_an_error_not_a_wrap() {
        let most = HourlyPrice(i64::MAX);
        assert!((most * Span::from_nanos(u64::MAX)).is_err());
        assert!(most.a_month().is_err());
    }

    #[test]
    fn money_alone_is_no_price() {
        let error = "0.1 USD".parse::<HourlyPrice>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`USD` in `0.1 USD` is not a unit here, expected a price an hour such as `0.115 USD/h`"
        );
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_price(nanos in any::<i64>()) {
            let price = HourlyPrice(nanos);
            prop_assert_eq!(price.to_string().parse::<HourlyPrice>(), Ok(price));
        }

        #[test]
        fn whole_hours_are_exact(nanos in -1_000_000_000_i64..1_000_000_000, hours in 0_u64..10_000) {
            let span = Span::from_seconds(hours * 3_600).unwrap();
            let expected = Money::from_nanos(nanos).checked_times(hours);
            prop_assert_eq!(HourlyPrice(nanos) * span, expected);
        }

        #[test]
        fn a_longer_span_never_costs_less(nanos in 0_i64..1_000_000_000_000, a in any::<u32>(), b in any::<u32>()) {
            let cost = |n: u32| (HourlyPrice(nanos) * Span::from_nanos(u64::from(n))).unwrap();
            prop_assert!(cost(a.min(b)) <= cost(a.max(b)));
        }
    }
}
