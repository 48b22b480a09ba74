//! Scalars as text, the way of Query parameters, XML elements, labels and headers.

use serde_json::{Number, Value};

use crate::error::ApiError;
use crate::table::{Kind, Shape, TimestampFormat};
use crate::timestamp;

/// A scalar of a shape from its text.
pub(crate) fn parse(shape: &Shape, name: &str, text: &str) -> Result<Value, ApiError> {
    let wrong = |what: &str| ApiError::serialization(format!("`{name}` is not {what}"));
    Ok(match shape.kind {
        Kind::Integer { .. } => Value::from(
            text.trim()
                .parse::<i64>()
                .map_err(|_| wrong("a whole number"))?,
        ),
        Kind::Float { .. } => parse_float(text).ok_or_else(|| wrong("a number"))?,
        Kind::Boolean => match text.trim() {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => return Err(wrong("true or false")),
        },
        Kind::Timestamp(_) => {
            timestamp::to_value(timestamp::parse(text).ok_or_else(|| wrong("a moment"))?)
        }
        Kind::String(_) | Kind::Blob { .. } => Value::from(text),
        Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. } => {
            return Err(wrong("a text"));
        }
    })
}

/// The text of a scalar; nothing for values that are none.
pub(crate) fn print(shape: &Shape, value: &Value, default: TimestampFormat) -> Option<String> {
    match (shape.kind, value) {
        (Kind::Timestamp(format), _) => Some(timestamp::print(
            timestamp::from_value(value)?,
            format.unwrap_or(default),
        )),
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Number(number)) => Some(number.to_string()),
        (_, Value::Bool(flag)) => Some(flag.to_string()),
        _ => None,
    }
}

/// A number, or the text of one that JSON cannot write.
pub(crate) fn parse_float(text: &str) -> Option<Value> {
    let text = text.trim();
    if is_special(text) {
        return Some(Value::from(text));
    }
    text.parse::<f64>().ok().map(float)
}

/// A number as a value; those that JSON cannot write become AWS's words for them.
pub(crate) fn float(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => Value::from("NaN"),
        None if number > 0.0 => Value::from("Infinity"),
        None => Value::from("-Infinity"),
    }
}

/// The number of a value of a floating-point shape.
pub(crate) fn to_float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if is_special(text) => match text.as_str() {
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => Some(f64::NAN),
        },
        _ => None,
    }
}

/// The whole number of a value, also when it is written with a fraction of zero.
pub(crate) fn to_integer(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else {
        return None;
    };
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
    })
}

fn is_special(text: &str) -> bool {
    matches!(text, "NaN" | "Infinity" | "-Infinity")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_are_read_from_text() {
        let cases = [
            (Shape::integer("I"), "12", json!(12)),
            (Shape::integer("I"), "-9223372036854775808", json!(i64::MIN)),
            (Shape::float("F"), "0.5", json!(0.5)),
            (Shape::float("F"), "NaN", json!("NaN")),
            (Shape::boolean("B"), "true", json!(true)),
            (Shape::boolean("B"), "False", json!(false)),
            (Shape::timestamp("T"), "1970-01-01T00:00:01.5Z", json!(1.5)),
            (Shape::string("S"), " kept ", json!(" kept ")),
        ];
        for (shape, text, value) in cases {
            assert_eq!(parse(&shape, "x", text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn wrong_scalars_name_the_member() {
        for (shape, text) in [
            (Shape::integer("I"), "1.5"),
            (Shape::integer("I"), "9223372036854775808"),
            (Shape::float("F"), "many"),
            (Shape::boolean("B"), "1"),
            (Shape::timestamp("T"), "then"),
        ] {
            let error = parse(&shape, "Count", text).unwrap_err();
            assert_eq!(error.code, "SerializationException");
            assert!(
                error.message.starts_with("`Count` is not"),
                "{}",
                error.message
            );
        }
    }

    #[test]
    fn scalars_are_written_as_text() {
        let moment = Shape::timestamp("T");
        let cases = [
            (moment, json!(1.5), Some("1970-01-01T00:00:01.500Z")),
            (Shape::string("S"), json!("a"), Some("a")),
            (Shape::integer("I"), json!(7), Some("7")),
            (Shape::boolean("B"), json!(true), Some("true")),
            (Shape::string("S"), json!([1]), None),
        ];
        for (shape, value, text) in cases {
            let printed = print(&shape, &value, TimestampFormat::Iso8601);
            assert_eq!(printed.as_deref(), text);
        }
    }

    #[test]
    fn numbers_that_json_lacks() {
        assert_eq!(float(f64::NEG_INFINITY), json!("-Infinity"));
        assert!(to_float(&json!("NaN")).unwrap().is_nan());
        assert_eq!(to_float(&json!("many")), None);
        assert_eq!(to_integer(&json!(3.0)), Some(3));
        assert_eq!(to_integer(&json!(3.5)), None);
    }
}
