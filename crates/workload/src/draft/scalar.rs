//! Texts as YAML scalars.

use std::fmt::Write as _;

/// Words that YAML or a reader of it could take for something else than text.
const WORDS: [&str; 12] = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "none",
];

/// A text as a scalar that is read as this text: plain where that is safe, else in double quotes.
///
/// ```
/// assert_eq!(workload::scalar("px_height"), "px_height");
/// assert_eq!(workload::scalar("CO(GT)"), "\"CO(GT)\"");
/// assert_eq!(workload::scalar("0"), "\"0\"");
/// ```
pub fn scalar(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    if begins && text.bytes().all(plain) && !is_word {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                write!(quoted, "\\u{:04X}", u32::from(c)).expect("writing to a string never fails");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A number that may stand plain, for markers and thresholds; any other text as a scalar.
pub(super) fn number_or_scalar(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.len() < 16 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        text.to_owned()
    } else {
        scalar(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse;

    #[test]
    fn only_harmless_texts_are_plain() {
        for text in ["age", "px_height", "data/rows.csv", "_x", "a.b"] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "", "1", "-", "a b", "#x", "a: b", "yes", "Null", "*", "~", "1e3", "\u{e9}", "../x.csv",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(scalar("a\"b\\\n\u{7}"), "\"a\\\"b\\\\\\n\\u0007\"");
        assert_eq!(number_or_scalar("-200"), "-200");
        assert_eq!(number_or_scalar("2.5"), "\"2.5\"");
    }

    proptest! {
        #[test]
        fn a_scalar_is_read_as_what_was_written(text in "\\PC{1,20}|[a-z\"'\\\\:#,\\[\\]{}&*!|>%@ \t\n\r\u{0}-]{1,20}") {
            let target = scalar(&text);
            let file = format!("plimsoll: 1\nname: a\ndata: {{ source: a.csv }}\ntask: {{ target: {target} }}\n");
            prop_assert_eq!(parse(&file).unwrap().task.target, text);
        }
    }
}
