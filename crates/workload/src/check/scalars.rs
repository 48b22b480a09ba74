//! Single values: forms, words, numbers, booleans.

use super::Item;
use super::checker::{Checker, Place};
use crate::fields::{Choices, Form, Plain};
use crate::tree::{Node, Scalar, Value};
use crate::{Code, Diagnostic, SourceRange};

const BOOLEAN: &str = "`true` or `false`";

impl Checker<'_> {
    pub(super) fn form(
        &mut self,
        node: &Node,
        form: &'static Form,
        place: &Place<'_>,
    ) -> Option<String> {
        let scalar = self.scalar(node, place, form.expected)?;
        let number = scalar.number().is_some();
        let text = &scalar.text;
        if form.plain == Plain::Quantity && (number || is_number(text)) {
            let message = format!("`{}` needs a unit", place.path);
            let label = format!("expected {}", form.expected);
            let problem = Diagnostic::new(Code::MissingUnit, node.range, message, label);
            self.problems.push(problem);
            return None;
        }
        if form.plain != Plain::Any && (number || scalar.boolean().is_some()) {
            let quoted = (form.accepts)(text).is_ok();
            let hint = quoted.then(|| format!("quote it: `\"{text}\"`"));
            return self.wrong_type_with_hint(node, place, form.expected, hint.as_deref());
        }
        let accepted = self.accepted(&scalar.text, node.range, form, place);
        accepted.then(|| scalar.text.clone())
    }

    pub(super) fn accepted(
        &mut self,
        text: &str,
        range: SourceRange,
        form: &'static Form,
        place: &Place<'_>,
    ) -> bool {
        let Err(reason) = (form.accepts)(text) else {
            return true;
        };
        if form.words.is_empty() {
            let message = format!("invalid value for `{}`", place.path);
            self.problems
                .push(Diagnostic::new(form.code, range, message, reason));
        } else {
            self.unknown_word(text, range, (form.words, form.code), place);
        }
        false
    }

    pub(super) fn choice(
        &mut self,
        node: &Node,
        choices: &'static Choices,
        place: &Place<'_>,
    ) -> Option<Item> {
        // A word of a later release may come with a value, as in `by: { group: patient }`.
        if let Value::Map(entries) = &node.value
            && let [(key, _)] = entries.as_slice()
            && choices.later.contains(&key.text.as_str())
        {
            self.not_supported(&key.text, key.range);
            return None;
        }
        let expected = format!("one of `{}`", choices.now.join("`, `"));
        let scalar = self.scalar(node, place, &expected)?;
        if choices.now.contains(&scalar.text.as_str()) {
            return Some(Item::Text(scalar.text.clone()));
        }
        if choices.later.contains(&scalar.text.as_str()) {
            self.not_supported(&scalar.text, node.range);
        } else {
            self.unknown_word(&scalar.text, node.range, (choices.now, choices.code), place);
        }
        None
    }

    pub(super) fn integer(
        &mut self,
        node: &Node,
        (least, most): (i64, i64),
        place: &Place<'_>,
    ) -> Option<Item> {
        let scalar = self.scalar(node, place, "a whole number")?;
        let Some(number) = scalar.integer() else {
            return self.wrong_type(node, place, "a whole number");
        };
        if (least..=most).contains(&number) {
            return Some(Item::Integer(number));
        }
        let rule = if most == i64::MAX {
            format!("must be at least {least}")
        } else {
            format!("must be from {least} to {most}")
        };
        self.out_of_range(node, place, &rule, "out of range");
        None
    }

    pub(super) fn number(
        &mut self,
        node: &Node,
        (least, most): (f64, f64),
        place: &Place<'_>,
    ) -> Option<Item> {
        let scalar = self.scalar(node, place, "a number")?;
        let Some(number) = scalar.number() else {
            return self.wrong_type(node, place, "a number");
        };
        if (least..=most).contains(&number) {
            return Some(Item::Number(number));
        }
        let rule = match (least > 0.0, most < f64::MAX) {
            (true, true) => format!("must be above 0 and at most {most}"),
            (true, false) => "must be above 0".to_owned(),
            (false, true) => format!("must be from {least} to {most}"),
            (false, false) => format!("must be at least {least}"),
        };
        self.out_of_range(node, place, &rule, "out of range");
        None
    }

    pub(super) fn boolean(&mut self, node: &Node, place: &Place<'_>) -> Option<Item> {
        let scalar = self.scalar(node, place, BOOLEAN)?;
        if let Some(boolean) = scalar.boolean() {
            return Some(Item::Boolean(boolean));
        }
        // YAML 1.1 had more words for it, and many files still do.
        let hint = match scalar.text.to_lowercase().as_str() {
            "yes" | "on" | "y" => Some("write `true`"),
            "no" | "off" | "n" => Some("write `false`"),
            _ => None,
        };
        self.wrong_type_with_hint(node, place, BOOLEAN, hint)
    }

    pub(super) fn scalar<'n>(
        &mut self,
        node: &'n Node,
        place: &Place<'_>,
        expected: &str,
    ) -> Option<&'n Scalar> {
        match &node.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            _ => self.wrong_type(node, place, expected),
        }
    }
}

/// Whether a quoted text is a bare number.
fn is_number(text: &str) -> bool {
    let scalar = Scalar {
        text: text.trim().to_owned(),
        plain: true,
    };
    scalar.number().is_some()
}
