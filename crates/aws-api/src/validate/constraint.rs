//! The constraints of one value, in AWS's words.

use std::fmt;

use serde_json::Value;

use crate::codec::scalar;
use crate::table::{Kind, Pattern, Shape, Text};

/// One constraint of a shape.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Constraint {
    Type(&'static str),
    LongestLength(u64),
    ShortestLength(u64),
    MostBytes(u64),
    FewestBytes(u64),
    Greatest(f64),
    Least(f64),
    Pattern(&'static Pattern),
    Values(&'static [&'static str]),
}

/// The constraints of a shape, in AWS's order.
pub(crate) fn of(shape: &Shape) -> impl Iterator<Item = Constraint> + use<> {
    use Constraint::{Greatest, Least, LongestLength, ShortestLength};
    let mut found = [None; 5];
    found[0] = Some(Constraint::Type(type_name(shape.kind)));
    match shape.kind {
        Kind::String(Text {
            values,
            pattern,
            min,
            max,
        }) => {
            found[1] = max.map(LongestLength);
            found[2] = min.map(ShortestLength);
            found[3] = pattern.map(Constraint::Pattern);
            found[4] = (!values.is_empty()).then_some(Constraint::Values(values));
        }
        Kind::List { min, max, .. } | Kind::Map { min, max, .. } => {
            found[1] = max.map(LongestLength);
            found[2] = min.map(ShortestLength);
        }
        Kind::Blob { min, max } => {
            found[1] = max.map(Constraint::MostBytes);
            found[2] = min.map(Constraint::FewestBytes);
        }
        Kind::Integer { min, max } => {
            found[1] = max.map(|max| Greatest(max as f64));
            found[2] = min.map(|min| Least(min as f64));
        }
        Kind::Float { min, max } => {
            found[1] = max.map(Greatest);
            found[2] = min.map(Least);
        }
        Kind::Structure { .. } | Kind::Boolean | Kind::Timestamp(_) => {}
    }
    found.into_iter().flatten()
}

/// Whether values of the shape contain no further values.
pub(crate) fn is_scalar(shape: &Shape) -> bool {
    !matches!(
        shape.kind,
        Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. }
    )
}

impl Constraint {
    /// Whether a value keeps it; a value of another type breaks only the constraint of the type.
    pub(crate) fn holds(self, value: &Value) -> bool {
        match self {
            Constraint::Type(name) => is_of(name, value),
            Constraint::LongestLength(max) => length(value).is_none_or(|length| length <= max),
            Constraint::ShortestLength(min) => length(value).is_none_or(|length| length >= min),
            Constraint::MostBytes(max) => bytes(value).is_none_or(|bytes| bytes <= max),
            Constraint::FewestBytes(min) => bytes(value).is_none_or(|bytes| bytes >= min),
            Constraint::Greatest(max) => number(value).is_none_or(|number| number <= max),
            Constraint::Least(min) => number(value).is_none_or(|number| number >= min),
            Constraint::Pattern(pattern) => value.as_str().is_none_or(|text| pattern.matches(text)),
            Constraint::Values(values) => value.as_str().is_none_or(|text| values.contains(&text)),
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constraint::Type(name) => write!(out, "Member must be a {name}"),
            Constraint::LongestLength(max) | Constraint::MostBytes(max) => {
                write!(out, "Member must have length less than or equal to {max}")
            }
            Constraint::ShortestLength(min) | Constraint::FewestBytes(min) => {
                write!(
                    out,
                    "Member must have length greater than or equal to {min}"
                )
            }
            Constraint::Greatest(max) => {
                write!(out, "Member must have value less than or equal to {max}")
            }
            Constraint::Least(min) => {
                write!(out, "Member must have value greater than or equal to {min}")
            }
            Constraint::Pattern(pattern) => {
                write!(
                    out,
                    "Member must satisfy regular expression pattern: {}",
                    pattern.text()
                )
            }
            Constraint::Values(values) => {
                write!(
                    out,
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
        }
    }
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Structure { .. } => "Structure",
        Kind::List { .. } => "List",
        Kind::Map { .. } => "Map",
        Kind::String(_) => "String",
        Kind::Integer { .. } => "Long",
        Kind::Float { .. } => "Double",
        Kind::Boolean => "Boolean",
        Kind::Blob { .. } => "Blob",
        Kind::Timestamp(_) => "Timestamp",
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "Structure" | "Map" => value.is_object(),
        "List" => value.is_array(),
        "String" => value.is_string(),
        "Blob" => value
            .as_str()
            .is_some_and(|text| text.len().is_multiple_of(4)),
        "Long" => scalar::to_integer(value).is_some(),
        "Double" => scalar::to_float(value).is_some(),
        "Boolean" => value.is_boolean(),
        _ => crate::timestamp::from_value(value).is_some(),
    }
}

/// Characters of a text, elements of a list, entries of a map.
fn length(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => Some(text.chars().count() as u64),
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(entries) => Some(entries.len() as u64),
        _ => None,
    }
}

/// Bytes that a base64 text stands for.
fn bytes(value: &Value) -> Option<u64> {
    let text = value.as_str()?;
    let padding = text
        .bytes()
        .rev()
        .take(2)
        .filter(|&byte| byte == b'=')
        .count();
    Some((text.len() / 4 * 3).saturating_sub(padding) as u64)
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}
