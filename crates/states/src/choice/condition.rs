//! A condition: an operator on a variable, or And, Or and Not of others.

use serde_json::Value;

use super::operator::{Operand, Operator};
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::path::{Path, Root};

/// The condition of a Choice rule.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test { variable: Path, operator: Operator },
}

impl Condition {
    /// Whether it holds; And and Or stop at the first answer that decides.
    pub(crate) fn holds(
        &self,
        input: &Value,
        environment: &Environment<'_>,
    ) -> Result<bool, EvaluationError> {
        match self {
            Condition::And(conditions) => {
                for condition in conditions {
                    if !condition.holds(input, environment)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Or(conditions) => {
                for condition in conditions {
                    if condition.holds(input, environment)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(condition) => Ok(!condition.holds(input, environment)?),
            Condition::Test { variable, operator } => test(variable, operator, input, environment),
        }
    }
}

/// A variable that is not there is an error, unless that is the question.
fn test(
    variable: &Path,
    operator: &Operator,
    input: &Value,
    environment: &Environment<'_>,
) -> Result<bool, EvaluationError> {
    let value = match read(variable, input, environment) {
        Ok(value) => value,
        Err(error) => {
            return match operator {
                Operator::Is { expected, .. } if operator.asks_for_presence() => Ok(!expected),
                _ => Err(error),
            };
        }
    };
    match operator {
        Operator::Is { test, expected } => Ok(test.holds(&value) == *expected),
        Operator::Matches(wildcard) => {
            Ok(value.as_str().is_some_and(|text| wildcard.matches(text)))
        }
        Operator::Compare {
            domain,
            relation,
            operand,
        } => {
            let order = match operand {
                Operand::Literal(literal) => domain.compare(&value, literal),
                Operand::Path(path) => domain.compare(&value, &read(path, input, environment)?),
            };
            Ok(order.is_some_and(|order| relation.holds(order)))
        }
    }
}

fn read(
    path: &Path,
    input: &Value,
    environment: &Environment<'_>,
) -> Result<Value, EvaluationError> {
    let document = match path.root {
        Root::Input => input,
        Root::Context => environment.context.object(),
    };
    path.read(document).map_err(|_| {
        let message = format!(
            "Invalid path '{path}': The choice state's condition path references an invalid value."
        );
        EvaluationError::Field(message)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::context::test_support::with_environment;

    fn test(variable: &str, operator: &str, operand: &Value) -> Condition {
        Condition::Test {
            variable: Path::parse(variable).unwrap(),
            operator: Operator::read(operator, operand).unwrap(),
        }
    }

    fn holds(condition: &Condition) -> Result<bool, EvaluationError> {
        let input = json!({"n": 3, "t": "b", "z": null, "time": "2024-03-01T12:00:00Z", "w": "3"});
        with_environment(|environment| condition.holds(&input, environment))
    }

    #[test]
    fn operators_hold_within_their_domain() {
        for (variable, operator, operand, expected) in [
            ("$.n", "NumericEquals", json!(3.0), true),
            ("$.n", "NumericGreaterThan", json!(3), false),
            ("$.n", "NumericGreaterThanEquals", json!(3), true),
            ("$.n", "NumericEqualsPath", json!("$.w"), false),
            ("$.n", "StringEquals", json!("3"), false),
            ("$.t", "StringLessThan", json!("c"), true),
            ("$.t", "StringLessThanEquals", json!("a"), false),
            (
                "$.time",
                "TimestampEquals",
                json!("2024-03-01T13:00:00+01:00"),
                true,
            ),
            (
                "$.t",
                "TimestampEquals",
                json!("2024-03-01T13:00:00+01:00"),
                false,
            ),
            ("$.z", "BooleanEquals", json!(false), false),
            ("$.z", "IsNull", json!(true), true),
            ("$.z", "IsPresent", json!(true), true),
            ("$.none", "IsPresent", json!(false), true),
            ("$.n.deep.er", "IsPresent", json!(true), false),
            ("$.n", "IsString", json!(false), true),
            ("$.time", "IsTimestamp", json!(true), true),
            ("$$.State.Name", "StringMatches", json!("*S*"), true),
        ] {
            let condition = test(variable, operator, &operand);
            assert_eq!(
                holds(&condition),
                Ok(expected),
                "{variable} {operator} {operand}"
            );
        }
    }

    #[test]
    fn a_missing_value_is_an_error_where_it_is_looked_at() {
        let missing = test("$.none", "NumericEquals", &json!(1));
        let text = holds(&missing).unwrap_err().to_string();
        assert_eq!(
            text,
            "Invalid path '$.none': The choice state's condition path references an invalid value."
        );
        assert!(holds(&test("$.n", "NumericEqualsPath", &json!("$.none"))).is_err());
        let present = || test("$.none", "IsPresent", &json!(true));
        assert_eq!(
            holds(&Condition::And(vec![present(), missing.clone()])),
            Ok(false)
        );
        let absent = test("$.none", "IsPresent", &json!(false));
        assert_eq!(
            holds(&Condition::Or(vec![absent, missing.clone()])),
            Ok(true)
        );
        assert_eq!(holds(&Condition::Not(Box::new(present()))), Ok(true));
    }
}
