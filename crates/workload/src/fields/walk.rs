//! The table as a flat list of paths.

use super::field::{Field, Kind};
use crate::domain::TaskKind;

/// A row of the table with its path.
pub(super) struct Row {
    /// The dotted path; a list and its elements share one.
    pub(super) path: String,
    pub(super) field: &'static Field,
}

/// Every row, a section before its keys, in the order of the table.
pub(super) fn rows(fields: &'static [Field]) -> Vec<Row> {
    let mut found = Vec::new();
    collect(fields, "", &mut found);
    found
}

fn collect(fields: &'static [Field], prefix: &str, found: &mut Vec<Row>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        let below = format!("{path}.");
        found.push(Row { path, field });
        collect(children(&field.kind), &below, found);
    }
}

/// Keys of the table below a value of that kind.
fn children(kind: &'static Kind) -> &'static [Field] {
    match kind {
        Kind::Section(fields) | Kind::Variant(fields) => fields,
        Kind::List(kind) | Kind::AnyList(kind) | Kind::OneOrMany(kind) => children(kind),
        Kind::ScalarOr(_, other) | Kind::ListOr(_, other) => children(other),
        Kind::Map { value, .. } => children(value),
        _ => &[],
    }
}

/// Defaults of each kind of task, in words.
pub(super) fn by_task(defaults: &[(TaskKind, &str)]) -> String {
    let defaults = defaults.iter();
    let words = defaults.map(|(kind, yaml)| format!("`{yaml}` for {kind}"));
    words.collect::<Vec<_>>().join(", ")
}

/// What a value of that kind is, in words.
pub(crate) fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Form(form) => form.expected.to_owned(),
        Kind::Integer { least, most } if least == most => format!("the number {least}"),
        Kind::Integer {
            least,
            most: i64::MAX,
        } => format!("a whole number from {least}"),
        Kind::Integer { least, most } => format!("a whole number from {least} to {most}"),
        Kind::Number { least, most } if *least > 0.0 && *most < f64::MAX => {
            format!("a number above 0 and at most {most}")
        }
        Kind::Number { least, .. } if *least > 0.0 => "a number above 0".to_owned(),
        Kind::Number { least, .. } => format!("a number from {least}"),
        Kind::Boolean => "`true` or `false`".to_owned(),
        Kind::Choice(choices) => match choices.now {
            [only] => format!("`{only}`"),
            words => format!("one of `{}`", words.join("`, `")),
        },
        Kind::Section(_) => "a map".to_owned(),
        Kind::Map { key, value } => format!("a map from {} to {}", key.expected, describe(value)),
        Kind::List(kind) | Kind::AnyList(kind) => format!("a list, each {}", describe(kind)),
        Kind::OneOrMany(kind) => format!("{}, or a list of them", describe(kind)),
        Kind::ScalarOr(scalar, other) => format!("{}; or {}", describe(scalar), describe(other)),
        Kind::ListOr(element, other) => {
            format!("a list, each {}; or {}", describe(element), describe(other))
        }
        Kind::Variant(_) => "a map with one of the keys below".to_owned(),
        Kind::Later => "not supported by this version".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check::{check, default_node};
    use crate::fields::{Presence, ROOT};
    use crate::tree::{Node, Value};

    #[test]
    fn paths_are_unique_and_in_snake_case() {
        let all = rows(ROOT);
        let paths: BTreeSet<&str> = all.iter().map(|row| row.path.as_str()).collect();
        assert_eq!(paths.len(), all.len());
        for row in &all {
            let name = row.field.name;
            let snake = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            // `C` is scikit-learn's.
            assert!(name.bytes().all(snake) || name == "C", "{}", row.path);
        }
    }

    #[test]
    fn every_key_says_what_it_means_in_sentences() {
        for row in rows(ROOT) {
            let doc = row.field.doc;
            let capital = doc.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(capital && doc.ends_with('.'), "{}: {doc}", row.path);
        }
    }

    /// A default that its own field refuses would be reported in files that do not even have the key.
    #[test]
    fn every_default_is_accepted_by_its_field() {
        for row in rows(ROOT) {
            let Presence::Default(yaml) = row.field.presence else {
                continue;
            };
            let node = default_node(yaml);
            let range = node.range;
            let key = crate::tree::Key {
                text: row.field.name.to_owned(),
                range,
            };
            let root = Node {
                range,
                value: Value::Map(vec![(key, node)]),
            };
            let mut problems = Vec::new();
            check(&root, std::slice::from_ref(row.field), &mut problems);
            assert_eq!(problems, Vec::new(), "{}", row.path);
        }
    }
}
