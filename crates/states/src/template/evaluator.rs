//! The seam between the interpreter and a query language.

use std::fmt;

use serde_json::Value;

use crate::context::Environment;
use crate::error::EvaluationError;
use crate::path::{Path, Root};

/// How data flows through one state, in one query language. JSONPath is the first implementation.
///
/// The interpreter calls `input`, then `arguments`, does the state's work, then `output`; for a caught error `output`
/// of the catcher instead. An implementation does nothing but compute: what it draws from the environment is the same
/// at each replay.
pub(crate) trait Evaluator: fmt::Debug + Send + Sync {
    /// The part of the raw input that the state looks at.
    fn input(
        &self,
        raw: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError>;

    /// What the state's work is given.
    fn arguments(
        &self,
        input: Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError>;

    /// What the state passes on, from its raw input and the result of its work.
    fn output(
        &self,
        raw: Value,
        result: Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError>;
}

/// The value of a path that stands in a field of its own.
pub(crate) fn read_path(
    path: &Path,
    input: &Value,
    environment: &Environment<'_>,
) -> Result<Value, EvaluationError> {
    let document = match path.root {
        Root::Input => input,
        Root::Context => environment.context.object(),
    };
    path.read(document)
        .map_err(|reason| EvaluationError::InvalidPath {
            path: path.text.clone(),
            reason,
        })
}
