//! The wording of problems that any kind of value can have.

use super::checker::{Checker, Place};
use super::nearest;
use crate::fields::{Field, Kind};
use crate::tree::{Key, Node, Value};
use crate::{Code, Diagnostic, SourceRange};

impl Checker<'_> {
    pub(super) fn unknown(
        &mut self,
        key: &Key,
        fields: &'static [Field],
        place: &Place<'_>,
    ) -> Option<&'static str> {
        let usable = fields
            .iter()
            .filter(|field| !matches!(field.kind, Kind::Later));
        let names: Vec<&'static str> = usable.map(|field| field.name).collect();
        let meant = nearest(&key.text, names.iter().copied());
        let message = format!("unknown key `{}`", key.text);
        let problem = match meant {
            Some(meant) => Diagnostic::new(
                Code::UnknownKey,
                key.range,
                message,
                format!("did you mean `{meant}`?"),
            ),
            None => Diagnostic::new(
                Code::UnknownKey,
                key.range,
                message,
                format!("not a key of {}", place.named()),
            )
            .hint(format!("keys here: `{}`", names.join("`, `"))),
        };
        self.problems.push(problem);
        meant
    }

    pub(super) fn duplicate(&mut self, key: &Key, first: SourceRange) {
        let message = format!("key `{}` stands twice", key.text);
        self.problems.push(
            Diagnostic::new(Code::DuplicateKey, key.range, message, "again here")
                .related(first, "first here"),
        );
    }

    pub(super) fn not_supported(&mut self, path: &str, range: SourceRange) {
        let name = path.rsplit('.').next().unwrap_or(path);
        self.problems.push(Diagnostic::new(
            Code::NotSupported,
            range,
            format!("`{name}` is not supported by this version"),
            "of a later release",
        ));
    }

    pub(super) fn unknown_word(
        &mut self,
        text: &str,
        range: SourceRange,
        (words, code): (&'static [&'static str], Code),
        place: &Place<'_>,
    ) {
        let what = if code == Code::UnknownMetric {
            "metric"
        } else {
            "value"
        };
        let message = format!("unknown {what} `{text}` for `{}`", place.path);
        let label = match nearest(text, words.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("expected one of `{}`", words.join("`, `")),
        };
        self.problems
            .push(Diagnostic::new(code, range, message, label));
    }

    /// Reports a value of another type than expected; what was refused already is not reported again.
    pub(super) fn wrong_type<T>(
        &mut self,
        node: &Node,
        place: &Place<'_>,
        expected: &str,
    ) -> Option<T> {
        self.wrong_type_with_hint(node, place, expected, None)
    }

    pub(super) fn wrong_type_with_hint<T>(
        &mut self,
        node: &Node,
        place: &Place<'_>,
        expected: &str,
        hint: Option<&str>,
    ) -> Option<T> {
        if matches!(node.value, Value::Refused) {
            return None;
        }
        // Where nothing stands the key is the place to look at.
        let range = if node.is_null() {
            place.anchor
        } else {
            node.range
        };
        let found = format!("found {}", node.describe());
        let message = match place.path {
            "" => format!("a workload file must be {expected}"),
            path => format!("`{path}` must be {expected}"),
        };
        let problem = Diagnostic::new(Code::WrongType, range, message, found);
        self.problems.push(match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
        None
    }

    pub(super) fn out_of_range(
        &mut self,
        node: &Node,
        place: &Place<'_>,
        rule: &str,
        label: impl Into<String>,
    ) {
        let message = format!("`{}` {rule}", place.path);
        self.problems.push(Diagnostic::new(
            Code::OutOfRange,
            node.range,
            message,
            label,
        ));
    }
}
