//! Decimal numbers as published, to integers without a detour over binary fractions.

/// Digits times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// Reads `0.0464`, `-3`, `1.66667e-05`; nothing else, and nothing of more than 30 digits.
    ///
    /// ```
    /// use catalog::Decimal;
    /// assert_eq!(Decimal::parse("0.0464").unwrap().scaled(9), Some(46_400_000));
    /// assert_eq!(Decimal::parse("1.66667e-05").unwrap().scaled(12), Some(16_666_700));
    /// assert!(Decimal::parse("NaN").is_none() && Decimal::parse("").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (number, power) = match text.split_once(['e', 'E']) {
            Some((number, power)) => (number, power.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, number) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let length = whole.len() + fraction.len();
        if !is_digits(whole) || !is_digits(fraction) || !(1..=30).contains(&length) {
            return None;
        }
        let mut digits = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            digits = digits * 10 + i128::from(byte - b'0');
        }
        let exponent = power.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        (-40..=20).contains(&exponent).then_some(Self {
            digits: if negative { -digits } else { digits },
            exponent,
        })
    }

    /// The number times ten to this power, if that is whole and fits.
    pub fn scaled(self, power: u32) -> Option<i64> {
        let (value, rest) = self.divided(power)?;
        (rest == 0).then_some(value)
    }

    /// The number times ten to this power, the nearest whole, a tie going to the even one.
    pub fn scaled_half_even(self, power: u32) -> Option<i64> {
        let shift = self.exponent + i32::try_from(power).ok()?;
        let (value, rest) = self.divided(power)?;
        if rest == 0 {
            return Some(value);
        }
        let half = 10_i128.pow(shift.unsigned_abs()) / 2;
        let up = rest.abs() > half || (rest.abs() == half && value % 2 != 0);
        value.checked_add(if up { rest.signum() as i64 } else { 0 })
    }

    fn divided(self, power: u32) -> Option<(i64, i128)> {
        let shift = self.exponent + i32::try_from(power).ok()?;
        let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
        let (value, rest) = if shift >= 0 {
            (self.digits.checked_mul(factor)?, 0)
        } else {
            (self.digits / factor, self.digits % factor)
        };
        Some((i64::try_from(value).ok()?, rest))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_numbers_are_read_exactly() {
        let cases = [
            ("0.0464", 9, Some(46_400_000)),
            ("12.0", 0, Some(12)),
            (".5", 1, Some(5)),
            ("1e3", 0, Some(1000)),
            ("-2.50", 1, Some(-25)),
            ("0.1234567891", 9, None),
        ];
        for (text, power, expected) in cases {
            assert_eq!(
                Decimal::parse(text).unwrap().scaled(power),
                expected,
                "{text}"
            );
        }
        for text in [
            "", ".", "-", "nan", "NaN", "inf", "1,5", "1 ", "+1", "0x1", "1e", "1.2.3", "9e99",
        ] {
            let read = Decimal::parse(text);
            assert!(read.is_none(), "{text}: {read:?}");
        }
    }

    #[test]
    fn rounding_goes_to_the_nearest_and_the_even_one() {
        for (text, expected) in [
            ("0.5", 0),
            ("1.5", 2),
            ("2.5", 2),
            ("2.51", 3),
            ("-1.5", -2),
            ("-0.4", 0),
        ] {
            assert_eq!(
                Decimal::parse(text).unwrap().scaled_half_even(0),
                Some(expected),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn nanos_return(nanos in -1_000_000_000_000_000_i64..1_000_000_000_000_000) {
            let text = format!("{}{}.{:09}", if nanos < 0 { "-" } else { "" }, nanos.abs() / 1_000_000_000, nanos.abs() % 1_000_000_000);
            prop_assert_eq!(Decimal::parse(&text).unwrap().scaled(9), Some(nanos));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9.eE]{0,45}") {
            if let Some(number) = Decimal::parse(&text) {
                let _ = (number.scaled(9), number.scaled_half_even(9), number.scaled_half_even(0));
            }
        }
    }
}
