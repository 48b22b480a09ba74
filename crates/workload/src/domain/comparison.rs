//! Comparisons with a number: `>= 0.70`, `> 0`.

use std::fmt;
use std::str::FromStr;

use super::{InvalidText, words};

words! {
    /// How a number is compared.
    pub enum Comparison {
        /// Less.
        Less = "<",
        /// Less or equal.
        LessOrEqual = "<=",
        /// Greater.
        Greater = ">",
        /// Greater or equal.
        GreaterOrEqual = ">=",
        /// Equal.
        Equal = "==",
        /// Not equal.
        NotEqual = "!=",
    }
}

impl Comparison {
    /// Whether `left` compares so with `right`.
    ///
    /// ```
    /// use workload::Comparison;
    ///
    /// assert!(Comparison::GreaterOrEqual.holds(0.7, 0.7));
    /// assert!(!Comparison::Less.holds(0.7, 0.7));
    /// ```
    #[expect(
        clippy::float_cmp,
        reason = "equality of labels written as numbers is exact"
    )]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}

/// A comparison with its right-hand side.
///
/// ```
/// use workload::{Comparison, Threshold};
///
/// let threshold: Threshold = ">= 0.70".parse()?;
/// assert_eq!(threshold.comparison, Comparison::GreaterOrEqual);
/// assert!(threshold.holds(0.75));
/// assert_eq!(threshold.to_string(), ">= 0.7");
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Threshold {
    /// How.
    pub comparison: Comparison,
    /// With what; finite.
    pub value: f64,
}

impl Threshold {
    pub(crate) const EXPECTED: &'static str =
        "a comparison such as `>= 0.70` (`<`, `<=`, `>`, `>=`, `==`, `!=` and a number)";

    /// Whether a number compares so.
    ///
    /// ```
    /// assert!("> 0".parse::<workload::Threshold>()?.holds(1.0));
    /// # Ok::<(), workload::InvalidText>(())
    /// ```
    pub fn holds(self, number: f64) -> bool {
        self.comparison.holds(number, self.value)
    }
}

impl FromStr for Threshold {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let invalid = || InvalidText::new(text, Self::EXPECTED);
        let trimmed = text.trim();
        let sign = |c: char| matches!(c, '<' | '>' | '=' | '!');
        let at = trimmed.find(|c| !sign(c)).ok_or_else(invalid)?;
        let (comparison, number) = trimmed.split_at(at);
        let comparison = comparison.parse().map_err(|_| invalid())?;
        let number = number.trim_start();
        // Rust also reads `inf`, `nan` and `1.`; a file has plain numbers.
        let plain = number
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'e' | b'E' | b'+'));
        let value: f64 = number.parse().map_err(|_| invalid())?;
        if plain && value.is_finite() {
            Ok(Self { comparison, value })
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.comparison, self.value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_sign_is_read_with_and_without_a_space() {
        let cases = [
            ("<1", Comparison::Less, 1.0),
            ("<= 0.5", Comparison::LessOrEqual, 0.5),
            (" > 0 ", Comparison::Greater, 0.0),
            (">=-1.5", Comparison::GreaterOrEqual, -1.5),
            ("== 1e3", Comparison::Equal, 1_000.0),
            ("!= 2", Comparison::NotEqual, 2.0),
        ];
        for (text, comparison, value) in cases {
            let threshold: Threshold = text.parse().unwrap();
            assert_eq!(threshold, Threshold { comparison, value }, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "0.7", ">=", "=> 0.7", "= 0.7", ">= 70 %", "> inf", "> nan", ">= a",
        ] {
            assert!(text.parse::<Threshold>().is_err(), "{text}");
        }
    }

    #[test]
    fn comparisons_hold_as_they_read() {
        let below_equal_above = |text: &str| {
            let threshold: Threshold = text.parse().unwrap();
            [1.0, 2.0, 3.0].map(|x| threshold.holds(x))
        };
        assert_eq!(below_equal_above("< 2"), [true, false, false]);
        assert_eq!(below_equal_above("<= 2"), [true, true, false]);
        assert_eq!(below_equal_above("> 2"), [false, false, true]);
        assert_eq!(below_equal_above(">= 2"), [false, true, true]);
        assert_eq!(below_equal_above("== 2"), [false, true, false]);
        assert_eq!(below_equal_above("!= 2"), [true, false, true]);
    }

    proptest! {
        #[test]
        fn printing_and_parsing_return_the_threshold(value in prop::num::f64::NORMAL, sign in 0_usize..6) {
            let comparison: Comparison = Comparison::NAMES[sign].parse().unwrap();
            let threshold = Threshold { comparison, value };
            prop_assert_eq!(threshold.to_string().parse::<Threshold>(), Ok(threshold));
        }
    }
}
