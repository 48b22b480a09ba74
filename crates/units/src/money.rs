//! Money: signed nano-dollars.

use crate::form::{Form, Unit};
use crate::round::divide_half_even;
use crate::{Overflow, text::text_form};

pub(crate) const NANOS_PER_DOLLAR: i128 = 1_000_000_000;
const NANOS_PER_CENT: i128 = NANOS_PER_DOLLAR / 100;

/// An amount of US dollars, exact to the nano-dollar; negative for a credit.
///
/// There is no way from a binary fraction to money, and no product of money with money.
///
/// ```
/// use units::Money;
///
/// let price: Money = "0.115 USD".parse()?;
/// assert_eq!(price.nanos(), 115_000_000);
/// assert_eq!(price.to_string(), "0.115 USD");
/// assert_eq!(Money::sum([price, price])?.to_string(), "0.23 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

const FORM: Form = Form {
    expected: "an amount of money such as `0.115 USD`",
    units: &[Unit {
        name: "USD",
        factor: NANOS_PER_DOLLAR,
    }],
    smallest: "0.000000001 USD",
    least: i64::MIN as i128,
    most: i64::MAX as i128,
};

text_form!(Money, i64, FORM);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// From nano-dollars.
    ///
    /// ```
    /// assert_eq!(units::Money::from_nanos(-5).to_string(), "-0.000000005 USD");
    /// ```
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From whole cents.
    ///
    /// ```
    /// assert_eq!(units::Money::from_cents(115).to_string(), "1.15 USD");
    /// ```
    pub const fn from_cents(cents: i32) -> Self {
        Self(cents as i64 * NANOS_PER_CENT as i64)
    }

    /// In nano-dollars.
    ///
    /// ```
    /// assert_eq!(units::Money::from_cents(1).nanos(), 10_000_000);
    /// ```
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The sum of two amounts.
    ///
    /// ```
    /// # use units::Money;
    /// assert_eq!(Money::from_cents(1).checked_add(Money::from_cents(2)), Ok(Money::from_cents(3)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(nanos) => Ok(Self(nanos)),
            None => Err(OVERFLOW),
        }
    }

    /// This amount less another.
    ///
    /// ```
    /// # use units::Money;
    /// assert_eq!(Money::from_cents(1).checked_sub(Money::from_cents(2)), Ok(Money::from_cents(-1)));
    /// ```
    pub const fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_sub(other.0) {
            Some(nanos) => Ok(Self(nanos)),
            None => Err(OVERFLOW),
        }
    }

    /// This amount a number of times, such as a price for each request.
    ///
    /// ```
    /// # use units::Money;
    /// assert_eq!(Money::from_nanos(400).checked_times(1_000), Ok(Money::from_nanos(400_000)));
    /// ```
    pub fn checked_times(self, count: u64) -> Result<Self, Overflow> {
        Self::from_wide(i128::from(self.0).saturating_mul(i128::from(count)))
    }

    /// The sum of many amounts, exact to the last nano-dollar.
    ///
    /// ```
    /// # use units::Money;
    /// assert_eq!(Money::sum([Money::from_nanos(1); 3]), Ok(Money::from_nanos(3)));
    /// ```
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        // Summed wide, so that the order of credits and charges does not decide whether it fits.
        let mut total = 0_i128;
        for amount in amounts {
            total = total.saturating_add(i128::from(amount.0));
        }
        Self::from_wide(total)
    }

    /// The nearest whole cent, a tie going to the even one.
    ///
    /// ```
    /// # use units::Money;
    /// let amount: Money = "0.125 USD".parse()?;
    /// assert_eq!(amount.round_half_even_to_cents(), Money::from_cents(12));
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn round_half_even_to_cents(self) -> Self {
        let cents = divide_half_even(i128::from(self.0), NANOS_PER_CENT);
        // Next to the ends of the range the nearest cent may lie outside: the end itself is then the best answer.
        let limit = i128::from(i64::MAX) / NANOS_PER_CENT;
        let nanos = cents.clamp(-limit, limit) * NANOS_PER_CENT;
        Self(i64::try_from(nanos).expect("clamped to what fits"))
    }

    pub(crate) fn from_wide(nanos: i128) -> Result<Self, Overflow> {
        i64::try_from(nanos).map(Self).map_err(|_| OVERFLOW)
    }
}

const OVERFLOW: Overflow = Overflow { quantity: "Money" };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ParseError;

    #[test]
    fn exact_decimals_are_read_and_printed() {
        let cases = [
            ("0 USD", 0, "0 USD"),
            ("0.115 USD", 115_000_000, "0.115 USD"),
            ("0.0000004USD", 400, "0.0000004 USD"),
            ("-3.50 USD", -3_500_000_000, "-3.5 USD"),
            (" 12345.6 USD ", 12_345_600_000_000, "12345.6 USD"),
            ("0.000000001 USD", 1, "0.000000001 USD"),
        ];
        for (text, nanos, printed) in cases {
            let money: Money = text.parse().unwrap();
            assert_eq!(money.nanos(), nanos, "{text}");
            assert_eq!(money.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_no_money_is_refused_with_the_reason() {
        let cases = [
            (
                "5",
                "`5` has no unit, expected an amount of money such as `0.115 USD`",
            ),
            (
                "5 EUR",
                "`EUR` in `5 EUR` is not a unit here, expected an amount of money such as `0.115 USD`",
            ),
            (
                "five USD",
                "`five USD` does not start with a number, expected an amount of money such as `0.115 USD`",
            ),
            (
                "1.2.3 USD",
                "`1.2.3 USD` does not start with a number, expected an amount of money such as `0.115 USD`",
            ),
            (
                "0.0000000001 USD",
                "`0.0000000001 USD` is finer than the smallest step, 0.000000001 USD",
            ),
            (
                "9999999999 USD",
                "`9999999999 USD` is out of range, expected -9223372036.854775808 USD to 9223372036.854775807 USD",
            ),
        ];
        for (text, message) in cases {
            let error: ParseError = text.parse::<Money>().unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn sums_beyond_the_range_are_errors_and_the_order_does_not_matter() {
        let (most, one) = (Money::from_nanos(i64::MAX), Money::from_nanos(1));
        assert_eq!(most.checked_add(one), Err(OVERFLOW));
        assert_eq!(Money::from_nanos(i64::MIN).checked_sub(one), Err(OVERFLOW));
        assert_eq!(most.checked_times(2), Err(OVERFLOW));
        let credit = Money::from_nanos(-1);
        assert_eq!(Money::sum([most, one, credit]), Ok(most));
        assert_eq!(
            OVERFLOW.to_string(),
            "the result is beyond what `Money` holds"
        );
    }

    #[test]
    fn cents_are_rounded_half_to_even() {
        let cases = [
            ("0.005 USD", "0 USD"),
            ("0.015 USD", "0.02 USD"),
            ("0.0149999 USD", "0.01 USD"),
            ("-0.005 USD", "0 USD"),
            ("-0.015 USD", "-0.02 USD"),
        ];
        for (text, rounded) in cases {
            let money: Money = text.parse().unwrap();
            assert_eq!(
                money.round_half_even_to_cents().to_string(),
                rounded,
                "{text}"
            );
        }
        assert_eq!(
            Money::from_nanos(i64::MAX)
                .round_half_even_to_cents()
                .to_string(),
            "9223372036.85 USD"
        );
    }

    #[test]
    fn serde_takes_text_alone() {
        let money: Money = serde_json::from_str("\"1.5 USD\"").unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), "\"1.5 USD\"");
        for bare in ["5", "5.0", "-5"] {
            let error = serde_json::from_str::<Money>(bare).unwrap_err().to_string();
            assert!(error.contains("has no unit"), "{bare}: {error}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_amount(nanos in any::<i64>()) {
            let money = Money::from_nanos(nanos);
            prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
        }

        #[test]
        fn sums_are_exact_whatever_the_order(parts in prop::collection::vec(-1_000_000_000_000_i64..1_000_000_000_000, 0..50)) {
            let total: i64 = parts.iter().sum();
            let forth = Money::sum(parts.iter().map(|&n| Money::from_nanos(n)));
            let back = Money::sum(parts.iter().rev().map(|&n| Money::from_nanos(n)));
            prop_assert_eq!(forth, Ok(Money::from_nanos(total)));
            prop_assert_eq!(forth, back);
        }

        #[test]
        fn addition_is_associative(a in any::<i32>(), b in any::<i32>(), c in any::<i32>()) {
            let [a, b, c] = [a, b, c].map(|n| Money::from_nanos(i64::from(n)));
            let left = a.checked_add(b).and_then(|sum| sum.checked_add(c));
            let right = b.checked_add(c).and_then(|sum| a.checked_add(sum));
            prop_assert_eq!(left, right);
        }
    }
}
