//! A part of a whole.

use crate::form::{Form, Unit};
use crate::text::text_form;

/// From 0 to 100 percent, in whole parts per million.
///
/// ```
/// use units::Share;
///
/// let test: Share = "20 %".parse()?;
/// assert_eq!(test.ppm(), 200_000);
/// assert_eq!(test.of_count_half_up(918), 184);
/// # Ok::<(), units::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

const WHOLE_PPM: u32 = 1_000_000;

const FORM: Form = Form {
    expected: "a share such as `20 %`",
    units: &[Unit {
        name: "%",
        factor: 10_000,
    }],
    smallest: "0.0001 %",
    least: 0,
    most: WHOLE_PPM as i128,
};

text_form!(Share, u32, FORM);

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All.
    pub const WHOLE: Self = Self(WHOLE_PPM);

    /// From parts per million; none beyond the whole.
    ///
    /// ```
    /// # use units::Share;
    /// assert_eq!(Share::from_ppm(999_000).unwrap().to_string(), "99.9 %");
    /// assert_eq!(Share::from_ppm(1_000_001), None);
    /// ```
    pub const fn from_ppm(ppm: u32) -> Option<Self> {
        if ppm <= WHOLE_PPM {
            Some(Self(ppm))
        } else {
            None
        }
    }

    /// Parts per million.
    ///
    /// ```
    /// assert_eq!(units::Share::WHOLE.ppm(), 1_000_000);
    /// ```
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// What is missing to the whole.
    ///
    /// ```
    /// # use units::Share;
    /// assert_eq!("99.9 %".parse::<Share>()?.rest().to_string(), "0.1 %");
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub const fn rest(self) -> Self {
        Self(WHOLE_PPM - self.0)
    }

    /// Two shares together, unless they are more than the whole.
    ///
    /// ```
    /// # use units::Share;
    /// let (test, validation): (Share, Share) = ("20 %".parse()?, "81 %".parse()?);
    /// assert_eq!(test.checked_add(validation), None);
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_ppm(self.0 + other.0)
    }

    /// That share of a count, to the nearest whole, a half going up.
    ///
    /// ```
    /// # use units::Share;
    /// assert_eq!("50 %".parse::<Share>()?.of_count_half_up(3), 2);
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn of_count_half_up(self, count: u64) -> u64 {
        let whole = u128::from(WHOLE_PPM);
        let part = (u128::from(count) * u128::from(self.0) + whole / 2) / whole;
        u64::try_from(part).expect("a share of a count is at most the count")
    }

    /// As a fraction of one, for statistics.
    ///
    /// ```
    /// assert_eq!("25 %".parse::<units::Share>()?.as_fraction(), 0.25);
    /// # Ok::<(), units::ParseError>(())
    /// ```
    pub fn as_fraction(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE_PPM)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percents_are_exact_to_a_millionth() {
        let cases = [
            ("20 %", 200_000, "20 %"),
            ("99.999%", 999_990, "99.999 %"),
            ("0.0001 %", 1, "0.0001 %"),
            ("100 %", 1_000_000, "100 %"),
            ("0 %", 0, "0 %"),
        ];
        for (text, ppm, printed) in cases {
            let share: Share = text.parse().unwrap();
            assert_eq!(share.ppm(), ppm, "{text}");
            assert_eq!(share.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn a_fraction_without_a_sign_and_more_than_all_are_refused() {
        let cases = [
            ("0.2", "`0.2` has no unit, expected a share such as `20 %`"),
            ("101 %", "`101 %` is out of range, expected 0 % to 100 %"),
            ("-1 %", "`-1 %` is out of range, expected 0 % to 100 %"),
            (
                "0.00001 %",
                "`0.00001 %` is finer than the smallest step, 0.0001 %",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(text.parse::<Share>().unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_share(ppm in 0..=WHOLE_PPM) {
            let share = Share(ppm);
            prop_assert_eq!(share.to_string().parse::<Share>(), Ok(share));
            prop_assert_eq!(share.checked_add(share.rest()), Some(Share::WHOLE));
        }

        #[test]
        fn a_share_of_a_count_is_at_most_the_count(ppm in 0..=WHOLE_PPM, count in any::<u64>()) {
            prop_assert!(Share(ppm).of_count_half_up(count) <= count);
        }
    }
}
