//! Access to the parts of a node, with errors that name it.

use crate::onnx::error::Error;
use crate::onnx::proto::{AttributeProto, NodeProto};

/// A node of the graph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(pub &'a NodeProto);

impl<'a> Node<'a> {
    /// The name for errors: the node's, else that of what it makes.
    pub(super) fn name(self) -> String {
        let unnamed = self.0.name.is_empty();
        if unnamed {
            self.output(0).to_owned()
        } else {
            self.0.name.clone()
        }
    }

    /// The operator, with its operator set where that is not ONNX's own.
    pub(super) fn operator(self) -> String {
        match self.0.domain.as_str() {
            "" => self.0.op_type.clone(),
            domain => format!("{domain}.{}", self.0.op_type),
        }
    }

    /// The name of an output; empty where there is none.
    pub(super) fn output(self, place: usize) -> &'a str {
        self.0.output.get(place).map_or("", String::as_str)
    }

    fn find(self, name: &str) -> Option<&'a AttributeProto> {
        self.0
            .attribute
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// Numbers; empty where they are not given.
    pub(super) fn floats(self, name: &str) -> &'a [f32] {
        self.find(name).map_or(&[], |attribute| &attribute.floats)
    }

    /// Whole numbers; empty where they are not given.
    pub(super) fn ints(self, name: &str) -> &'a [i64] {
        self.find(name).map_or(&[], |attribute| &attribute.ints)
    }

    /// A number, or its default.
    pub(super) fn float(self, name: &str, default: f32) -> f32 {
        self.find(name).map_or(default, |attribute| attribute.f)
    }

    /// A whole number, or its default.
    pub(super) fn int(self, name: &str, default: i64) -> i64 {
        self.find(name).map_or(default, |attribute| attribute.i)
    }

    /// A text, or its default; one that is not UTF-8 is refused.
    pub(super) fn text(self, name: &'static str, default: &'a str) -> Result<&'a str, Error> {
        match self.find(name) {
            None => Ok(default),
            Some(attribute) => {
                std::str::from_utf8(&attribute.s).map_err(|_| self.wrong(name, "UTF-8 text"))
            }
        }
    }

    /// Texts; empty where they are not given.
    pub(super) fn texts(self, name: &'static str) -> Result<Vec<String>, Error> {
        let given = self
            .find(name)
            .map_or(&[][..], |attribute| &attribute.strings);
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone());
        given
            .iter()
            .map(text)
            .collect::<Result<_, _>>()
            .map_err(|_| self.wrong(name, "UTF-8 texts"))
    }

    /// One number a column; a single one holds for all.
    pub(super) fn per_column(self, name: &'static str, columns: usize) -> Result<Vec<f32>, Error> {
        match self.floats(name) {
            [all] => Ok(vec![*all; columns]),
            each if each.len() == columns => Ok(each.to_vec()),
            _ => Err(self.wrong(name, format!("one number or {columns}"))),
        }
    }

    /// Refuses an attribute that is given at all.
    pub(super) fn without(self, name: &'static str) -> Result<(), Error> {
        match self.find(name) {
            None => Ok(()),
            Some(_) => Err(self.wrong(name, "nothing (not supported)")),
        }
    }

    /// The error for an attribute.
    pub(super) fn wrong(self, attribute: &'static str, expected: impl Into<String>) -> Error {
        Error::Attribute {
            attribute,
            node: self.name(),
            expected: expected.into(),
        }
    }

    /// The error for a value that the node reads.
    pub(super) fn wrong_value(self, place: usize, expected: &'static str) -> Error {
        let value = self.0.input.get(place).cloned().unwrap_or_default();
        Error::Value {
            value,
            node: self.name(),
            expected,
        }
    }

    /// The error for a node that cannot be evaluated.
    pub(super) fn unsupported(self) -> Error {
        Error::Unsupported {
            operator: self.operator(),
            node: self.name(),
        }
    }
}
