//! From a function and its arguments to its value.

use serde_json::Value;
use thiserror::Error;

use super::super::function::Function;
use super::{array, encoding, hash, json, math, string};
use crate::random::Random;

/// Why a function has no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum FunctionError {
    #[error("argument {position} must be {expected} but was: {value}")]
    Argument {
        position: usize,
        expected: &'static str,
        value: Value,
    },
    #[error("{0}")]
    Outside(&'static str),
    #[error("invalid JSON: {0}")]
    Json(String),
}

pub(super) type FunctionResult = Result<Value, FunctionError>;

/// Applies a function to as many arguments as it takes; the parser has counted them.
pub(crate) fn apply(
    function: Function,
    arguments: Vec<Value>,
    random: &mut Random,
) -> FunctionResult {
    let arguments = Arguments(arguments);
    match function {
        Function::Array => Ok(Value::Array(arguments.0)),
        Function::ArrayContains => array::contains(&arguments),
        Function::ArrayGetItem => array::get_item(&arguments),
        Function::ArrayLength => array::length(&arguments),
        Function::ArrayPartition => array::partition(&arguments),
        Function::ArrayRange => array::range(&arguments),
        Function::ArrayUnique => array::unique(&arguments),
        Function::Base64Decode => encoding::decode(&arguments),
        Function::Base64Encode => encoding::encode(&arguments),
        Function::Format => string::format(&arguments),
        Function::Hash => hash::hash(&arguments),
        Function::JsonMerge => json::merge(&arguments),
        Function::JsonToString => Ok(Value::String(arguments.value(0).to_string())),
        Function::MathAdd => math::add(&arguments),
        Function::MathRandom => math::random(&arguments, random),
        Function::StringSplit => string::split(&arguments),
        Function::StringToJson => json::parse(&arguments),
        Function::Uuid => Ok(Value::String(random.uuid().to_string())),
    }
}

/// The values of a call's arguments, read by type.
pub(super) struct Arguments(Vec<Value>);

impl Arguments {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn value(&self, index: usize) -> &Value {
        &self.0[index]
    }

    pub(super) fn text(&self, index: usize) -> Result<&str, FunctionError> {
        self.value(index)
            .as_str()
            .ok_or_else(|| self.misfit(index, "a string"))
    }

    pub(super) fn array(&self, index: usize) -> Result<&Vec<Value>, FunctionError> {
        self.value(index)
            .as_array()
            .ok_or_else(|| self.misfit(index, "an array"))
    }

    /// A whole number; `2.0` is one.
    pub(super) fn integer(&self, index: usize) -> Result<i64, FunctionError> {
        let value = self.value(index);
        let whole = |number: f64| {
            // The bounds are the powers of two next to what fits.
            let fits = number.fract() == 0.0 && (-9.22e18..=9.22e18).contains(&number);
            fits.then_some(number as i64)
        };
        value
            .as_i64()
            .or_else(|| value.as_f64().and_then(whole))
            .ok_or_else(|| self.misfit(index, "an integer"))
    }

    pub(super) fn misfit(&self, index: usize, expected: &'static str) -> FunctionError {
        FunctionError::Argument {
            position: index + 1,
            expected,
            value: self.value(index).clone(),
        }
    }
}

#[cfg(test)]
pub(super) mod test_support {
    use serde_json::Value;

    use super::*;

    /// Calls a function by name with arguments given as one JSON array.
    pub(in super::super) fn call(name: &str, arguments: Value) -> Result<Value, String> {
        let function = Function::by_name(name).expect("a function");
        let Value::Array(arguments) = arguments else {
            panic!("arguments are an array")
        };
        assert!(function.takes(arguments.len()));
        apply(function, arguments, &mut Random::new(1)).map_err(|error| error.to_string())
    }
}
