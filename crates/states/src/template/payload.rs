//! Payload templates: JSON in which a key that ends in `.$` takes its value from an expression.

use serde_json::{Map, Value};

use super::Expression;
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::path::SyntaxError;

/// A template; whatever holds no expression is one literal.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    Literal(Value),
    Object(Vec<(String, Template)>),
    Array(Vec<Template>),
    /// `key` is the field as it is written, with its `.$`.
    Dynamic {
        key: String,
        expression: Expression,
    },
}

/// An expression of a template that cannot be read.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// JSON pointer, from the template, to the object that holds it.
    pub(crate) pointer: String,
    /// The field in that object, with its `.$`.
    pub(crate) field: String,
    pub(crate) error: SyntaxError,
}

impl Template {
    /// Reads a template; the errors are all that it holds.
    pub(crate) fn parse(value: &Value) -> Result<Template, Vec<Misfit>> {
        let mut misfits = Vec::new();
        let template = read(value, "", &mut misfits);
        if misfits.is_empty() {
            Ok(template)
        } else {
            Err(misfits)
        }
    }

    /// The template with its expressions evaluated on `input`.
    pub(crate) fn fill(
        &self,
        input: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        match self {
            Template::Literal(value) => Ok(value.clone()),
            Template::Array(items) => items
                .iter()
                .map(|item| item.fill(input, environment))
                .collect(),
            Template::Object(members) => {
                let mut object = Map::new();
                for (name, member) in members {
                    object.insert(name.clone(), member.fill(input, environment)?);
                }
                Ok(Value::Object(object))
            }
            Template::Dynamic { key, expression } => expression.evaluate(key, input, environment),
        }
    }
}

fn read(value: &Value, pointer: &str, misfits: &mut Vec<Misfit>) -> Template {
    match value {
        Value::Array(items) => {
            let items: Vec<Template> = items
                .iter()
                .enumerate()
                .map(|(index, item)| read(item, &format!("{pointer}/{index}"), misfits))
                .collect();
            if items
                .iter()
                .all(|item| matches!(item, Template::Literal(_)))
            {
                Template::Literal(value.clone())
            } else {
                Template::Array(items)
            }
        }
        Value::Object(members) => {
            let members: Vec<(String, Template)> = members
                .iter()
                .map(|(key, member)| read_member(key, member, pointer, misfits))
                .collect();
            if members
                .iter()
                .all(|(_, member)| matches!(member, Template::Literal(_)))
            {
                Template::Literal(value.clone())
            } else {
                Template::Object(members)
            }
        }
        _ => Template::Literal(value.clone()),
    }
}

fn read_member(
    key: &str,
    value: &Value,
    pointer: &str,
    misfits: &mut Vec<Misfit>,
) -> (String, Template) {
    let Some(name) = key.strip_suffix(".$") else {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        return (key.to_owned(), read(value, &pointer, misfits));
    };
    let field = key.to_owned();
    let error = match value.as_str().map(Expression::parse) {
        Some(Ok(expression)) => {
            return (
                name.to_owned(),
                Template::Dynamic {
                    key: field,
                    expression,
                },
            );
        }
        Some(Err(error)) => error,
        None => SyntaxError::Malformed("it is no STRING".to_owned()),
    };
    misfits.push(Misfit {
        pointer: pointer.to_owned(),
        field,
        error,
    });
    (name.to_owned(), Template::Literal(Value::Null))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::context::test_support::with_environment;

    #[test]
    fn expressions_are_filled_in_at_any_depth() {
        let template = Template::parse(&json!({
            "l": [{"v.$": "$.a"}, 1], "o": {"p": {"q.$": "$.b"}}, "t": "$.a", "n.$": "$$.State.Name", ".$": "$.a",
        }))
        .unwrap();
        let filled = with_environment(|e| template.fill(&json!({"a": 1, "b": "z"}), e));
        assert_eq!(
            filled,
            Ok(json!({"l": [{"v": 1}, 1], "o": {"p": {"q": "z"}}, "t": "$.a", "n": "S", "": 1}))
        );
    }

    #[test]
    fn a_path_that_finds_nothing_is_told_with_field_and_input() {
        let template = Template::parse(&json!({"v.$": "$.none"})).unwrap();
        let error = with_environment(|e| template.fill(&json!({"a": 1}), e)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The JSONPath '$.none' specified for the field 'v.$' could not be found in the input '{\"a\":1}'"
        );
    }

    #[test]
    fn every_misfit_is_found_with_its_place() {
        let misfits = Template::parse(
            &json!({"a": [{"b/c.$": "plain"}], "d.$": 1, "e.$": "States.Nothing()"}),
        )
        .unwrap_err();
        let places: Vec<(&str, &str)> = misfits
            .iter()
            .map(|misfit| (misfit.pointer.as_str(), misfit.field.as_str()))
            .collect();
        assert_eq!(places, [("/a/0", "b/c.$"), ("", "d.$"), ("", "e.$")]);
    }
}
