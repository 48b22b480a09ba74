//! The tree against the table of fields.
//!
//! Every problem is reported and what is wrong is left out, so that the rest is still checked. Values that pass are
//! what their field says; defaults are read from the table by the same code as values of the file.

use std::collections::BTreeMap;

use super::{Item, Section, Spanned};
use crate::domain::TaskKind;
use crate::fields::{Field, Kind, Presence};
use crate::tree::{self, Node, Value};
use crate::{Code, Diagnostic, SourceRange};

/// Checks the root of a file; `anchor` is where to point for the file as a whole.
pub(crate) fn check(
    root: &Node,
    fields: &'static [Field],
    problems: &mut Vec<Diagnostic>,
) -> Option<Section> {
    // The first key stands for the file as a whole.
    let anchor = match &root.value {
        Value::Map(entries) => entries.first().map_or(root.range, |(key, _)| key.range),
        _ => root.range,
    };
    let task = task_kind(root);
    Checker { problems, task }.section(root, fields, &Place { path: "", anchor })
}

/// The tree of a field's default.
pub(crate) fn default_node(yaml: &'static str) -> Node {
    let mut problems = Vec::new();
    tree::parse(yaml, &mut problems).expect("defaults of the table are YAML")
}

/// Where the checker is: the dotted path of the value, and the key that leads to it.
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) anchor: SourceRange,
}

impl Place<'_> {
    pub(super) fn below(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(super) fn named(&self) -> String {
        if self.path.is_empty() {
            "the file".to_owned()
        } else {
            format!("`{}`", self.path)
        }
    }
}

pub(super) struct Checker<'a> {
    pub(super) problems: &'a mut Vec<Diagnostic>,
    /// The task's kind, which some defaults depend on.
    pub(super) task: TaskKind,
}

/// The kind of the file's task as it is written; that of most tasks where nothing valid is.
fn task_kind(root: &Node) -> TaskKind {
    let below = |node: &Node, name: &str| match &node.value {
        Value::Map(entries) => entries
            .iter()
            .find(|(key, _)| key.text == name)
            .map(|(_, value)| value.clone()),
        _ => None,
    };
    let kind = below(root, "task").and_then(|task| below(&task, "kind"));
    match kind.map(|kind| kind.value) {
        Some(Value::Scalar(scalar)) => scalar.text.parse().unwrap_or(TaskKind::Classification),
        _ => TaskKind::Classification,
    }
}

impl Checker<'_> {
    pub(super) fn value(
        &mut self,
        node: &Node,
        kind: &'static Kind,
        place: &Place<'_>,
    ) -> Option<Spanned> {
        let item = match kind {
            Kind::Form(form) => self.form(node, form, place).map(Item::Text),
            Kind::Integer { least, most } => self.integer(node, (*least, *most), place),
            Kind::Number { least, most } => self.number(node, (*least, *most), place),
            Kind::Boolean => self.boolean(node, place),
            Kind::Choice(choices) => self.choice(node, choices, place),
            Kind::Section(fields) => self.section(node, fields, place).map(Item::Section),
            Kind::Map { key, value } => self.map(node, (key, value), place),
            Kind::List(kind) => self.filled_list(node, kind, place),
            Kind::AnyList(kind) => self.list(node, kind, place).map(Item::List),
            Kind::OneOrMany(kind) => self.one_or_many(node, kind, place),
            Kind::ScalarOr(scalar, other) => match node.value {
                Value::Scalar(_) => return self.value(node, scalar, place),
                _ => return self.value(node, other, place),
            },
            Kind::ListOr(element, other) => match node.value {
                Value::List(_) => self.filled_list(node, element, place),
                _ => return self.value(node, other, place),
            },
            Kind::Variant(variants) => self.variant(node, variants, place),
            Kind::Later => {
                self.not_supported(place.path, place.anchor);
                None
            }
        };
        item.map(|item| Spanned {
            range: node.range,
            item,
        })
    }

    pub(super) fn section(
        &mut self,
        node: &Node,
        fields: &'static [Field],
        place: &Place<'_>,
    ) -> Option<Section> {
        let empty = Vec::new();
        let given = match &node.value {
            Value::Map(given) => given,
            // A key without a value: all defaults.
            Value::Scalar(scalar) if scalar.is_null() => &empty,
            _ => return self.wrong_type(node, place, "a map"),
        };
        let mut entries = BTreeMap::new();
        let mut seen: BTreeMap<&str, SourceRange> = BTreeMap::new();
        for (key, value) in given {
            if let Some(&first) = seen.get(key.text.as_str()) {
                self.duplicate(key, first);
                continue;
            }
            seen.insert(&key.text, key.range);
            let Some(field) = fields.iter().find(|field| field.name == key.text) else {
                let meant = self.unknown(key, fields, place);
                // A typo is not reported again as a missing key.
                if let Some(meant) = meant {
                    seen.entry(meant).or_insert(key.range);
                }
                continue;
            };
            let path = place.below(field.name);
            let below = Place {
                path: &path,
                anchor: key.range,
            };
            if let Some(value) = self.value(value, &field.kind, &below) {
                entries.insert(field.name, value);
            }
        }
        for field in fields.iter().filter(|field| !seen.contains_key(field.name)) {
            self.absent(field, place, &mut entries);
        }
        Some(Section {
            range: place.anchor,
            entries,
        })
    }

    pub(super) fn absent(
        &mut self,
        field: &'static Field,
        place: &Place<'_>,
        entries: &mut BTreeMap<&'static str, Spanned>,
    ) {
        let path = place.below(field.name);
        match field.presence {
            Presence::Optional => {}
            presence @ (Presence::Default(_) | Presence::ByTask(_)) => {
                let yaml = presence
                    .default_for(self.task)
                    .expect("a test holds that each kind of task has one");
                let node = default_node(yaml).at(place.anchor);
                let below = Place {
                    path: &path,
                    anchor: place.anchor,
                };
                if let Some(value) = self.value(&node, &field.kind, &below) {
                    entries.insert(field.name, value);
                }
            }
            Presence::Required => {
                let message = format!("`{path}` is missing");
                let label = format!("{} needs `{}`", place.named(), field.name);
                self.problems.push(
                    Diagnostic::new(Code::MissingKey, place.anchor, message, label)
                        .hint(format!("`{path}`: {}", field.doc)),
                );
            }
        }
    }
}
