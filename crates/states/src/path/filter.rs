//! Filters: `[?(@.size > 3 && @.name)]`.
//!
//! On an array a filter keeps the items that pass; on an object it keeps the object itself if that passes.

use std::cmp::Ordering;

use serde_json::Value;

use super::Cursor;
use super::evaluate::{PathError, select};
use super::query::Step;
use crate::choice::compare_numbers;

/// A condition on an item.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare {
        left: Operand,
        comparison: Comparison,
        right: Operand,
    },
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Literal(Value),
    /// From the item (`@`) or from the whole document (`$`).
    Path {
        from_item: bool,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    /// Reads the operator at the cursor, if one stands there.
    pub(super) fn at(cursor: &mut Cursor<'_>) -> Option<Comparison> {
        let table = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessEqual),
            (">=", Comparison::GreaterEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        table
            .into_iter()
            .find_map(|(text, comparison)| cursor.eat(text).then_some(comparison))
    }
}

impl Filter {
    pub(super) fn holds(&self, item: &Value, root: &Value) -> Result<bool, PathError> {
        match self {
            Filter::Or(filters) => {
                for filter in filters {
                    if filter.holds(item, root)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::And(filters) => {
                for filter in filters {
                    if !filter.holds(item, root)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Not(filter) => Ok(!filter.holds(item, root)?),
            Filter::Exists(operand) => Ok(operand.value(item, root)?.is_some()),
            Filter::Compare {
                left,
                comparison,
                right,
            } => {
                let left = left.value(item, root)?;
                let right = right.value(item, root)?;
                Ok(compare(left.as_ref(), *comparison, right.as_ref()))
            }
        }
    }
}

impl Operand {
    /// The value; of an indefinite path the array of what it found, nothing when it found nothing.
    fn value(&self, item: &Value, root: &Value) -> Result<Option<Value>, PathError> {
        let (from_item, steps) = match self {
            Operand::Literal(value) => return Ok(Some(value.clone())),
            Operand::Path { from_item, steps } => (from_item, steps),
        };
        let found = match select(steps, if *from_item { item } else { root }, root) {
            Ok(found) => found,
            Err(PathError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if steps.iter().all(Step::is_definite) {
            return Ok(found.first().map(|&value| value.clone()));
        }
        Ok((!found.is_empty()).then(|| found.into_iter().cloned().collect()))
    }
}

/// A missing value equals nothing and is unequal to everything; an order exists among numbers and among texts.
fn compare(left: Option<&Value>, comparison: Comparison, right: Option<&Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return comparison == Comparison::NotEqual;
    };
    let order = match (left, right) {
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => (left == right).then_some(Ordering::Equal),
    };
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}
