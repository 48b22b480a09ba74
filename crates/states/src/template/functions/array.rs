//! `States.Array...`

use std::collections::HashSet;

use serde_json::Value;

use super::dispatch::{Arguments, FunctionError, FunctionResult};
use crate::choice::same_value;
use crate::limits;

pub(super) fn contains(arguments: &Arguments) -> FunctionResult {
    let sought = arguments.value(1);
    Ok(arguments
        .array(0)?
        .iter()
        .any(|item| same_value(item, sought))
        .into())
}

pub(super) fn get_item(arguments: &Arguments) -> FunctionResult {
    let items = arguments.array(0)?;
    let index = usize::try_from(arguments.integer(1)?).ok();
    index
        .and_then(|index| items.get(index))
        .cloned()
        .ok_or(FunctionError::Outside("the index is outside the array"))
}

pub(super) fn length(arguments: &Arguments) -> FunctionResult {
    Ok(arguments.array(0)?.len().into())
}

pub(super) fn partition(arguments: &Arguments) -> FunctionResult {
    let items = arguments.array(0)?;
    let size = usize::try_from(arguments.integer(1)?).unwrap_or(0);
    if size == 0 {
        return Err(arguments.misfit(1, "a positive integer"));
    }
    Ok(items
        .chunks(size)
        .map(|chunk| Value::Array(chunk.to_vec()))
        .collect())
}

/// From the first to the last, which is included when the step meets it.
pub(super) fn range(arguments: &Arguments) -> FunctionResult {
    let (first, last, step) = (
        arguments.integer(0)?,
        arguments.integer(1)?,
        arguments.integer(2)?,
    );
    if step == 0 {
        return Err(arguments.misfit(2, "an integer other than 0"));
    }
    let span = (i128::from(last) - i128::from(first)) / i128::from(step);
    let towards = (last >= first) == (step > 0) || first == last;
    let count = if towards { span + 1 } else { 0 };
    if count > i128::from(limits::RANGE_ITEMS) {
        return Err(FunctionError::Outside("the range has more than 1000 items"));
    }
    let item = |n: i128| i64::try_from(i128::from(first) + n * i128::from(step));
    Ok((0..count)
        .map(|n| Value::from(item(n).expect("an item lies between first and last")))
        .collect())
}

/// The first of each value, in the order of the array.
pub(super) fn unique(arguments: &Arguments) -> FunctionResult {
    let mut seen = HashSet::new();
    let items = arguments.array(0)?.iter();
    Ok(items
        .filter(|item| seen.insert(item.to_string()))
        .cloned()
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn arrays() {
        for (name, arguments, expected) in [
            ("Array", json!([1, [2], null]), json!([1, [2], null])),
            (
                "ArrayContains",
                json!([[1, {"a": 2}], {"a": 2}]),
                json!(true),
            ),
            ("ArrayContains", json!([[1, 2], "1"]), json!(false)),
            ("ArrayContains", json!([[1], 1.0]), json!(true)),
            ("ArrayGetItem", json!([[1, [2]], 1]), json!([2])),
            ("ArrayGetItem", json!([[1, 2], 1.0]), json!(2)),
            ("ArrayLength", json!([[]]), json!(0)),
            (
                "ArrayPartition",
                json!([[1, 2, 3], 2]),
                json!([[1, 2], [3]]),
            ),
            ("ArrayPartition", json!([[], 2]), json!([])),
            ("ArrayRange", json!([1, 9, 2]), json!([1, 3, 5, 7, 9])),
            ("ArrayRange", json!([5, 0, -2]), json!([5, 3, 1])),
            ("ArrayRange", json!([0, 9, -1]), json!([])),
            ("ArrayRange", json!([3, 3, 5]), json!([3])),
            (
                "ArrayUnique",
                json!([[1, 2, 1, "1", [1], [1]]]),
                json!([1, 2, "1", [1]]),
            ),
        ] {
            assert_eq!(
                call(name, arguments.clone()),
                Ok(expected),
                "{name} {arguments}"
            );
        }
        assert_eq!(
            call("ArrayRange", json!([1, 1000, 1]))
                .unwrap()
                .as_array()
                .unwrap()
                .len(),
            1000
        );
    }

    #[test]
    fn misuse() {
        for (name, arguments, expected) in [
            (
                "ArrayContains",
                json!([1, 1]),
                "argument 1 must be an array but was: 1",
            ),
            (
                "ArrayGetItem",
                json!([[1], 1]),
                "the index is outside the array",
            ),
            (
                "ArrayGetItem",
                json!([[1], -1]),
                "the index is outside the array",
            ),
            (
                "ArrayGetItem",
                json!([[1], 0.5]),
                "argument 2 must be an integer but was: 0.5",
            ),
            (
                "ArrayPartition",
                json!([[1], 0]),
                "argument 2 must be a positive integer but was: 0",
            ),
            (
                "ArrayRange",
                json!([1, 5, 0]),
                "argument 3 must be an integer other than 0 but was: 0",
            ),
            (
                "ArrayRange",
                json!([1, 1001, 1]),
                "the range has more than 1000 items",
            ),
            (
                "ArrayRange",
                json!([i64::MIN, i64::MAX, 1]),
                "the range has more than 1000 items",
            ),
            (
                "ArrayLength",
                json!(["abc"]),
                "argument 1 must be an array but was: \"abc\"",
            ),
        ] {
            assert_eq!(
                call(name, arguments.clone()),
                Err(expected.to_owned()),
                "{name} {arguments}"
            );
        }
    }
}
