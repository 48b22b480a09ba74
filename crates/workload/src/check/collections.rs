//! Maps with keys of the user's, lists, and choices among families.

use std::collections::BTreeMap;

use super::checker::{Checker, Place};
use super::{Item, Section, Spanned};
use crate::fields::{Field, Form, Kind, describe};
use crate::tree::{Key, Node, Value};
use crate::{Code, Diagnostic, SourceRange};

/// Longest list or map. The widest known tables have fewer columns.
const MAX_ENTRIES: usize = 10_000;

impl Checker<'_> {
    pub(super) fn map(
        &mut self,
        node: &Node,
        (key_form, kind): (&'static Form, &'static Kind),
        place: &Place<'_>,
    ) -> Option<Item> {
        let empty = Vec::new();
        let given = match &node.value {
            Value::Map(given) => given,
            Value::Scalar(scalar) if scalar.is_null() => &empty,
            _ => return self.wrong_type(node, place, "a map"),
        };
        self.bounded(given.len(), node, place)?;
        let mut entries = Vec::new();
        let mut seen: BTreeMap<&str, SourceRange> = BTreeMap::new();
        for (key, value) in given {
            if let Some(&first) = seen.get(key.text.as_str()) {
                self.duplicate(key, first);
                continue;
            }
            seen.insert(&key.text, key.range);
            let path = place.below(&key.text);
            let below = Place {
                path: &path,
                anchor: key.range,
            };
            let accepted = self.accepted(&key.text, key.range, key_form, place);
            let value = self.value(value, kind, &below);
            if let (true, Some(value)) = (accepted, value) {
                entries.push((key.clone(), value));
            }
        }
        Some(Item::Map(entries))
    }

    pub(super) fn list(
        &mut self,
        node: &Node,
        kind: &'static Kind,
        place: &Place<'_>,
    ) -> Option<Vec<Spanned>> {
        let Value::List(nodes) = &node.value else {
            return self.wrong_type(node, place, "a list");
        };
        self.bounded(nodes.len(), node, place)?;
        let mut items = Vec::new();
        let mut whole = true;
        for element in nodes {
            let below = Place {
                path: place.path,
                anchor: element.range,
            };
            match self.value(element, kind, &below) {
                Some(item) => items.push(item),
                None => whole = false,
            }
        }
        whole.then_some(items)
    }

    pub(super) fn filled_list(
        &mut self,
        node: &Node,
        kind: &'static Kind,
        place: &Place<'_>,
    ) -> Option<Item> {
        if matches!(&node.value, Value::List(nodes) if nodes.is_empty()) {
            self.out_of_range(node, place, "must not be empty", "an empty list");
            return None;
        }
        self.list(node, kind, place).map(Item::List)
    }

    pub(super) fn one_or_many(
        &mut self,
        node: &Node,
        kind: &'static Kind,
        place: &Place<'_>,
    ) -> Option<Item> {
        match &node.value {
            Value::List(_) => self.filled_list(node, kind, place),
            Value::Scalar(scalar) if !scalar.is_null() => self
                .value(node, kind, place)
                .map(|one| Item::List(vec![one])),
            _ => self.wrong_type(node, place, &format!("{}, or a list", describe(kind))),
        }
    }

    pub(super) fn bounded(&mut self, length: usize, node: &Node, place: &Place<'_>) -> Option<()> {
        if length <= MAX_ENTRIES {
            return Some(());
        }
        let rule = format!("must have at most {MAX_ENTRIES} entries");
        self.out_of_range(node, place, &rule, format!("{length} entries"));
        None
    }

    pub(super) fn variant(
        &mut self,
        node: &Node,
        variants: &'static [Field],
        place: &Place<'_>,
    ) -> Option<Item> {
        let absent = Node {
            range: node.range,
            value: Value::Map(Vec::new()),
        };
        let (key, value) = match &node.value {
            Value::Map(entries) if entries.len() == 1 => (&entries[0].0, &entries[0].1),
            Value::Scalar(scalar) if !scalar.is_null() => {
                let key = Key {
                    text: scalar.text.clone(),
                    range: node.range,
                };
                return self.named_variant(&key, &absent, variants, place);
            }
            Value::Map(_) => {
                let message = format!("an element of `{}` must have exactly one key", place.path);
                let label = "not one key";
                let problem = Diagnostic::new(Code::WrongType, node.range, message, label);
                self.problems.push(problem);
                return None;
            }
            _ => {
                return self.wrong_type(
                    node,
                    place,
                    "a list of families such as `random_forest: {}`",
                );
            }
        };
        self.named_variant(key, value, variants, place)
    }

    pub(super) fn named_variant(
        &mut self,
        key: &Key,
        value: &Node,
        variants: &'static [Field],
        place: &Place<'_>,
    ) -> Option<Item> {
        let Some(field) = variants.iter().find(|field| field.name == key.text) else {
            self.unknown(key, variants, place);
            return None;
        };
        let path = place.below(field.name);
        let below = Place {
            path: &path,
            anchor: key.range,
        };
        if let Kind::Section(fields) = &field.kind {
            let section = self.section(value, fields, &below)?;
            return Some(Item::Variant(field.name, section));
        }
        if let Kind::Later = field.kind {
            self.not_supported(&path, key.range);
            return None;
        }
        // A family that is one value is a section with that value under its own name.
        let value = self.value(value, &field.kind, &below)?;
        let section = Section {
            range: key.range,
            entries: BTreeMap::from([(field.name, value)]),
        };
        Some(Item::Variant(field.name, section))
    }
}
