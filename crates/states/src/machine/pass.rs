//! `Pass`: passes its input on, or a result written into the definition.

use serde_json::Value;

use super::Fields;

/// The fields of a Pass state.
#[derive(Debug)]
pub(crate) struct Pass {
    /// `null` is a result, unlike an absent one.
    pub(crate) result: Option<Value>,
}

pub(super) fn pass(fields: &mut Fields<'_>) -> Pass {
    Pass {
        result: fields.take("Result").cloned(),
    }
}
