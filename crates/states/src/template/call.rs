//! A call of an intrinsic function: `States.Format('{}-{}', $.a, States.UUID())`.

use serde_json::Value;

use super::expression::read_argument;
use super::function::Function;
use super::functions;
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::limits;
use crate::path::{Cursor, Path, SyntaxError, path_at};

/// A call with its arguments and the text that it was written as.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    text: String,
    function: Function,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone)]
enum Argument {
    /// A number, a truth value or `null`.
    Literal(Value),
    /// A text between single quotes, its escapes still in place: `States.Format` reads them its own way.
    Text(String),
    Path(Path),
    Call(Call),
}

impl Call {
    /// Reads the call at the cursor; `depth` counts from 1.
    pub(super) fn parse(cursor: &mut Cursor<'_>, depth: usize) -> Result<Call, SyntaxError> {
        if depth > limits::INTRINSIC_DEPTH {
            return Err(cursor.error("intrinsic functions are nested too deep"));
        }
        let start = cursor.position();
        cursor.expect("States.")?;
        let name = cursor.take_while(|c| c.is_ascii_alphanumeric());
        let function = Function::by_name(name)
            .ok_or_else(|| cursor.error(&format!("`States.{name}` is no intrinsic function")))?;
        cursor.skip_space();
        cursor.expect("(")?;
        let arguments = arguments(cursor, depth)?;
        if !function.takes(arguments.len()) {
            let message = format!(
                "`States.{name}` does not take {} arguments",
                arguments.len()
            );
            return Err(cursor.error(&message));
        }
        Ok(Call {
            text: cursor.since(start).to_owned(),
            function,
            arguments,
        })
    }

    pub(super) fn evaluate(
        &self,
        field: &str,
        input: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        let mut values = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            values.push(match argument {
                Argument::Literal(value) => value.clone(),
                // The template of a Format keeps its escapes; `functions` takes them away.
                Argument::Text(text) if self.function == Function::Format && values.is_empty() => {
                    Value::String(text.clone())
                }
                Argument::Text(text) => Value::String(unescape(text)),
                Argument::Path(path) => read_argument(path, field, input, environment)?,
                Argument::Call(call) => call.evaluate(field, input, environment)?,
            });
        }
        let value =
            functions::apply(self.function, values, environment.random).map_err(|reason| {
                EvaluationError::Intrinsic {
                    call: self.text.clone(),
                    reason: reason.to_string(),
                }
            })?;
        environment.spend(&value)?;
        Ok(value)
    }
}

/// The arguments and the parenthesis behind them.
fn arguments(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<Argument>, SyntaxError> {
    let mut arguments = Vec::new();
    cursor.skip_space();
    if cursor.eat(")") {
        return Ok(arguments);
    }
    loop {
        cursor.skip_space();
        arguments.push(argument(cursor, depth)?);
        cursor.skip_space();
        if cursor.eat(")") {
            return Ok(arguments);
        }
        cursor.expect(",")?;
    }
}

fn argument(cursor: &mut Cursor<'_>, depth: usize) -> Result<Argument, SyntaxError> {
    match cursor.peek() {
        Some('$') => return path_at(cursor).map(Argument::Path),
        Some('\'') => return text(cursor).map(Argument::Text),
        Some('S') => return Call::parse(cursor, depth + 1).map(Argument::Call),
        _ => {}
    }
    for (word, value) in [
        ("true", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("null", Value::Null),
    ] {
        if cursor.eat(word) {
            return Ok(Argument::Literal(value));
        }
    }
    let number = cursor
        .number()?
        .ok_or_else(|| cursor.error("expected an argument"))?;
    Ok(Argument::Literal(Value::Number(number)))
}

/// A text between single quotes, with its escapes.
fn text(cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
    let start = cursor.position();
    cursor.quoted()?;
    let quoted = cursor.since(start);
    Ok(quoted[1..quoted.len() - 1].to_owned())
}

/// Takes the backslashes away that stand before a quote, a brace or a backslash.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, characters.peek()) {
            ('\\', Some(&next @ ('\'' | '{' | '}' | '\\'))) => {
                plain.push(next);
                characters.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Expression;
    use crate::context::test_support::with_environment;

    #[test]
    fn refuses_malformed_calls() {
        for text in [
            "States.Reverse($.a)",
            "States.Array",
            "States.Array(",
            "States.Array($.a",
            "States.Array($.a,)",
            "States.Array($.a) x",
            "States.Array('a)",
            "States.Array(a)",
            "States.UUID(1)",
            "States.Format()",
            "States.MathRandom(1)",
            "States.ArrayRange(1, 2)",
            "States.Array(1e)",
            "states.Array()",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn calls_nest_to_ten() {
        let nested =
            |depth: usize| format!("{}1{}", "States.Array(".repeat(depth), ")".repeat(depth));
        assert!(Expression::parse(&nested(10)).is_ok());
        assert!(Expression::parse(&nested(11)).is_err());
    }

    #[test]
    fn arguments_of_every_kind() {
        let text = "States.Array( $.a['b, c)'] ,'it\\'s, (so)',-2.5,true , null, $$.State.Name, States.UUID( ) )";
        let expression = Expression::parse(text).unwrap();
        let value =
            with_environment(|e| expression.evaluate("f.$", &json!({"a": {"b, c)": 1}}), e))
                .unwrap();
        let items = value.as_array().unwrap();
        assert_eq!(
            items[..6],
            [
                json!(1),
                json!("it's, (so)"),
                json!(-2.5),
                json!(true),
                json!(null),
                json!("S")
            ]
        );
        assert_eq!(items[6].as_str().unwrap().len(), 36);
    }

    #[test]
    fn a_failing_call_is_told_with_its_text() {
        let expression = Expression::parse("States.ArrayGetItem($.l, 3)").unwrap();
        let error =
            with_environment(|e| expression.evaluate("f.$", &json!({"l": [1]}), e)).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(
                "The function 'States.ArrayGetItem($.l, 3)' had the following error: "
            ),
            "{text}"
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[$.()', \\\\a-cS0-9{}\\[\\]-]{0,40}") {
            let _ = Expression::parse(&format!("States.Array({text}"));
        }
    }
}
