//! Greenhouse gas.

use crate::form::{Form, Unit};
use crate::{Overflow, text::text_form};

/// Greenhouse gas as grams of carbon dioxide with the same effect, in micrograms; never negative.
///
/// ```
/// use units::GramsCo2;
///
/// assert_eq!("1.2 gCO2e".parse::<GramsCo2>()?.micros(), 1_200_000);
/// assert_eq!("3 kgCO2e".parse::<GramsCo2>()?.to_string(), "3 kgCO2e");
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GramsCo2(u64);

const FORM: Form = Form {
    expected: "greenhouse gas such as `1.2 gCO2e`",
    units: &[
        Unit {
            name: "ugCO2e",
            factor: 1,
        },
        Unit {
            name: "mgCO2e",
            factor: 1_000,
        },
        Unit {
            name: "gCO2e",
            factor: 1_000_000,
        },
        Unit {
            name: "kgCO2e",
            factor: 1_000_000_000,
        },
    ],
    smallest: "1 ugCO2e",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(GramsCo2, u64, FORM);

impl GramsCo2 {
    /// None.
    pub const ZERO: Self = Self(0);

    /// From micrograms.
    ///
    /// ```
    /// assert_eq!(units::GramsCo2::from_micros(2_000_000).to_string(), "2 gCO2e");
    /// ```
    pub const fn from_micros(micrograms: u64) -> Self {
        Self(micrograms)
    }

    /// In micrograms.
    ///
    /// ```
    /// assert_eq!(units::GramsCo2::from_micros(7).micros(), 7);
    /// ```
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The sum of two amounts.
    ///
    /// ```
    /// # use units::GramsCo2;
    /// let one = GramsCo2::from_micros(1);
    /// assert_eq!(one.checked_add(one), Ok(GramsCo2::from_micros(2)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(micros) => Ok(Self(micros)),
            None => Err(Overflow {
                quantity: "GramsCo2",
            }),
        }
    }

    /// The sum of many amounts.
    ///
    /// ```
    /// # use units::GramsCo2;
    /// assert_eq!(GramsCo2::sum([GramsCo2::from_micros(1); 3]), Ok(GramsCo2::from_micros(3)));
    /// ```
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_grams_are_refused() {
        let error = "5 g".parse::<GramsCo2>().unwrap_err().to_string();
        assert!(
            error.starts_with("`g` in `5 g` is not a unit here"),
            "{error}"
        );
        assert!(GramsCo2::sum([GramsCo2(u64::MAX), GramsCo2(1)]).is_err());
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_amount(micros in any::<u64>()) {
            let amount = GramsCo2(micros);
            prop_assert_eq!(amount.to_string().parse::<GramsCo2>(), Ok(amount));
        }
    }
}
