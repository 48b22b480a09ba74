//! `Choice`: decides which state comes next.

use serde_json::Value;

use super::Fields;
use crate::choice::{Condition, Operator, OperatorError};
use crate::path::SyntaxError;

/// The fields of a Choice state.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Option<String>,
}

/// One rule: where to go when its condition holds.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: String,
}

pub(super) fn choice(fields: &mut Fields<'_>) -> Choice {
    for name in ["Next", "End"] {
        if fields.take(name).is_some() {
            fields.wrong(
                name,
                format!("Field '{name}' is not supported by a Choice state"),
            );
        }
    }
    fields.require("Choices");
    let items = fields.filled_array("Choices");
    let mut rules = Vec::new();
    for (index, item) in items.into_iter().flatten().enumerate() {
        let pointer = format!("{}/{index}", fields.at("Choices"));
        let Some(mut rule) = Fields::new(item, pointer, fields.problems()) else {
            continue;
        };
        super::parse::refuse_later_features(&mut rule);
        let next = rule.require_string("Next");
        let condition = condition(&mut rule);
        rule.finish();
        if let (Some(next), Some(condition)) = (next, condition) {
            rules.push(Rule {
                condition,
                next: next.to_owned(),
            });
        }
    }
    Choice {
        rules,
        default: fields.string("Default").map(str::to_owned),
    }
}

/// Reads the one operator of a rule. JSON's own limit on depth bounds the recursion.
fn condition(rule: &mut Fields<'_>) -> Option<Condition> {
    rule.string("Comment");
    let operators: Vec<(&String, &Value)> = rule
        .members()
        .filter(|(name, _)| is_operator(name))
        .collect();
    let [(name, operand)] = operators[..] else {
        // One problem is enough for what cannot be told apart.
        for name in operators
            .iter()
            .map(|(name, _)| name.as_str())
            .chain(["Variable"])
        {
            rule.take(name);
        }
        let message = "A choice rule must have exactly one operator";
        rule.problems().schema(rule.pointer(), message);
        return None;
    };
    match name.as_str() {
        "And" => several(rule, name).map(Condition::And),
        "Or" => several(rule, name).map(Condition::Or),
        "Not" => {
            rule.take(name);
            nested(operand, rule.at(name), rule).map(|inner| Condition::Not(Box::new(inner)))
        }
        _ => test(rule, name, operand),
    }
}

/// Every field that is not part of the frame of a rule is meant as its operator.
fn is_operator(name: &str) -> bool {
    !matches!(
        name,
        "Variable" | "Next" | "Comment" | "Assign" | "Output" | "Condition"
    )
}

fn several(rule: &mut Fields<'_>, name: &str) -> Option<Vec<Condition>> {
    let items = rule.filled_array(name)?;
    let at = rule.at(name);
    let read: Vec<Option<Condition>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| nested(item, format!("{at}/{index}"), rule))
        .collect();
    read.into_iter().collect()
}

/// A rule inside another has no `Next`.
fn nested(value: &Value, pointer: String, around: &Fields<'_>) -> Option<Condition> {
    let mut rule = Fields::new(value, pointer, around.problems())?;
    let condition = condition(&mut rule);
    rule.finish();
    condition
}

fn test(rule: &mut Fields<'_>, name: &str, operand: &Value) -> Option<Condition> {
    rule.take(name);
    rule.require("Variable");
    let variable = rule.path("Variable");
    match Operator::read(name, operand) {
        Ok(operator) => Some(Condition::Test {
            variable: variable?,
            operator,
        }),
        Err(error) => {
            match error {
                OperatorError::Unknown => {
                    rule.wrong(name, format!("Field '{name}' is not supported"));
                }
                OperatorError::Operand(expected) => {
                    rule.wrong(name, format!("Value is not of type {expected}"));
                }
                OperatorError::Path(error) => {
                    rule.readable(name, Err::<(), SyntaxError>(error));
                }
            }
            None
        }
    }
}
