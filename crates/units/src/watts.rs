//! Power.

use std::ops::Mul;

use crate::form::{Form, Unit};
use crate::round::divide_half_even;
use crate::span::NANOS_PER_SECOND;
use crate::{Joules, Overflow, Span, text::text_form};

/// Power in microwatts, never negative.
///
/// Times a [`Span`] it is energy, rounded half to even to the microjoule.
///
/// ```
/// use units::{Span, Watts};
///
/// let power: Watts = "4.5 W".parse()?;
/// let span: Span = "2 s".parse()?;
/// assert_eq!((power * span)?.to_string(), "9 J");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watts(u64);

const FORM: Form = Form {
    expected: "power such as `4.5 W`",
    units: &[
        Unit {
            name: "uW",
            factor: 1,
        },
        Unit {
            name: "mW",
            factor: 1_000,
        },
        Unit {
            name: "W",
            factor: 1_000_000,
        },
        Unit {
            name: "kW",
            factor: 1_000_000_000,
        },
    ],
    smallest: "1 uW",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(Watts, u64, FORM);

impl Watts {
    /// From microwatts.
    ///
    /// ```
    /// assert_eq!(units::Watts::from_micros(4_500_000).to_string(), "4.5 W");
    /// ```
    pub const fn from_micros(microwatts: u64) -> Self {
        Self(microwatts)
    }

    /// In microwatts.
    ///
    /// ```
    /// assert_eq!(units::Watts::from_micros(7).micros(), 7);
    /// ```
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The sum of two powers.
    ///
    /// ```
    /// # use units::Watts;
    /// assert_eq!(Watts::from_micros(1).checked_add(Watts::from_micros(2)), Ok(Watts::from_micros(3)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(micros) => Ok(Self(micros)),
            None => Err(Overflow { quantity: "Watts" }),
        }
    }
}

impl Mul<Span> for Watts {
    type Output = Result<Joules, Overflow>;

    fn mul(self, span: Span) -> Self::Output {
        // Beyond an i128 it is far beyond what Joules holds, and the ceiling still is.
        let product = i128::from(self.0).saturating_mul(i128::from(span.nanos()));
        let micros = divide_half_even(product, NANOS_PER_SECOND);
        u64::try_from(micros)
            .map(Joules::from_micros)
            .map_err(|_| Overflow { quantity: "Joules" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn power_times_time_is_energy() {
        let cases = [
            ("1 W", "1 h", 3_600_000_000),
            ("3 W", "0.5 s", 1_500_000),
            // Half a microjoule goes to zero, one and a half to two.
            ("1 uW", "500 ms", 0),
            ("3 uW", "500 ms", 2),
        ];
        for (power, span, micros) in cases {
            let power: Watts = power.parse().unwrap();
            let span: Span = span.parse().unwrap();
            assert_eq!((power * span).unwrap().micros(), micros);
        }
    }

    #[test]
    fn too_much_energy_is_an_error() {
        assert!((Watts(u64::MAX) * Span::from_nanos(u64::MAX)).is_err());
        assert!(Watts(u64::MAX).checked_add(Watts(1)).is_err());
        assert!("5".parse::<Watts>().is_err());
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_power(micros in any::<u64>()) {
            let power = Watts(micros);
            prop_assert_eq!(power.to_string().parse::<Watts>(), Ok(power));
        }

        #[test]
        fn whole_seconds_are_exact(micros in any::<u32>(), seconds in any::<u16>()) {
            let energy = Watts(u64::from(micros)) * Span::from_seconds(u64::from(seconds)).unwrap();
            prop_assert_eq!(energy.unwrap().micros(), u64::from(micros) * u64::from(seconds));
        }
    }
}
