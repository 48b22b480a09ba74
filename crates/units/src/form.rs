//! How a quantity is written: a decimal number and one unit of a table.
//!
//! Parsing is exact or an error. Printing picks, of the units of which the value is at least one, the one with the
//! shortest number.

use crate::ParseError;

/// Longest number that is read; more digits cannot be a sensible quantity and would overflow the arithmetic.
const MAX_DIGITS: usize = 28;
/// Most decimals that are printed: a longer number is never the shortest, and of a third there is no end.
const MAX_DECIMALS: usize = 20;

/// One unit of a kind of quantity.
pub(crate) struct Unit {
    /// As it is written.
    pub(crate) name: &'static str,
    /// How many of the type's integers it is.
    pub(crate) factor: i128,
}

/// A kind of quantity: its units and its range.
pub(crate) struct Form {
    /// What is expected, with an example, for messages.
    pub(crate) expected: &'static str,
    /// Units, the smallest first.
    pub(crate) units: &'static [Unit],
    /// The smallest step with its unit.
    pub(crate) smallest: &'static str,
    /// Least integer.
    pub(crate) least: i128,
    /// Greatest integer.
    pub(crate) most: i128,
}

impl Form {
    /// What is expected, with an example and all units.
    pub(crate) fn expectation(&self) -> String {
        let names: Vec<&str> = self.units.iter().map(|unit| unit.name).collect();
        match names.as_slice() {
            [_] => self.expected.to_owned(),
            _ => format!("{} (units: {})", self.expected, names.join(", ")),
        }
    }

    /// The integer that the text means.
    pub(crate) fn parse(&self, given: &str) -> Result<i128, ParseError> {
        let text = given.trim();
        let not_a_number = || ParseError::NotANumber {
            text: text.to_owned(),
            expected: self.expectation(),
        };
        let split = text
            .char_indices()
            .find(|&(at, c)| !(c.is_ascii_digit() || c == '.' || (at == 0 && c == '-')))
            .map_or(text.len(), |(at, _)| at);
        let (number, unit) = text.split_at(split);
        let decimal = Decimal::parse(number).ok_or_else(not_a_number)?;
        let unit = unit.trim_start();
        if unit.is_empty() {
            return Err(ParseError::MissingUnit {
                text: text.to_owned(),
                expected: self.expectation(),
            });
        }
        let known = self.units.iter().find(|known| known.name == unit);
        let known = known.ok_or_else(|| ParseError::UnknownUnit {
            text: text.to_owned(),
            unit: unit.to_owned(),
            expected: self.expectation(),
        })?;
        self.scale(text, &decimal, known.factor)
    }

    fn scale(&self, text: &str, decimal: &Decimal, factor: i128) -> Result<i128, ParseError> {
        let out_of_range = || ParseError::OutOfRange {
            text: text.to_owned(),
            least: self.print(self.least),
            most: self.print(self.most),
        };
        if decimal.too_long {
            return Err(out_of_range());
        }
        let scaled = decimal
            .mantissa
            .checked_mul(factor)
            .ok_or_else(out_of_range)?;
        let step = 10_i128.pow(decimal.decimals);
        if scaled % step != 0 {
            return Err(ParseError::TooFine {
                text: text.to_owned(),
                smallest: self.smallest,
            });
        }
        let value = scaled / step;
        if (self.least..=self.most).contains(&value) {
            Ok(value)
        } else {
            Err(out_of_range())
        }
    }

    /// The text that means the integer.
    pub(crate) fn print(&self, value: i128) -> String {
        let candidates = self
            .units
            .iter()
            .rev()
            .filter(|unit| unit.factor <= value.abs())
            .filter_map(|unit| Some((decimal_text(value, unit.factor)?, unit.name)));
        // The first of equals is kept: of equally short texts the one in the largest unit.
        let shortest = candidates.min_by_key(|(number, _)| number.len());
        let (number, unit) = shortest.unwrap_or_else(|| self.in_base_unit(value));
        format!("{number} {unit}")
    }

    /// The text in the smallest unit.
    fn in_base_unit(&self, value: i128) -> (String, &'static str) {
        let base = &self.units[0];
        let number = decimal_text(value, base.factor);
        (
            number.expect("each form's smallest unit divides by twos and fives alone"),
            base.name,
        )
    }
}

/// `value / factor` as a decimal number, where its decimals end.
fn decimal_text(value: i128, factor: i128) -> Option<String> {
    let sign = if value < 0 { "-" } else { "" };
    let (value, factor) = (value.unsigned_abs(), factor.unsigned_abs());
    let mut text = format!("{sign}{}", value / factor);
    let mut rest = value % factor;
    if rest != 0 {
        text.push('.');
    }
    for _ in 0..MAX_DECIMALS {
        if rest == 0 {
            break;
        }
        rest *= 10;
        let digit = u8::try_from(rest / factor).expect("a digit is below ten");
        text.push(char::from(b'0' + digit));
        rest %= factor;
    }
    (rest == 0).then_some(text)
}

/// An unrounded decimal number: `mantissa / 10^decimals`.
struct Decimal {
    mantissa: i128,
    decimals: u32,
    too_long: bool,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        // A point needs a digit on either side: `1.` and `.5` are refused as in JSON.
        if whole.is_empty()
            || !plain(whole)
            || !plain(fraction)
            || (fraction.is_empty() && digits.contains('.'))
        {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if whole.len() + fraction.len() > MAX_DIGITS {
            return Some(Self {
                mantissa: 0,
                decimals: 0,
                too_long: true,
            });
        }
        let mantissa = whole
            .bytes()
            .chain(fraction.bytes())
            .fold(0_i128, |sum, b| sum * 10 + i128::from(b - b'0'));
        Some(Self {
            mantissa: if negative { -mantissa } else { mantissa },
            decimals: fraction.len() as u32,
            too_long: false,
        })
    }
}
