//! Payload templates, the intrinsic functions in them, and the flow of data through a state.

mod call;
mod dataflow;
mod evaluator;
mod expression;
mod function;
mod functions;
mod payload;

pub(crate) use dataflow::{JsonPath, Nullable};
pub(crate) use evaluator::{Evaluator, read_path};
pub(crate) use expression::Expression;
pub(crate) use payload::{Misfit, Template};
