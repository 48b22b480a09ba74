//! Money a month: budgets and standing charges.

use crate::form::{Form, Unit};
use crate::money::NANOS_PER_DOLLAR;
use crate::{Money, text::text_form};

/// Money a month, a month being 730 hours as in cloud price lists.
///
/// ```
/// use units::{Money, MonthlyMoney};
///
/// let budget: MonthlyMoney = "20 USD/month".parse()?;
/// assert_eq!(budget.a_month(), Money::from_cents(2_000));
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthlyMoney(i64);

const FORM: Form = Form {
    expected: "money a month such as `20 USD/month`",
    units: &[Unit {
        name: "USD/month",
        factor: NANOS_PER_DOLLAR,
    }],
    smallest: "0.000000001 USD/month",
    least: i64::MIN as i128,
    most: i64::MAX as i128,
};

text_form!(MonthlyMoney, i64, FORM);

impl MonthlyMoney {
    /// Hours in a month: 365 x 24 / 12.
    pub const HOURS: u64 = 730;

    /// Money for one month.
    ///
    /// ```
    /// # use units::{Money, MonthlyMoney};
    /// assert_eq!(MonthlyMoney::new(Money::from_cents(150)).to_string(), "1.5 USD/month");
    /// ```
    pub const fn new(a_month: Money) -> Self {
        Self(a_month.nanos())
    }

    /// What one month is.
    ///
    /// ```
    /// # use units::{Money, MonthlyMoney};
    /// assert_eq!(MonthlyMoney::new(Money::ZERO).a_month(), Money::ZERO);
    /// ```
    pub const fn a_month(self) -> Money {
        Money::from_nanos(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_period_and_a_bare_number_are_refused() {
        let cases = [
            (
                "20",
                "`20` has no unit, expected money a month such as `20 USD/month`",
            ),
            (
                "20 USD/year",
                "`USD/year` in `20 USD/year` is not a unit here, expected money a month such as `20 USD/month`",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(
                text.parse::<MonthlyMoney>().unwrap_err().to_string(),
                message
            );
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_amount(nanos in any::<i64>()) {
            let money = MonthlyMoney(nanos);
            prop_assert_eq!(money.to_string().parse::<MonthlyMoney>(), Ok(money));
        }
    }
}
