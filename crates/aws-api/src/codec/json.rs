//! JSON 1.0 and 1.1, which is also the body of rest-json.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{MAX_DEPTH, scalar};
use crate::error::ApiError;
use crate::table::{Kind, Location, Shape};
use crate::timestamp;

/// Reads a body of a structure; an empty body has no members.
pub(crate) fn read(shape: &Shape, body: &[u8]) -> Result<Value, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    let value = serde_json::from_slice(body)
        .map_err(|error| ApiError::serialization(format!("the body is not JSON: {error}")))?;
    coerce_root(shape, value)
}

/// Brings parsed JSON into the form of our values.
pub(crate) fn coerce_root(shape: &Shape, value: Value) -> Result<Value, ApiError> {
    if is_deeper(&value, MAX_DEPTH) {
        let message = format!("the request is nested deeper than {MAX_DEPTH} levels");
        return Err(ApiError::serialization(message));
    }
    if !value.is_object() {
        return Err(ApiError::serialization("the body is not a JSON object"));
    }
    coerce(shape, value)
}

/// Writes the members of a structure that stand in the body.
pub(crate) fn write(shape: Option<&Shape>, value: &Value) -> Bytes {
    let members = shape.map_or_else(|| Value::Object(Map::new()), |shape| emit(shape, value));
    Bytes::from(members.to_string())
}

fn is_deeper(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth == 0 || items.iter().any(|item| is_deeper(item, depth - 1)),
        Value::Object(items) => depth == 0 || items.values().any(|item| is_deeper(item, depth - 1)),
        _ => false,
    }
}

fn coerce(shape: &Shape, value: Value) -> Result<Value, ApiError> {
    match (shape.kind, value) {
        (Kind::Structure { .. }, Value::Object(members)) => coerce_members(shape, members),
        (Kind::List { member, .. }, Value::Array(items)) => {
            let items = items.into_iter().filter(|item| !item.is_null());
            items.map(|item| coerce(member, item)).collect()
        }
        (Kind::Map { value: target, .. }, Value::Object(entries)) => {
            let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| Ok((key, coerce(target, value)?)));
            entries.collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        (_, value) => coerce_scalar(shape, value),
    }
}

fn coerce_members(shape: &Shape, members: Map<String, Value>) -> Result<Value, ApiError> {
    let mut found = Map::new();
    for (wire, value) in members {
        if value.is_null() {
            continue;
        }
        let member = shape.members().iter().find(|member| member.wire() == wire);
        match member {
            Some(member) => found.insert(member.name.to_owned(), coerce(member.shape, value)?),
            None => found.insert(wire, value),
        };
    }
    Ok(Value::Object(found))
}

fn coerce_scalar(shape: &Shape, value: Value) -> Result<Value, ApiError> {
    let (wanted, found) = match (shape.kind, &value) {
        (Kind::String(_) | Kind::Blob { .. }, Value::String(_))
        | (Kind::Boolean, Value::Bool(_)) => (None, value),
        (Kind::String(_), _) => (Some("a String"), value),
        (Kind::Blob { .. }, _) => (Some("a Blob"), value),
        (Kind::Boolean, _) => (Some("a Boolean"), value),
        (Kind::Integer { .. }, _) => match scalar::to_integer(&value) {
            Some(number) => (None, Value::from(number)),
            None => (Some("an Integer"), value),
        },
        (Kind::Float { .. }, _) => match scalar::to_float(&value) {
            Some(_) => (None, value),
            None => (Some("a Double"), value),
        },
        (Kind::Timestamp(_), _) => match timestamp::from_value(&value) {
            Some(millis) => (None, timestamp::to_value(millis)),
            None => (Some("a Timestamp"), value),
        },
        (Kind::Structure { .. }, _) => (Some("a Structure"), value),
        (Kind::List { .. }, _) => (Some("a List"), value),
        (Kind::Map { .. }, _) => (Some("a Map"), value),
    };
    match wanted {
        None => Ok(found),
        Some(wanted) => Err(ApiError::serialization(format!(
            "{} can not be converted to {wanted} (`{}`)",
            kind_of(&found),
            shape.name
        ))),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

fn emit(shape: &Shape, value: &Value) -> Value {
    match (shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Object(values)) => {
            let mut found = Map::new();
            for member in members
                .iter()
                .filter(|member| member.location == Location::Body)
            {
                match values.get(member.name) {
                    None | Some(Value::Null) => {}
                    Some(value) => {
                        found.insert(member.wire().to_owned(), emit(member.shape, value));
                    }
                }
            }
            Value::Object(found)
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            items.iter().map(|item| emit(member, item)).collect()
        }
        (Kind::Map { value: target, .. }, Value::Object(entries)) => {
            let entries = entries.iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), emit(target, value)))
                    .collect(),
            )
        }
        (Kind::Timestamp(format), _) => emit_timestamp(format, value),
        _ => value.clone(),
    }
}

fn emit_timestamp(format: Option<crate::table::TimestampFormat>, value: &Value) -> Value {
    use crate::table::TimestampFormat::Unix;
    match (format, timestamp::from_value(value)) {
        (_, None) => value.clone(),
        (None | Some(Unix), Some(millis)) => timestamp::to_value(millis),
        (Some(format), Some(millis)) => Value::from(timestamp::print(millis, format)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;
    use serde_json::json;

    fn input(service_name: &str, operation: &str) -> &'static Shape {
        let service = service(service_name).unwrap();
        service.operation(operation).unwrap().input.unwrap()
    }

    #[test]
    fn moments_become_numbers_and_nulls_disappear() {
        let shape = input("sagemaker", "ListTrainingJobs");
        let body =
            br#"{"CreationTimeAfter":"2026-11-24T10:00:00Z","MaxResults":5.0,"NextToken":null}"#;
        let value = read(shape, body).unwrap();
        assert_eq!(
            value,
            json!({"CreationTimeAfter": 1_795_514_400, "MaxResults": 5})
        );
    }

    #[test]
    fn unknown_members_are_kept_for_validation() {
        let shape = input("sagemaker", "DescribeModel");
        let value = read(shape, br#"{"ModelName":"m","Colour":{"a":[1]}}"#).unwrap();
        assert_eq!(value, json!({"ModelName": "m", "Colour": {"a": [1]}}));
    }

    #[test]
    fn wrong_types_are_refused() {
        let shape = input("sagemaker", "CreateTrainingJob");
        for (body, message) in [
            (
                r#"{"TrainingJobName":1}"#,
                "NUMBER_VALUE can not be converted to a String (`TrainingJobName`)",
            ),
            (
                r#"{"HyperParameters":[]}"#,
                "START_ARRAY can not be converted to a Map (`HyperParameters`)",
            ),
            (
                r#"{"EnableNetworkIsolation":"yes"}"#,
                "STRING_VALUE can not be converted to a Boolean (`Boolean`)",
            ),
            (
                r#"{"HyperParameters":{"a":1}}"#,
                "NUMBER_VALUE can not be converted to a String (`HyperParameterValue`)",
            ),
            ("[]", "the body is not a JSON object"),
        ] {
            let error = read(shape, body.as_bytes()).unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("SerializationException", message)
            );
        }
        assert!(
            read(shape, b"{")
                .unwrap_err()
                .message
                .starts_with("the body is not JSON")
        );
    }

    #[test]
    fn empty_bodies_have_no_members() {
        assert_eq!(
            read(input("sts", "GetCallerIdentity"), b" \n").unwrap(),
            json!({})
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let shape = input("sagemaker", "DescribeModel");
        let nested =
            |levels: usize| format!("{{\"X\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(shape, nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        let error = read(shape, nested(MAX_DEPTH + 1).as_bytes()).unwrap_err();
        assert_eq!(error.message, "the request is nested deeper than 50 levels");
        assert!(read(shape, nested(100_000).as_bytes()).is_err());
    }

    #[test]
    fn answers_have_the_members_of_the_shape_alone() {
        let service = service("sagemaker").unwrap();
        let output = service.operation("DescribeModel").unwrap().output;
        let stored = json!({"ModelName": "m", "Tags": [], "CreationTime": 1.25, "EnableNetworkIsolation": null});
        assert_eq!(
            write(output, &stored),
            r#"{"ModelName":"m","CreationTime":1.25}"#
        );
        assert_eq!(write(None, &stored), "{}");
    }
}
