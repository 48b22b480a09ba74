//! The walk over a request along its shapes.

use serde_json::{Map, Value};

use super::constraint::{self, Constraint};
use crate::error::ApiError;
use crate::table::{Kind, Level, Member, Operation, Service, Shape, Support};

/// Violations that one message names; the count at its head is of these.
const MOST_VIOLATIONS: usize = 50;

/// Characters of a value that a message repeats.
const MOST_CHARACTERS: usize = 1000;

/// Checks a decoded request against its model and against what works here: required members, lengths, ranges, patterns,
/// permitted values, unions, unknown members and refused ones. All violations stand in one error, in AWS's words.
///
/// ```
/// let service = aws_api::service("sagemaker").unwrap();
/// let operation = service.operation("DescribeModel").unwrap();
/// let error = aws_api::validate(service, operation, &serde_json::json!({})).unwrap_err();
/// assert_eq!(
///     error.message,
///     "1 validation error detected: Value null at 'modelName' failed to satisfy constraint: \
///      Member must not be null",
/// );
/// ```
pub fn validate(service: &Service, operation: &Operation, value: &Value) -> Result<(), ApiError> {
    let mut walk = Walk {
        operation: operation.name,
        path: Vec::new(),
        violations: Vec::new(),
    };
    match operation.input {
        Some(input) => walk.value(input, value, operation.support),
        None => walk.unknown(value.as_object(), &[]),
    }
    let violations = walk.violations;
    if violations.is_empty() {
        return Ok(());
    }
    let plural = if violations.len() == 1 {
        "error"
    } else {
        "errors"
    };
    let message = format!(
        "{} validation {plural} detected: {}",
        violations.len(),
        violations.join("; ")
    );
    Err(ApiError::validation(service, message))
}

struct Walk<'a> {
    operation: &'a str,
    /// The names down to the present value, as AWS writes them.
    path: Vec<String>,
    violations: Vec<String>,
}

impl Walk<'_> {
    fn value(&mut self, shape: &Shape, value: &Value, support: &'static [Support]) {
        for constraint in constraint::of(shape) {
            if !constraint.holds(value) {
                self.violation(&shown(shape, value), &constraint.to_string());
                if matches!(constraint, Constraint::Type(_)) {
                    return;
                }
            }
        }
        match (shape.kind, value) {
            (Kind::Structure { members, union }, Value::Object(values)) => {
                self.members(members, values, support);
                if union {
                    self.union(members, values);
                }
            }
            (Kind::List { member, .. }, Value::Array(items)) => {
                self.list(member, items, support);
            }
            (
                Kind::Map {
                    key, value: target, ..
                },
                Value::Object(entries),
            ) => {
                self.map(key, target, entries, support);
            }
            _ => {}
        }
    }

    fn members(
        &mut self,
        members: &'static [Member],
        values: &Map<String, Value>,
        support: &'static [Support],
    ) {
        for member in members {
            self.path.push(lower_first(member.name));
            let entry = Support::of(support, member.name);
            match values.get(member.name).filter(|value| !value.is_null()) {
                None if member.required => self.violation(" null", "Member must not be null"),
                None => {}
                Some(value) if is_refused(entry, value) => {
                    let why = entry.map(|entry| entry.note).unwrap_or_default();
                    self.violation("", &format!("Member is not supported here: {why}"));
                }
                Some(value) => {
                    let nested = entry.map_or(&[][..], |entry| entry.nested);
                    self.value(member.shape, value, nested);
                }
            }
            self.path.pop();
        }
        self.unknown(Some(values), members);
    }

    fn unknown(&mut self, values: Option<&Map<String, Value>>, members: &[Member]) {
        for name in values.into_iter().flat_map(Map::keys) {
            if !members.iter().any(|member| member.name == name) {
                self.path.push(name.chars().take(MOST_CHARACTERS).collect());
                let message = format!("Member is not known to {}", self.operation);
                self.violation("", &message);
                self.path.pop();
            }
        }
    }

    fn union(&mut self, members: &[Member], values: &Map<String, Value>) {
        let set = members
            .iter()
            .filter(|member| values.contains_key(member.name))
            .count();
        if set != 1 {
            let names: Vec<&str> = members.iter().map(|member| member.name).collect();
            let message = format!("Exactly one member must be set of: [{}]", names.join(", "));
            self.violation("", &message);
        }
    }

    fn list(&mut self, member: &Shape, items: &[Value], support: &'static [Support]) {
        if constraint::is_scalar(member) {
            self.elements(member, items.iter(), "Member");
            return;
        }
        for (index, item) in items.iter().enumerate() {
            self.path.push(format!("{}.member", index + 1));
            self.value(member, item, support);
            self.path.pop();
        }
    }

    fn map(
        &mut self,
        key: &Shape,
        target: &Shape,
        entries: &Map<String, Value>,
        support: &'static [Support],
    ) {
        let keys: Vec<Value> = entries
            .keys()
            .map(|key| Value::from(key.as_str()))
            .collect();
        self.elements(key, keys.iter(), "Map keys");
        if constraint::is_scalar(target) {
            self.elements(target, entries.values(), "Map value");
            return;
        }
        for (name, value) in entries {
            self.path.push(format!("{name}.member"));
            self.value(target, value, support);
            self.path.pop();
        }
    }

    /// Scalars of a list or a map: AWS names the collection and every constraint of the elements.
    fn elements<'v>(
        &mut self,
        shape: &Shape,
        mut values: impl Iterator<Item = &'v Value>,
        what: &str,
    ) {
        let wrong = values.find(|value| constraint::of(shape).any(|one| !one.holds(value)));
        let Some(wrong) = wrong else {
            return;
        };
        let all: Vec<String> = constraint::of(shape)
            .filter(|one| !matches!(one, Constraint::Type(_)) || !one.holds(wrong))
            .map(|one| one.to_string())
            .collect();
        let message = format!("{what} must satisfy constraint: [{}]", all.join(", "));
        self.violation(&shown(shape, wrong), &message);
    }

    fn violation(&mut self, value: &str, constraint: &str) {
        if self.violations.len() < MOST_VIOLATIONS {
            let path = self.path.join(".");
            self.violations.push(format!(
                "Value{value} at '{path}' failed to satisfy constraint: {constraint}"
            ));
        }
    }
}

/// `false` asks for nothing, so it passes where a flag is refused.
fn is_refused(entry: Option<&Support>, value: &Value) -> bool {
    entry.is_some_and(|entry| entry.level == Level::Refused) && value != &Value::Bool(false)
}

/// ` 'value'`, or nothing where the value must not be repeated.
fn shown(shape: &Shape, value: &Value) -> String {
    if shape.sensitive {
        return String::new();
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!(" '{}...'", &text[..end]),
        None => format!(" '{text}'"),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + letters.as_str()
    })
}
