//! `Fail`: ends with an error.

use super::Fields;
use super::succeed::refuse_transition;
use crate::template::Expression;

/// The fields of a Fail state.
#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) error: Option<Words>,
    pub(crate) cause: Option<Words>,
}

/// A text, or the expression that gives it.
#[derive(Debug)]
pub(crate) enum Words {
    Literal(String),
    Expression {
        field: String,
        expression: Expression,
    },
}

pub(super) fn fail(fields: &mut Fields<'_>) -> Fail {
    refuse_transition(fields);
    Fail {
        error: words(fields, "Error"),
        cause: words(fields, "Cause"),
    }
}

fn words(fields: &mut Fields<'_>, name: &str) -> Option<Words> {
    let field = format!("{name}Path");
    fields.exclude(name, &field);
    let literal = fields
        .string(name)
        .map(|text| Words::Literal(text.to_owned()));
    let text = fields.string(&field);
    let expression = text.and_then(|text| fields.readable(&field, Expression::parse(text)));
    literal.or(expression.map(|expression| Words::Expression { field, expression }))
}
