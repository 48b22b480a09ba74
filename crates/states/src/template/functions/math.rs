//! `States.MathAdd` and `States.MathRandom`.

use super::dispatch::{Arguments, FunctionError, FunctionResult};
use crate::random::Random;

pub(super) fn add(arguments: &Arguments) -> FunctionResult {
    let sum = arguments.integer(0)?.checked_add(arguments.integer(1)?);
    sum.map(Into::into)
        .ok_or(FunctionError::Outside("the sum is too large"))
}

/// A number from the first to the second, the latter excluded; with a seed it depends on nothing else.
pub(super) fn random(arguments: &Arguments, random: &mut Random) -> FunctionResult {
    let (start, end) = (arguments.integer(0)?, arguments.integer(1)?);
    if start >= end {
        return Err(FunctionError::Outside(
            "the start must be less than the end",
        ));
    }
    if arguments.len() < 3 {
        return Ok(random.in_range(start, end).into());
    }
    let seed = u64::from_ne_bytes(arguments.integer(2)?.to_ne_bytes());
    Ok(Random::new(seed).in_range(start, end).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn adds() {
        assert_eq!(call("MathAdd", json!([111, -1])), Ok(json!(110)));
        assert!(call("MathAdd", json!([i64::MAX, 1])).is_err());
        assert!(call("MathAdd", json!(["1", 1])).is_err());
        assert!(call("MathAdd", json!([0.5, 1])).is_err());
    }

    #[test]
    fn draws_within_the_range() {
        for seed in -50..50 {
            let value = call("MathRandom", json!([1, 4, seed]))
                .unwrap()
                .as_i64()
                .unwrap();
            assert!((1..4).contains(&value), "{value}");
        }
        assert_eq!(call("MathRandom", json!([3, 4])), Ok(json!(3)));
        assert!(call("MathRandom", json!([4, 4])).is_err());
    }
}
