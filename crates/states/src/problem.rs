//! What is wrong with a definition: every problem carries a code, a JSON pointer and a sentence.
//!
//! Problems are collected, never thrown one at a time: the parser goes on behind each of them.

use std::cell::RefCell;
use std::fmt;

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is; every problem that parsing returns is an error.
    pub severity: Severity,
    /// The kind of problem, in AWS's vocabulary.
    pub code: ProblemCode,
    /// JSON pointer to the place in the definition, empty for the whole text.
    pub pointer: String,
    /// What is wrong, for people.
    pub message: String,
}

/// The form of AWS's `InvalidDefinition` message: code, reason, place.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "/"
        } else {
            &self.pointer
        };
        write!(f, "{}: {} at {}", self.code, self.message, place)
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The definition is refused.
    Error,
    /// The definition works, but probably not as meant.
    Warning,
}

/// AWS's word for the severity.
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
        })
    }
}

/// The kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemCode {
    /// The text is not JSON, or an object names a field twice.
    InvalidJsonDescription,
    /// A field is missing, unknown, of the wrong type or out of its range.
    SchemaValidationFailed,
    /// A transition leads nowhere, or nothing leads to a state.
    MissingTransitionTarget,
    /// The definition is legal on AWS but uses a part of the language that this version does not run.
    NotSupported,
}

/// The code as AWS prints it.
impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProblemCode::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            ProblemCode::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            ProblemCode::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            ProblemCode::NotSupported => "NOT_SUPPORTED",
        })
    }
}

/// The list that the parser and the checker write to; shared, since nested readers report side by side.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: RefCell<Vec<Problem>>,
}

impl Problems {
    pub(crate) fn add(&self, code: ProblemCode, pointer: &str, message: impl Into<String>) {
        self.list.borrow_mut().push(Problem {
            severity: Severity::Error,
            code,
            pointer: pointer.to_owned(),
            message: message.into(),
        });
    }

    pub(crate) fn schema(&self, pointer: &str, message: impl Into<String>) {
        self.add(ProblemCode::SchemaValidationFailed, pointer, message);
    }

    pub(crate) fn not_supported(&self, pointer: &str, feature: &str) {
        let message = format!("{feature} is not supported by this version");
        self.add(ProblemCode::NotSupported, pointer, message);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.list.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_prints_in_the_form_of_an_invalid_definition() {
        let problems = Problems::default();
        problems.add(
            ProblemCode::MissingTransitionTarget,
            "/States/S/Next",
            "Missing 'Next' target: X",
        );
        problems.not_supported("", "QueryLanguage JSONata");
        let list = problems.into_vec();
        assert_eq!(
            list[0].to_string(),
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/S/Next"
        );
        assert_eq!(
            list[1].to_string(),
            "NOT_SUPPORTED: QueryLanguage JSONata is not supported by this version at /"
        );
        assert_eq!(list[0].severity.to_string(), "ERROR");
    }
}
