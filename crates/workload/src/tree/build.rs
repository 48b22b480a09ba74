//! From YAML events to a tree.
//!
//! A syntax error ends it, since nothing after it can be trusted. Parts of YAML that a workload does not use (aliases,
//! tags, several documents, keys that are no text) are refused by name; without aliases a small file cannot become a
//! large tree.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::offsets::Offsets;
use super::{Key, Node, Scalar, Value};
use crate::{Code, Diagnostic, SourceRange};

/// Longest file. A workload has a few kilobytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// Deepest nesting. A workload needs six.
const MAX_DEPTH: usize = 32;

/// The tree of a text; none where it is empty, or where a problem leaves nothing to check.
pub(crate) fn parse(text: &str, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut builder = Builder {
        text,
        offsets: Offsets::new(text),
        open: Vec::new(),
        root: None,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                problems.push(builder.syntax(&error));
                return None;
            }
        };
        match builder.event(event, span) {
            Ok(None) => {}
            Ok(Some(problem)) => problems.push(problem),
            Err(fatal) => {
                problems.push(*fatal);
                return None;
            }
        }
    }
    builder.root
}

/// A list or map whose end has not been seen.
enum Open {
    List(SourceRange, Vec<Node>),
    Map(SourceRange, Vec<(Key, Node)>, Option<Key>),
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets,
    open: Vec<Open>,
    root: Option<Node>,
}

/// A problem after which the tree would be meaningless.
type Fatal = Box<Diagnostic>;

impl Builder<'_> {
    /// Takes one event; answers with a problem that does not end the reading, or ends it.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<Option<Diagnostic>, Fatal> {
        let range = self.range(span);
        let tag = match &event {
            Event::Scalar(_, _, _, tag)
            | Event::SequenceStart(_, tag)
            | Event::MappingStart(_, tag) => tag.as_ref().map(|tag| refused_tag(range, tag)),
            _ => None,
        };
        match event {
            Event::Scalar(text, style, _, _) => {
                let plain = style == ScalarStyle::Plain;
                let text = text.into_owned();
                let refused = tag.is_some();
                let value = if refused && !self.at_key() {
                    Value::Refused
                } else {
                    Value::Scalar(Scalar { text, plain })
                };
                self.add(Node { range, value })?;
            }
            Event::Alias(_) => {
                self.add(Node {
                    range,
                    value: Value::Refused,
                })?;
                return Ok(Some(refused_alias(range)));
            }
            Event::SequenceStart(..) => self.push(Open::List(range, Vec::new()), range)?,
            Event::MappingStart(..) => self.push(Open::Map(range, Vec::new(), None), range)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end)?,
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(Box::new(several_documents(range)));
            }
            _ => {}
        }
        Ok(tag)
    }

    fn at_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map(_, _, None)))
    }

    fn push(&mut self, open: Open, range: SourceRange) -> Result<(), Fatal> {
        if self.at_key() {
            return Err(Box::new(refused_key(range)));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(Box::new(Diagnostic::new(
                Code::TooLarge,
                range,
                format!("nested deeper than {MAX_DEPTH} levels"),
                "one level too many",
            )));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Fatal> {
        let node = match self.open.pop() {
            Some(Open::List(range, nodes)) => Node {
                range: self.trimmed(range.start, end),
                value: Value::List(nodes),
            },
            Some(Open::Map(range, entries, _)) => Node {
                range: self.trimmed(range.start, end),
                value: Value::Map(entries),
            },
            None => return Ok(()),
        };
        self.add(node)
    }

    fn add(&mut self, node: Node) -> Result<(), Fatal> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, nodes)) => nodes.push(node),
            Some(Open::Map(_, entries, key)) => match (key.take(), node) {
                (Some(key), node) => entries.push((key, node)),
                (
                    None,
                    Node {
                        range,
                        value: Value::Scalar(scalar),
                    },
                ) => {
                    *key = Some(Key {
                        text: scalar.text,
                        range,
                    });
                }
                (None, Node { range, .. }) => return Err(Box::new(refused_key(range))),
            },
        }
        Ok(())
    }

    fn range(&self, span: Span) -> SourceRange {
        let start = self.offsets.byte(span.start.index());
        self.trimmed(start, self.offsets.byte(span.end.index()))
    }

    /// The range without the white space that the parser counts to the end of a block.
    fn trimmed(&self, start: usize, end: usize) -> SourceRange {
        let text = self.text.get(start..end.max(start)).unwrap_or_default();
        SourceRange::new(start, start + text.trim_end().len())
    }

    fn syntax(&self, error: &ScanError) -> Diagnostic {
        let start = self.offsets.byte(error.marker().index());
        let width = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let range = SourceRange::new(start, start + width);
        Diagnostic::new(Code::InvalidYaml, range, "invalid YAML", error.info())
    }
}

fn refused_alias(range: SourceRange) -> Diagnostic {
    Diagnostic::new(
        Code::RefusedYaml,
        range,
        "YAML aliases are not supported",
        "an alias",
    )
    .hint("write the value out")
}

fn refused_tag(range: SourceRange, tag: &saphyr_parser::Tag) -> Diagnostic {
    let written = if tag.is_yaml_core_schema() {
        format!("!!{}", tag.suffix)
    } else {
        tag.to_string()
    };
    let message = format!("YAML tags are not supported, found `{written}`");
    Diagnostic::new(Code::RefusedYaml, range, message, "a value with a tag")
        .hint("quote the value where it is meant as text")
}

fn refused_key(range: SourceRange) -> Diagnostic {
    Diagnostic::new(
        Code::RefusedYaml,
        range,
        "a key must be a plain word",
        "not a plain word",
    )
}

fn several_documents(range: SourceRange) -> Diagnostic {
    Diagnostic::new(
        Code::RefusedYaml,
        range,
        "a workload file holds one document",
        "a second one starts here",
    )
    .hint("one folder, one workload: put the other document into a folder of its own")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every key and scalar of the tree with the text at its place.
    fn places<'a>(node: &Node, text: &'a str, found: &mut Vec<(String, &'a str)>) {
        match &node.value {
            Value::Scalar(scalar) => {
                found.push((scalar.text.clone(), &text[node.range.start..node.range.end]));
            }
            Value::List(nodes) => nodes.iter().for_each(|node| places(node, text, found)),
            Value::Map(entries) => {
                for (key, node) in entries {
                    found.push((key.text.clone(), &text[key.range.start..key.range.end]));
                    places(node, text, found);
                }
            }
            Value::Refused => {}
        }
    }

    fn read(text: &str) -> Vec<(String, &str)> {
        let mut problems = Vec::new();
        let root = parse(text, &mut problems).unwrap();
        assert_eq!(problems, Vec::new());
        let mut found = Vec::new();
        places(&root, text, &mut found);
        found
    }

    #[test]
    fn places_are_those_of_the_text_whatever_stands_before() {
        let text = "# \u{20ac}\r\n\u{e9}: [a, \"\u{1f600} b\"]\r\nlast:\r\n  - { x: 20 GB } # \u{e9}\r\n  - y\r\n";
        let expected = [
            ("\u{e9}", "\u{e9}"),
            ("a", "a"),
            ("\u{1f600} b", "\"\u{1f600} b\""),
            ("last", "last"),
            ("x", "x"),
            ("20 GB", "20 GB"),
            ("y", "y"),
        ];
        let expected: Vec<_> = expected.map(|(value, at)| (value.to_owned(), at)).into();
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_byte_order_mark_shifts_nothing() {
        assert_eq!(
            read("\u{feff}a: b\n"),
            [("a".to_owned(), "a"), ("b".to_owned(), "b")]
        );
    }

    #[test]
    fn maps_and_lists_end_where_their_text_ends() {
        let text = "a:\n  - x\n  - y   \n\n# comment\nb: { c: d }\n";
        let mut problems = Vec::new();
        let root = parse(text, &mut problems).unwrap();
        let Value::Map(entries) = &root.value else {
            panic!("not a map");
        };
        let of = |index: usize| &text[entries[index].1.range.start..entries[index].1.range.end];
        assert!(of(0).starts_with("- x\n  - y"), "{:?}", of(0));
        assert_eq!(of(1), "{ c: d }");
    }

    proptest! {
        #[test]
        fn plain_words_are_found_at_their_places(words in prop::collection::vec("[a-z\u{e9}\u{4e2d}]{1,6}", 1..20)) {
            let text: String = words.iter().map(|word| format!("- {word} # \u{20ac}\n")).collect();
            for (value, at) in read(&text) {
                // `null` is a word as well, and only its place matters here.
                prop_assert_eq!(value, at);
            }
        }
    }
}
