//! Nodes of the tree.

use crate::SourceRange;

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) range: SourceRange,
    pub(crate) value: Value,
}

/// A key of a map with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) range: SourceRange,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// Something that has been reported already.
    Refused,
}

/// A text, and whether it stood without quotes, so that it may also be a number, a boolean or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) plain: bool,
}

impl Scalar {
    /// Whether it is YAML's null.
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The boolean that it is.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.text.as_str() {
            _ if !self.plain => None,
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// The whole number that it is.
    pub(crate) fn integer(&self) -> Option<i64> {
        self.numeric().then(|| self.text.parse().ok()).flatten()
    }

    /// The finite number that it is.
    pub(crate) fn number(&self) -> Option<f64> {
        let number: f64 = self.numeric().then(|| self.text.parse().ok()).flatten()?;
        number.is_finite().then_some(number)
    }

    /// Rust also reads words such as `inf` and `nan` as numbers; here they are text.
    fn numeric(&self) -> bool {
        let number = |b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        self.plain && self.text.bytes().all(number)
    }
}

impl Node {
    /// What the node is, in a word, for a message that says what was found.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "nothing",
            Value::Scalar(scalar) if scalar.boolean().is_some() => "a boolean",
            Value::Scalar(scalar) if scalar.number().is_some() => "a number",
            Value::Scalar(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Refused => "a refused value",
        }
    }

    /// Whether nothing stands here.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// The same tree with every place replaced: for defaults, which stand nowhere in the file.
    pub(crate) fn at(self, range: SourceRange) -> Self {
        let value = match self.value {
            Value::List(nodes) => {
                Value::List(nodes.into_iter().map(|node| node.at(range)).collect())
            }
            Value::Map(entries) => {
                let moved = |(key, node): (Key, Self)| (Key { range, ..key }, node.at(range));
                Value::Map(entries.into_iter().map(moved).collect())
            }
            other => other,
        };
        Self { range, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar {
            text: text.to_owned(),
            plain: true,
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let numbers = [
            ("1", Some(1), Some(1.0)),
            ("-3", Some(-3), Some(-3.0)),
            ("1.5", None, Some(1.5)),
            ("1e-4", None, Some(1e-4)),
            ("inf", None, None),
            ("nan", None, None),
            ("1e999", None, None),
            ("0x10", None, None),
            ("20 GB", None, None),
            ("", None, None),
        ];
        for (text, integer, number) in numbers {
            assert_eq!(plain(text).integer(), integer, "{text}");
            assert_eq!(plain(text).number(), number, "{text}");
        }
        assert_eq!(plain("true").boolean(), Some(true));
        assert_eq!(plain("yes").boolean(), None);
        assert!(plain("~").is_null() && plain("").is_null());
    }

    #[test]
    fn quotes_make_text_of_everything() {
        for text in ["1", "true", "", "null"] {
            let quoted = Scalar {
                text: text.to_owned(),
                plain: false,
            };
            assert!(!quoted.is_null(), "{text}");
            assert_eq!(
                (quoted.boolean(), quoted.integer(), quoted.number()),
                (None, None, None)
            );
        }
    }
}
