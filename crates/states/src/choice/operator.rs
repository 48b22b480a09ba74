//! The comparison operators of a Choice rule.

use std::cmp::Ordering;

use serde_json::Value;

use super::value::compare_numbers;
use super::wildcard::Wildcard;
use crate::path::Path;
use crate::timestamp;

/// What is asked of a rule's variable.
#[derive(Debug, Clone)]
pub(crate) enum Operator {
    Compare {
        domain: Domain,
        relation: Relation,
        operand: Operand,
    },
    Matches(Wildcard),
    /// The answer of the test must be the truth value.
    Is {
        test: TypeTest,
        expected: bool,
    },
}

/// The values that an operator compares; a value outside is never equal, less or greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

/// What the variable is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Literal(Value),
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeTest {
    Present,
    Null,
    String,
    Numeric,
    Boolean,
    Timestamp,
}

/// Why an operator cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OperatorError {
    /// There is no operator of this name.
    Unknown,
    /// The operand is of the wrong type; the text says which it must be.
    Operand(&'static str),
    /// The operand is no path.
    Path(crate::path::SyntaxError),
}

impl Operator {
    /// Reads an operator from the name of its field and the operand.
    pub(crate) fn read(name: &str, operand: &Value) -> Result<Operator, OperatorError> {
        if let Some(test) = type_test(name) {
            let expected = operand.as_bool().ok_or(OperatorError::Operand("BOOLEAN"))?;
            return Ok(Operator::Is { test, expected });
        }
        if name == "StringMatches" {
            let pattern = operand.as_str().ok_or(OperatorError::Operand("STRING"))?;
            return Ok(Operator::Matches(Wildcard::new(pattern)));
        }
        let (base, by_path) = match name.strip_suffix("Path") {
            Some(base) => (base, true),
            None => (name, false),
        };
        let (domain, relation) = comparison(base).ok_or(OperatorError::Unknown)?;
        let operand = if by_path {
            let text = operand.as_str().ok_or(OperatorError::Operand("STRING"))?;
            Operand::Path(Path::parse(text).map_err(OperatorError::Path)?)
        } else if domain.holds(operand) {
            Operand::Literal(operand.clone())
        } else {
            return Err(OperatorError::Operand(domain.expected()));
        };
        Ok(Operator::Compare {
            domain,
            relation,
            operand,
        })
    }

    /// Whether it may be asked of a variable that is not there.
    pub(crate) fn asks_for_presence(&self) -> bool {
        matches!(
            self,
            Operator::Is {
                test: TypeTest::Present,
                ..
            }
        )
    }
}

impl TypeTest {
    /// What the test says of a value that is there.
    pub(super) fn holds(self, value: &Value) -> bool {
        match self {
            TypeTest::Present => true,
            TypeTest::Null => value.is_null(),
            TypeTest::String => value.is_string(),
            TypeTest::Numeric => value.is_number(),
            TypeTest::Boolean => value.is_boolean(),
            TypeTest::Timestamp => Domain::Timestamp.holds(value),
        }
    }
}

impl Domain {
    fn holds(self, value: &Value) -> bool {
        match self {
            Domain::String => value.is_string(),
            Domain::Numeric => value.is_number(),
            Domain::Boolean => value.is_boolean(),
            Domain::Timestamp => value
                .as_str()
                .is_some_and(|text| timestamp::parse(text).is_some()),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Domain::String => "STRING",
            Domain::Numeric => "NUMBER",
            Domain::Boolean => "BOOLEAN",
            Domain::Timestamp => "RFC 3339 timestamp",
        }
    }

    /// The order of two values of this domain; nothing when one is outside.
    pub(super) fn compare(self, left: &Value, right: &Value) -> Option<Ordering> {
        match (self, left, right) {
            (Domain::String, Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            (Domain::Numeric, Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
            (Domain::Boolean, Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Domain::Timestamp, Value::String(a), Value::String(b)) => {
                Some(timestamp::parse(a)?.cmp(&timestamp::parse(b)?))
            }
            _ => None,
        }
    }
}

impl Relation {
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Relation::Equals => order.is_eq(),
            Relation::LessThan => order.is_lt(),
            Relation::GreaterThan => order.is_gt(),
            Relation::LessThanEquals => order.is_le(),
            Relation::GreaterThanEquals => order.is_ge(),
        }
    }
}

fn type_test(name: &str) -> Option<TypeTest> {
    Some(match name {
        "IsPresent" => TypeTest::Present,
        "IsNull" => TypeTest::Null,
        "IsString" => TypeTest::String,
        "IsNumeric" => TypeTest::Numeric,
        "IsBoolean" => TypeTest::Boolean,
        "IsTimestamp" => TypeTest::Timestamp,
        _ => return None,
    })
}

fn comparison(name: &str) -> Option<(Domain, Relation)> {
    if name == "BooleanEquals" {
        return Some((Domain::Boolean, Relation::Equals));
    }
    let domains = [
        ("String", Domain::String),
        ("Numeric", Domain::Numeric),
        ("Timestamp", Domain::Timestamp),
    ];
    let (domain, rest) = domains
        .into_iter()
        .find_map(|(word, domain)| Some((domain, name.strip_prefix(word)?)))?;
    let relation = match rest {
        "Equals" => Relation::Equals,
        "LessThan" => Relation::LessThan,
        "GreaterThan" => Relation::GreaterThan,
        "LessThanEquals" => Relation::LessThanEquals,
        "GreaterThanEquals" => Relation::GreaterThanEquals,
        _ => return None,
    };
    Some((domain, relation))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_all_operators_and_no_others() {
        let mut known = 0;
        for domain in ["String", "Numeric", "Timestamp", "Boolean"] {
            for relation in [
                "Equals",
                "LessThan",
                "GreaterThan",
                "LessThanEquals",
                "GreaterThanEquals",
            ] {
                known += u32::from(
                    Operator::read(&format!("{domain}{relation}Path"), &json!("$.a")).is_ok(),
                );
            }
        }
        assert_eq!(known, 16);
        for name in [
            "IsPresent",
            "IsNull",
            "IsString",
            "IsNumeric",
            "IsBoolean",
            "IsTimestamp",
        ] {
            assert!(Operator::read(name, &json!(true)).is_ok(), "{name}");
        }
        for name in [
            "StringMatchesPath",
            "IsNullPath",
            "NumericMatches",
            "Equals",
            "String",
            "Next",
        ] {
            let read = Operator::read(name, &json!("$.a"));
            assert_eq!(read.unwrap_err(), OperatorError::Unknown, "{name}");
        }
    }

    #[test]
    fn operands_have_a_type() {
        for (name, operand, expected) in [
            ("NumericEquals", json!("1"), "NUMBER"),
            ("StringLessThan", json!(1), "STRING"),
            ("BooleanEquals", json!(null), "BOOLEAN"),
            ("TimestampEquals", json!("2024-03-01"), "RFC 3339 timestamp"),
            ("IsNull", json!("true"), "BOOLEAN"),
            ("StringMatches", json!(1), "STRING"),
            ("NumericEqualsPath", json!(1), "STRING"),
        ] {
            let error = Operator::read(name, &operand).unwrap_err();
            assert_eq!(error, OperatorError::Operand(expected), "{name}");
        }
        assert!(matches!(
            Operator::read("NumericEqualsPath", &json!("a")).unwrap_err(),
            OperatorError::Path(_)
        ));
    }
}
