//! Rust text of values.

use serde_json::Value;

/// Bounds of a length or of a number.
pub(crate) fn bounds(shape: &Value) -> String {
    let (min, max) = (&shape["min"], &shape["max"]);
    if min.is_null() && max.is_null() {
        return String::new();
    }
    let (builder, floating) = match shape["type"].as_str() {
        Some("integer" | "long") => ("range", false),
        Some("float" | "double") => ("float_range", true),
        Some("string" | "list" | "map" | "blob") => ("length", false),
        _ => return String::new(),
    };
    let bound = |value: &Value| match value.as_f64() {
        Some(number) if floating => format!("Some({number:?})"),
        Some(_) => format!("Some({})", grouped(&value.to_string())),
        None => "None".to_owned(),
    };
    format!(".{builder}({}, {})", bound(min), bound(max))
}

/// `6291456` to `6_291_456`, as the lints ask for.
fn grouped(number: &str) -> String {
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |digits| ("-", digits));
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

/// A Rust literal of a text.
pub(crate) fn literal(text: &str) -> String {
    if text.contains('\\') && text.is_ascii() && !text.chars().any(char::is_control) {
        return if text.contains('"') {
            format!("r#\"{text}\"#")
        } else {
            format!("r\"{text}\"")
        };
    }
    format!("{text:?}")
}

#[cfg(test)]
mod tests {
    use super::{bounds, grouped, literal};
    use serde_json::json;

    #[test]
    fn literals_keep_their_text() {
        assert_eq!(literal("plain"), "\"plain\"");
        assert_eq!(literal(r"a\.b"), r#"r"a\.b""#);
        assert_eq!(literal(r#"a\"b"#), r##"r#"a\"b"#"##);
        assert_eq!(literal("a\tb"), "\"a\\tb\"");
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            ("7", "7"),
            ("900", "900"),
            ("-1234", "-1_234"),
            ("6291456", "6_291_456"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn bounds_follow_the_type() {
        assert_eq!(
            bounds(&json!({"type": "string", "max": 63})),
            ".length(None, Some(63))"
        );
        assert_eq!(
            bounds(&json!({"type": "integer", "min": 1})),
            ".range(Some(1), None)"
        );
        assert_eq!(
            bounds(&json!({"type": "float", "min": 0})),
            ".float_range(Some(0.0), None)"
        );
        assert_eq!(bounds(&json!({"type": "boolean"})), "");
    }
}
