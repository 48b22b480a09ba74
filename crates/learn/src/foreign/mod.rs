//! Models that other programs made: how rows become the inputs of any graph, and its outputs an answer.
//!
//! A graph says what it takes and answers; a schema beside it, where there is one, names columns and classes.

mod binding;
mod form;
mod model;
mod nested;

pub use binding::BindingError;
pub(crate) use form::{check_classifier, check_regressor};
pub(crate) use model::Foreign;
pub(crate) use nested::{Nested, flatten, resolve};
