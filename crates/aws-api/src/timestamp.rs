//! Moments on the wire: ISO 8601, epoch seconds, RFC 822; epoch milliseconds in Rust.
//!
//! In our values a moment is a JSON number, epoch seconds with a millisecond fraction.

use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use serde_json::{Number, Value};

use crate::table::TimestampFormat;

static RFC822_PARSER: DateTimeParser = DateTimeParser::new();
static RFC822_PRINTER: DateTimePrinter = DateTimePrinter::new();

/// Years beyond this are not moments that a request can mean.
const LATEST_SECONDS: f64 = 253_402_300_799.0;

/// A moment of our values: epoch seconds with a millisecond fraction.
///
/// ```
/// assert_eq!(aws_api::timestamp::to_value(1_732_500_000_250), serde_json::json!(1732500000.25));
/// assert_eq!(aws_api::timestamp::to_value(1_732_500_000_000), serde_json::json!(1732500000));
/// ```
pub fn to_value(millis: i64) -> Value {
    if millis % 1000 == 0 {
        return Value::from(millis / 1000);
    }
    Number::from_f64(millis as f64 / 1000.0).map_or(Value::Null, Value::Number)
}

/// The epoch milliseconds of a value: a number of seconds, or a text in ISO 8601, RFC 822 or seconds.
///
/// ```
/// assert_eq!(aws_api::timestamp::from_value(&serde_json::json!(1.5)), Some(1500));
/// assert_eq!(aws_api::timestamp::from_value(&serde_json::json!("1970-01-01T00:00:01Z")), Some(1000));
/// ```
pub fn from_value(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => from_seconds(number.as_f64()?),
        Value::String(text) => parse(text),
        _ => None,
    }
}

/// The epoch milliseconds of a number of seconds.
pub(crate) fn from_seconds(seconds: f64) -> Option<i64> {
    (seconds.abs() <= LATEST_SECONDS).then(|| (seconds * 1000.0).round() as i64)
}

/// The epoch milliseconds of a text in any of the three forms.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    if let Ok(moment) = format!("{text}Z").parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    RFC822_PARSER
        .parse_timestamp(text)
        .ok()
        .map(Timestamp::as_millisecond)
}

/// The text of a moment.
pub fn print(millis: i64, format: TimestampFormat) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    match format {
        TimestampFormat::Iso8601 if millis % 1000 == 0 => format!("{moment:.0}"),
        TimestampFormat::Iso8601 => format!("{moment:.3}"),
        TimestampFormat::Unix => to_value(millis).to_string(),
        TimestampFormat::Rfc822 => RFC822_PRINTER
            .timestamp_to_rfc9110_string(&moment)
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn every_form_is_read() {
        for (text, millis) in [
            ("2026-11-24T10:00:00Z", 1_795_514_400_000),
            ("2026-11-24T10:00:00.250Z", 1_795_514_400_250),
            ("2026-11-24T11:00:00+01:00", 1_795_514_400_000),
            ("2026-11-24T10:00:00", 1_795_514_400_000),
            ("Tue, 24 Nov 2026 10:00:00 GMT", 1_795_514_400_000),
            ("1795514400", 1_795_514_400_000),
            ("1795514400.25", 1_795_514_400_250),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "NaN",
            "1e300",
            "inf",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_form_is_written() {
        let millis = 1_795_514_400_250;
        assert_eq!(
            print(millis, TimestampFormat::Iso8601),
            "2026-11-24T10:00:00.250Z"
        );
        assert_eq!(
            print(1_795_514_400_000, TimestampFormat::Iso8601),
            "2026-11-24T10:00:00Z"
        );
        assert_eq!(print(millis, TimestampFormat::Unix), "1795514400.25");
        assert_eq!(
            print(millis, TimestampFormat::Rfc822),
            "Tue, 24 Nov 2026 10:00:00 GMT"
        );
    }

    #[test]
    fn values_that_are_no_moment() {
        for value in [json!(null), json!(true), json!([1]), json!(1e300)] {
            assert_eq!(from_value(&value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn values_keep_milliseconds(millis in -62_000_000_000_000_i64..250_000_000_000_000) {
            prop_assert_eq!(from_value(&to_value(millis)), Some(millis));
            prop_assert_eq!(parse(&print(millis, TimestampFormat::Iso8601)), Some(millis));
        }
    }
}
