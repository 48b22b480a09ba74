//! The text under a key that ends in `.$`: a path or a call of an intrinsic function.

use serde_json::Value;

use super::call::Call;
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::path::{Cursor, Path, Root, SyntaxError};

/// A path or a call.
#[derive(Debug, Clone)]
pub(crate) enum Expression {
    Path(Path),
    Call(Call),
}

impl Expression {
    pub(crate) fn parse(text: &str) -> Result<Expression, SyntaxError> {
        if text.starts_with('$') {
            return Path::parse(text).map(Expression::Path);
        }
        let mut cursor = Cursor::new(text);
        if !text.starts_with("States.") {
            return Err(cursor.error("expected a path or an intrinsic function"));
        }
        let call = Call::parse(&mut cursor, 1)?;
        if cursor.at_end() {
            Ok(Expression::Call(call))
        } else {
            Err(cursor.error("a call ends with `)`"))
        }
    }

    /// The value for the field of that name.
    pub(crate) fn evaluate(
        &self,
        field: &str,
        input: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        match self {
            Expression::Path(path) => read_argument(path, field, input, environment),
            Expression::Call(call) => call.evaluate(field, input, environment),
        }
    }
}

/// The value of a path inside a template; what it does not find is told with the whole input.
pub(super) fn read_argument(
    path: &Path,
    field: &str,
    input: &Value,
    environment: &mut Environment<'_>,
) -> Result<Value, EvaluationError> {
    let document = match path.root {
        Root::Input => input,
        Root::Context => environment.context.object(),
    };
    let value = path
        .read(document)
        .map_err(|_| EvaluationError::NotInInput {
            path: path.text.clone(),
            field: field.to_owned(),
            input: input.to_string(),
        })?;
    environment.spend(&value)?;
    Ok(value)
}
