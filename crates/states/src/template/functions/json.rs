//! `States.JsonMerge` and `States.StringToJson`; `States.JsonToString` is printing.

use serde_json::Value;

use super::dispatch::{Arguments, FunctionError, FunctionResult};

/// Merges two objects; the second wins, at the top level alone.
pub(super) fn merge(arguments: &Arguments) -> FunctionResult {
    let first = arguments
        .value(0)
        .as_object()
        .ok_or_else(|| arguments.misfit(0, "an object"))?;
    let second = arguments
        .value(1)
        .as_object()
        .ok_or_else(|| arguments.misfit(1, "an object"))?;
    if arguments.value(2) != &Value::Bool(false) {
        return Err(arguments.misfit(2, "false, since a deep merge is not supported,"));
    }
    let mut merged = first.clone();
    for (name, value) in second {
        merged.insert(name.clone(), value.clone());
    }
    Ok(Value::Object(merged))
}

pub(super) fn parse(arguments: &Arguments) -> FunctionResult {
    serde_json::from_str(arguments.text(0)?).map_err(|error| FunctionError::Json(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn merges_and_parses() {
        assert_eq!(
            call(
                "JsonMerge",
                json!([{"k": {"x": 1}, "m": 1}, {"k": {"y": 2}}, false])
            ),
            Ok(json!({"k": {"y": 2}, "m": 1}))
        );
        assert_eq!(
            call("StringToJson", json!(["{\"a\":[1,2.5,null]}"])),
            Ok(json!({"a": [1, 2.5, null]}))
        );
        assert_eq!(call("StringToJson", json!(["12"])), Ok(json!(12)));
        assert_eq!(
            call("JsonToString", json!([{"b": [1, "x\""]}])),
            Ok(json!("{\"b\":[1,\"x\\\"\"]}"))
        );
    }

    #[test]
    fn misuse() {
        assert!(call("JsonMerge", json!([{}, {}, true])).is_err());
        assert!(call("JsonMerge", json!([{}, [], false])).is_err());
        assert!(call("StringToJson", json!(["{a"])).is_err());
        assert!(call("StringToJson", json!([{}])).is_err());
    }
}
