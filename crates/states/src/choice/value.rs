//! When two JSON values are the same, and which of two numbers is larger.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// The order of two numbers, exact where both are whole.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (whole(left), whole(right)) {
        return Some(left.cmp(&right));
    }
    left.as_f64()?.partial_cmp(&right.as_f64()?)
}

/// Whether two values are the same; `1` and `1.0` are.
pub(crate) fn same_value(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            compare_numbers(left, right) == Some(Ordering::Equal)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same_value(a, b))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, a)| right.get(name).is_some_and(|b| same_value(a, b)))
        }
        _ => left == right,
    }
}

fn whole(number: &Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let order = |a: Value, b: Value| match (a, b) {
            (Value::Number(a), Value::Number(b)) => compare_numbers(&a, &b),
            _ => None,
        };
        assert_eq!(order(json!(1), json!(1.0)), Some(Ordering::Equal));
        assert_eq!(order(json!(-1), json!(u64::MAX)), Some(Ordering::Less));
        assert_eq!(
            order(json!(u64::MAX), json!(u64::MAX - 1)),
            Some(Ordering::Greater)
        );
        assert_eq!(order(json!(0.5), json!(1)), Some(Ordering::Less));
    }

    #[test]
    fn values_compare_whole() {
        assert!(same_value(
            &json!({"a": [1], "b": null}),
            &json!({"b": null, "a": [1.0]})
        ));
        assert!(!same_value(&json!([1]), &json!([1, 2])));
        assert!(!same_value(&json!({"a": 1}), &json!({"b": 1})));
        assert!(!same_value(&json!("1"), &json!(1)));
    }
}
