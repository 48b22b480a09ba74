//! `States.Format` and `States.StringSplit`.

use serde_json::Value;

use super::dispatch::{Arguments, FunctionError, FunctionResult};

/// Puts the arguments into the places `{}` of the template, whose escapes are still in it.
pub(super) fn format(arguments: &Arguments) -> FunctionResult {
    let mut text = String::new();
    let mut used = 0;
    let mut characters = arguments.text(0)?.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, characters.peek()) {
            ('\\', Some(&next @ ('\'' | '{' | '}' | '\\'))) => {
                text.push(next);
                characters.next();
            }
            ('{', Some('}')) => {
                characters.next();
                used += 1;
                if used >= arguments.len() {
                    return Err(FunctionError::Outside(
                        "the template has more places than there are arguments",
                    ));
                }
                push_value(&mut text, arguments, used)?;
            }
            ('{' | '}', _) => {
                return Err(arguments.misfit(0, "a template with braces in pairs `{}` or escaped"));
            }
            _ => text.push(c),
        }
    }
    if used + 1 < arguments.len() {
        return Err(FunctionError::Outside(
            "the template has fewer places than there are arguments",
        ));
    }
    Ok(text.into())
}

fn push_value(text: &mut String, arguments: &Arguments, index: usize) -> Result<(), FunctionError> {
    match arguments.value(index) {
        Value::String(value) => text.push_str(value),
        value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => {
            text.push_str(&value.to_string());
        }
        Value::Array(_) | Value::Object(_) => {
            return Err(arguments.misfit(index, "a string, a number, a boolean or null"));
        }
    }
    Ok(())
}

/// Splits at each character of the delimiter; empty parts are dropped.
pub(super) fn split(arguments: &Arguments) -> FunctionResult {
    let (text, delimiters) = (arguments.text(0)?, arguments.text(1)?);
    let parts = text
        .split(|c| delimiters.contains(c))
        .filter(|part| !part.is_empty());
    Ok(parts.map(Value::from).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn formats() {
        for (arguments, expected) in [
            (json!(["{}/{}", 1, "z"]), "1/z"),
            (json!(["{} {} {}", true, 1.5, null]), "true 1.5 null"),
            (json!(["\\{\\} \\'{}\\' \\\\", "{}"]), "{} '{}' \\"),
            (json!(["plain"]), "plain"),
            (json!(["{}{}", "a", "b"]), "ab"),
        ] {
            assert_eq!(
                call("Format", arguments.clone()),
                Ok(json!(expected)),
                "{arguments}"
            );
        }
    }

    #[test]
    fn a_template_and_its_arguments_must_agree() {
        for arguments in [
            json!(["{} {}", 1]),
            json!(["{}", 1, 2]),
            json!(["{", 1]),
            json!(["}"]),
            json!(["{}", [1]]),
            json!(["{}", {}]),
            json!([1]),
        ] {
            assert!(call("Format", arguments.clone()).is_err(), "{arguments}");
        }
    }

    #[test]
    fn splits_at_each_character_of_the_delimiter() {
        assert_eq!(
            call("StringSplit", json!([",a,,b,", ","])),
            Ok(json!(["a", "b"]))
        );
        assert_eq!(
            call("StringSplit", json!(["a.b+c", ".+"])),
            Ok(json!(["a", "b", "c"]))
        );
        assert_eq!(call("StringSplit", json!(["abc", ""])), Ok(json!(["abc"])));
        assert!(call("StringSplit", json!([1, ","])).is_err());
    }
}
