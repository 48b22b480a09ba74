//! `Retry` and `Catch`: the rules by which a state meets an error.

use serde_json::Value;

use super::Fields;
use crate::error::name;
use crate::limits;
use crate::problem::Problems;
use crate::template::{Evaluator, JsonPath};

/// One rule of `Retry`.
#[derive(Debug, Clone)]
pub(crate) struct Retrier {
    pub(crate) error_equals: Vec<String>,
    pub(crate) interval_seconds: u64,
    pub(crate) max_attempts: u64,
    pub(crate) backoff_rate: f64,
    pub(crate) max_delay_seconds: Option<u64>,
    pub(crate) jitter: Jitter,
}

/// How the wait before a retry is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jitter {
    /// As computed.
    None,
    /// Anything from nothing to what was computed.
    Full,
}

/// One rule of `Catch`.
#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) error_equals: Vec<String>,
    pub(crate) next: String,
    /// What the error output becomes.
    pub(crate) flow: Box<dyn Evaluator>,
}

/// Reads `Retry`.
pub(super) fn retriers(fields: &mut Fields<'_>) -> Vec<Retrier> {
    rules(fields, "Retry", |rule| {
        Some(Retrier {
            error_equals: error_equals(rule),
            interval_seconds: rule
                .integer("IntervalSeconds", 1, limits::FIELD_SECONDS)
                .unwrap_or(1),
            max_attempts: rule
                .integer("MaxAttempts", 0, limits::FIELD_SECONDS)
                .unwrap_or(3),
            backoff_rate: rule.number("BackoffRate", 1.0).unwrap_or(2.0),
            max_delay_seconds: rule.integer("MaxDelaySeconds", 1, limits::RETRY_DELAY_SECONDS),
            jitter: jitter(rule),
        })
    })
}

/// Reads `Catch`.
pub(super) fn catchers(fields: &mut Fields<'_>) -> Vec<Catcher> {
    rules(fields, "Catch", |rule| {
        super::parse::refuse_later_features(rule);
        let error_equals = error_equals(rule);
        let flow = JsonPath {
            result_path: rule.nullable_reference("ResultPath"),
            ..JsonPath::default()
        };
        let next = rule.require_string("Next")?.to_owned();
        Some(Catcher {
            error_equals,
            next,
            flow: Box::new(flow),
        })
    })
}

fn rules<T>(
    fields: &mut Fields<'_>,
    name: &str,
    mut read: impl FnMut(&mut Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(items) = fields.array(name) else {
        return Vec::new();
    };
    let problems = fields.problems();
    let mut rules = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let pointer = format!("{}/{index}", fields.at(name));
        check_wildcard(item, index + 1 == items.len(), &pointer, problems);
        if let Some(mut rule) = Fields::new(item, pointer, problems) {
            rule.string("Comment");
            rules.extend(read(&mut rule));
            rule.finish();
        }
    }
    rules
}

fn error_equals(rule: &mut Fields<'_>) -> Vec<String> {
    rule.require("ErrorEquals");
    let Some(items) = rule.filled_array("ErrorEquals") else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item.as_str() {
            Some(name) => names.push(name.to_owned()),
            None => rule.problems().schema(
                &format!("{}/{index}", rule.at("ErrorEquals")),
                "Value is not of type STRING",
            ),
        }
    }
    names
}

/// `States.ALL` stands alone in its list, and its rule is the last.
fn check_wildcard(rule: &Value, is_last: bool, pointer: &str, problems: &Problems) {
    let Some(names) = rule.get("ErrorEquals").and_then(Value::as_array) else {
        return;
    };
    if !names.iter().any(|listed| listed == name::ALL) {
        return;
    }
    let pointer = format!("{pointer}/ErrorEquals");
    if names.len() > 1 {
        problems.schema(
            &pointer,
            "States.ALL must appear alone in an ErrorEquals list",
        );
    }
    if !is_last {
        problems.schema(&pointer, "States.ALL must appear in the last rule");
    }
}

fn jitter(rule: &mut Fields<'_>) -> Jitter {
    match rule.string("JitterStrategy") {
        None | Some("NONE") => Jitter::None,
        Some("FULL") => Jitter::Full,
        Some(_) => {
            rule.wrong("JitterStrategy", "Value must be one of FULL, NONE");
            Jitter::None
        }
    }
}
