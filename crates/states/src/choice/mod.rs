//! The conditions of a Choice state, and the comparison of JSON values.

mod condition;
mod operator;
mod value;
mod wildcard;

pub(crate) use condition::Condition;
pub(crate) use operator::{Operator, OperatorError};
pub(crate) use value::{compare_numbers, same_value};
