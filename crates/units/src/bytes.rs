//! An amount of data.

use crate::form::{Form, Unit};
use crate::{Overflow, text::text_form};

/// Bytes, in decimal units (`20 GB`) or binary ones (`64 MiB`).
///
/// ```
/// use units::Bytes;
///
/// let size: Bytes = "64 MiB".parse()?;
/// assert_eq!(size.get(), 67_108_864);
/// assert_eq!(size.to_string(), "64 MiB");
/// assert_eq!("20 GB".parse::<Bytes>()?.get(), 20_000_000_000);
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(u64);

const FORM: Form = Form {
    expected: "an amount of data such as `20 GB`",
    units: &[
        Unit {
            name: "B",
            factor: 1,
        },
        Unit {
            name: "kB",
            factor: 1_000,
        },
        Unit {
            name: "KiB",
            factor: 1 << 10,
        },
        Unit {
            name: "MB",
            factor: 1_000_000,
        },
        Unit {
            name: "MiB",
            factor: 1 << 20,
        },
        Unit {
            name: "GB",
            factor: 1_000_000_000,
        },
        Unit {
            name: "GiB",
            factor: 1 << 30,
        },
        Unit {
            name: "TB",
            factor: 1_000_000_000_000,
        },
        Unit {
            name: "TiB",
            factor: 1 << 40,
        },
    ],
    smallest: "1 B",
    least: 0,
    most: u64::MAX as i128,
};

text_form!(Bytes, u64, FORM);

impl Bytes {
    /// No data.
    pub const ZERO: Self = Self(0);

    /// A number of bytes.
    ///
    /// ```
    /// assert_eq!(units::Bytes::new(2_048).to_string(), "2 KiB");
    /// ```
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// A number of mebibytes.
    ///
    /// ```
    /// assert_eq!(units::Bytes::from_mib(64)?, units::Bytes::new(64 << 20));
    /// # Ok::<(), units::Overflow>(())
    /// ```
    pub const fn from_mib(mebibytes: u64) -> Result<Self, Overflow> {
        match mebibytes.checked_mul(1 << 20) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(OVERFLOW),
        }
    }

    /// The number of bytes.
    ///
    /// ```
    /// assert_eq!(units::Bytes::new(7).get(), 7);
    /// ```
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum of two amounts.
    ///
    /// ```
    /// # use units::Bytes;
    /// assert_eq!(Bytes::new(1).checked_add(Bytes::new(2)), Ok(Bytes::new(3)));
    /// ```
    pub const fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.0.checked_add(other.0) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(OVERFLOW),
        }
    }

    /// The sum of many amounts.
    ///
    /// ```
    /// # use units::Bytes;
    /// assert_eq!(Bytes::sum([Bytes::new(1); 3]), Ok(Bytes::new(3)));
    /// ```
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

const OVERFLOW: Overflow = Overflow { quantity: "Bytes" };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimal_and_binary_units_are_read_and_the_shorter_is_printed() {
        let cases = [
            ("20 GB", 20_000_000_000, "20 GB"),
            ("64 MiB", 67_108_864, "64 MiB"),
            ("0.5 KiB", 512, "512 B"),
            ("1.5 kB", 1_500, "1.5 kB"),
            ("1024 kB", 1_024_000, "1000 KiB"),
            ("0 GB", 0, "0 B"),
        ];
        for (text, bytes, printed) in cases {
            let size: Bytes = text.parse().unwrap();
            assert_eq!(size.get(), bytes, "{text}");
            assert_eq!(size.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn half_a_byte_a_bare_number_and_another_case_are_refused() {
        assert_eq!(
            "0.5 B".parse::<Bytes>().unwrap_err().to_string(),
            "`0.5 B` is finer than the smallest step, 1 B"
        );
        for text in ["20", "20 gb", "20 Gb", "-1 B"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }

    #[test]
    fn too_much_data_is_an_error() {
        assert_eq!(Bytes::from_mib(u64::MAX), Err(OVERFLOW));
        assert_eq!(
            Bytes::sum([Bytes::new(u64::MAX), Bytes::new(1)]),
            Err(OVERFLOW)
        );
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_amount(bytes in any::<u64>()) {
            let size = Bytes(bytes);
            prop_assert_eq!(size.to_string().parse::<Bytes>(), Ok(size));
        }

        #[test]
        fn round_numbers_of_each_unit_return(number in 0_u64..10_000, unit in 0_usize..9) {
            let size: Bytes = format!("{number} {}", FORM.units[unit].name).parse().unwrap();
            prop_assert_eq!(size.to_string().parse::<Bytes>(), Ok(size));
        }
    }
}
