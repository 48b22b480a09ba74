//! Energy.

use crate::form::{Form, Unit};
use crate::{Overflow, text::text_form};

/// Energy in microjoules, never negative.
///
/// ```
/// use units::Joules;
///
/// assert_eq!("14 J".parse::<Joules>()?.micros(), 14_000_000);
/// assert_eq!("1 kWh".parse::<Joules>()?.to_string(), "1 kWh");
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Joules(u64);

const FORM: Form = Form {
    expected: "energy such as `14 J`",
    units: &[
        Unit {
            name: "uJ",
            factor: 1,
        },
        Unit {
            name: "mJ",
            factor: 1_000,
        },
        Unit {
            name: "J",
            factor: 1_000_000,
        },
        Unit {
            name: "kJ",
            factor: 1_000_000_000,
        },
        Unit {
            name: "kWh",
            factor: 3_600_000_000_000,
        },
    ],
    smallest: "1 uJ",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(Joules, u64, FORM);

impl Joules {
    /// No energy.
    pub const ZERO: Self = Self(0);

    /// From microjoules.
    ///
    /// ```
    /// assert_eq!(units::Joules::from_micros(14_000_000).to_string(), "14 J");
    /// ```
    pub const fn from_micros(microjoules: u64) -> Self {
        Self(microjoules)
    }

    /// In microjoules.
    ///
    /// ```
    /// assert_eq!(units::Joules::from_micros(7).micros(), 7);
    /// ```
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// In joules, for statistics and for display.
    ///
    /// ```
    /// assert_eq!(units::Joules::from_micros(1_500_000).as_joules(), 1.5);
    /// ```
    pub fn as_joules(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The sum of two amounts.
    ///
    /// ```
    /// # use units::Joules;
    /// assert_eq!(Joules::from_micros(1).checked_add(Joules::from_micros(2)), Ok(Joules::from_micros(3)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(micros) => Ok(Self(micros)),
            None => Err(Overflow { quantity: "Joules" }),
        }
    }

    /// The sum of many amounts.
    ///
    /// ```
    /// # use units::Joules;
    /// assert_eq!(Joules::sum([Joules::from_micros(1); 3]), Ok(Joules::from_micros(3)));
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
    fn every_unit_is_read() {
        let cases = [
            ("14 J", 14_000_000, "14 J"),
            ("0.5 J", 500_000, "500 mJ"),
            ("2 kWh", 7_200_000_000_000, "2 kWh"),
            ("3.6 kJ", 3_600_000_000, "3.6 kJ"),
            ("0 J", 0, "0 uJ"),
        ];
        for (text, micros, printed) in cases {
            let energy: Joules = text.parse().unwrap();
            assert_eq!(energy.micros(), micros, "{text}");
            assert_eq!(energy.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn sums_are_checked_and_power_is_no_energy() {
        assert!(Joules::sum([Joules(u64::MAX), Joules(1)]).is_err());
        assert_eq!(
            "5 W".parse::<Joules>().unwrap_err().to_string(),
            "`W` in `5 W` is not a unit here, expected energy such as `14 J` (units: uJ, mJ, J, kJ, kWh)"
        );
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_energy(micros in any::<u64>()) {
            let energy = Joules(micros);
            prop_assert_eq!(energy.to_string().parse::<Joules>(), Ok(energy));
        }
    }
}
