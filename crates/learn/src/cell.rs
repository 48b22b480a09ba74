//! The text of one cell: is it missing, which number is it, which category is it.

/// The number that a text is: decimal digits with an optional sign, fraction and exponent. Nothing else is a number, not even
/// `nan` or `inf`, and neither is a value beyond the single-precision range that models compute in.
///
/// ```
/// use learn::parse_number;
/// assert_eq!(parse_number(".7", '.'), Some(0.7));
/// assert_eq!(parse_number("2,5", ','), Some(2.5));
/// assert_eq!(parse_number("nan", '.'), None);
/// ```
pub fn parse_number(text: &str, decimal: char) -> Option<f64> {
    let plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'e' | b'E' | b'.');
    let value: f64 = if decimal == '.' {
        text.bytes().all(plain).then(|| text.parse().ok())??
    } else {
        let dotted: String = text
            .chars()
            .map(|c| {
                if c == decimal {
                    '.'
                } else if c == '.' {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        dotted.bytes().all(plain).then(|| dotted.parse().ok())??
    };
    // Zero has one sign from here on: a tree's bins and a category's text must not tell two zeros apart.
    (value.abs() <= f64::from(f32::MAX)).then_some(value + 0.0)
}

/// The number that a word of truth is: 1 or 0. Where a column is said to hold numbers, such words are numbers as well.
///
/// `Y` and `N` are not among them: they stand for other things too often.
pub(crate) fn parse_boolean(text: &str) -> Option<f64> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes"]) {
        Some(1.0)
    } else if is(["false", "no"]) {
        Some(0.0)
    } else {
        None
    }
}

/// The number of a cell in a column of numbers.
pub(crate) fn number_of(text: &str, decimal: char) -> Option<f64> {
    parse_number(text, decimal).or_else(|| parse_boolean(text))
}

/// Whether a text is what programs write for a number that is none, or has no end.
pub(crate) fn is_endless(text: &str) -> bool {
    let word = text.trim_start_matches(['+', '-']);
    let words = ["nan", "inf", "infinity", "1.#inf", "1.#qnan", "1.#ind"];
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Numbers from this size on are identifiers; rounding them would merge two of them.
const EXACT: f64 = 1e15;

/// The form in which a category is compared: a number in its shortest decimal form, anything else as it is.
///
/// A number of 16 digits or more is used as it is, since rounding could merge two identifiers.
///
/// ```
/// use learn::canonical;
/// assert_eq!(canonical("63.0", '.'), "63");
/// assert_eq!(canonical(".7", '.'), "0.7");
/// assert_eq!(canonical("north", '.'), "north");
/// ```
pub fn canonical(text: &str, decimal: char) -> String {
    match parse_number(text, decimal) {
        Some(number) => canonical_number(number).unwrap_or_else(|| text.to_owned()),
        None => text.to_owned(),
    }
}

/// The canonical form of a number, unless it is too large to be exact.
pub(crate) fn canonical_number(number: f64) -> Option<String> {
    let zeroed = if number == 0.0 { 0.0 } else { number };
    (zeroed.abs() < EXACT).then(|| zeroed.to_string())
}

/// Texts that mean a missing value in one column. The empty cell always does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Markers {
    texts: Vec<String>,
    numbers: Vec<f64>,
    decimal: char,
}

impl Markers {
    /// Markers from texts; one that is a number also matches by value, so that `0` marks `0.0`.
    pub(crate) fn new(texts: &[String], decimal: char) -> Self {
        let numbers = texts
            .iter()
            .filter_map(|text| parse_number(text, decimal))
            .collect();
        Self {
            texts: texts.to_vec(),
            numbers,
            decimal,
        }
    }

    /// Whether a trimmed cell is missing.
    pub(crate) fn mark(&self, cell: &str) -> bool {
        cell.is_empty()
            || self.texts.iter().any(|text| text == cell)
            || (!self.numbers.is_empty()
                && parse_number(cell, self.decimal).is_some_and(|number| self.mark_number(number)))
    }

    /// Whether a number is missing; NaN always is.
    pub(crate) fn mark_number(&self, number: f64) -> bool {
        number.is_nan() || self.numbers.contains(&number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_written_and_nothing_else_is_one() {
        let cases = [
            ("63.0", '.', Some(63.0)),
            ("-1e3", '.', Some(-1000.0)),
            ("+5", '.', Some(5.0)),
            ("1,5", ',', Some(1.5)),
            ("1.5", ',', None),
            ("1,5", '.', None),
            ("", '.', None),
            ("-", '.', None),
            ("inf", '.', None),
            ("NaN", '.', None),
            ("1e39", '.', None),
            ("0x10", '.', None),
            ("1_000", '.', None),
            (" 1", '.', None),
        ];
        for (text, decimal, expected) in cases {
            assert_eq!(parse_number(text, decimal), expected, "{text}");
        }
        assert!(parse_number("-0.0", '.').unwrap().is_sign_positive());
    }

    #[test]
    fn words_of_truth_and_of_no_end() {
        assert_eq!(
            ["True", "NO", "y", "1"].map(parse_boolean),
            [Some(1.0), Some(0.0), None, None]
        );
        assert!(
            ["NaN", "-inf", "Infinity"]
                .map(is_endless)
                .into_iter()
                .all(|is| is)
        );
        assert!(!is_endless("information") && !is_endless("-"));
    }

    #[test]
    fn categories_that_are_numbers_have_one_form() {
        let cases = [
            ("63.0", "63"),
            ("63", "63"),
            ("+63", "63"),
            (".7", "0.7"),
            ("-0", "0"),
            ("1e2", "100"),
            ("abc", "abc"),
            ("12345678901234567890", "12345678901234567890"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text, '.'), expected);
        }
        assert_eq!(canonical("0,70", ','), "0.7");
    }

    #[test]
    fn markers_match_by_text_and_by_value() {
        let markers = Markers::new(&["?".to_owned(), "0".to_owned(), "NA".to_owned()], '.');
        for missing in ["", "?", "0", "0.0", "0e5", "-0", "NA"] {
            assert!(markers.mark(missing), "{missing}");
        }
        for present in ["1", "na", "??", "0.1"] {
            assert!(!markers.mark(present), "{present}");
        }
        assert!(markers.mark_number(f64::NAN));
        assert!(!Markers::default().mark("0"));
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(text in "[-+.0-9eExa]{0,12}") {
            let once = canonical(&text, '.');
            prop_assert_eq!(canonical(&once, '.'), once);
        }
    }
}
