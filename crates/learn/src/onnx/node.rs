//! Access to the parts of a node, with errors that name it.

use super::error::Error;
use super::proto::{AttributeProto, GraphProto, NodeProto, TensorProto};

/// A node of the graph.
#[derive(Debug, Clone, Copy)]
pub(in crate::onnx) struct Node<'a>(pub &'a NodeProto);

impl<'a> Node<'a> {
    /// The name for errors: the node's, else that of what it makes.
    pub(in crate::onnx) fn name(self) -> String {
        let unnamed = self.0.name.is_empty();
        if unnamed {
            self.output(0).to_owned()
        } else {
            self.0.name.clone()
        }
    }

    /// The operator, with its operator set where that is not ONNX's own.
    pub(in crate::onnx) fn operator(self) -> String {
        match self.domain() {
            "" => self.0.op_type.clone(),
            domain => format!("{domain}.{}", self.0.op_type),
        }
    }

    /// The operator set; empty for ONNX's own, whichever way it is written.
    pub(in crate::onnx) fn domain(self) -> &'a str {
        match self.0.domain.as_str() {
            "ai.onnx" => "",
            domain => domain,
        }
    }

    /// The name of an output; empty where there is none.
    pub(in crate::onnx) fn output(self, place: usize) -> &'a str {
        self.0.output.get(place).map_or("", String::as_str)
    }

    fn find(self, name: &str) -> Option<&'a AttributeProto> {
        self.0
            .attribute
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// Numbers; empty where they are not given.
    pub(in crate::onnx) fn floats(self, name: &str) -> &'a [f32] {
        self.find(name).map_or(&[], |attribute| &attribute.floats)
    }

    /// Whole numbers; empty where they are not given.
    pub(in crate::onnx) fn ints(self, name: &str) -> &'a [i64] {
        self.find(name).map_or(&[], |attribute| &attribute.ints)
    }

    /// A number, or its default.
    pub(in crate::onnx) fn float(self, name: &str, default: f32) -> f32 {
        self.find(name).map_or(default, |attribute| attribute.f)
    }

    /// A whole number, or its default.
    pub(in crate::onnx) fn int(self, name: &str, default: i64) -> i64 {
        self.find(name).map_or(default, |attribute| attribute.i)
    }

    /// A text, or its default; one that is not UTF-8 is refused.
    pub(in crate::onnx) fn text(
        self,
        name: &'static str,
        default: &'a str,
    ) -> Result<&'a str, Error> {
        match self.find(name) {
            None => Ok(default),
            Some(attribute) => {
                std::str::from_utf8(&attribute.s).map_err(|_| self.wrong(name, "UTF-8 text"))
            }
        }
    }

    /// Texts; empty where they are not given.
    pub(in crate::onnx) fn texts(self, name: &'static str) -> Result<Vec<String>, Error> {
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

    /// Whether an attribute is given.
    pub(in crate::onnx) fn has(self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A constant.
    pub(in crate::onnx) fn tensor(self, name: &str) -> Option<&'a TensorProto> {
        self.find(name)?.t.as_deref()
    }

    /// A graph inside this one.
    pub(in crate::onnx) fn graph(self, name: &str) -> Option<&'a GraphProto> {
        self.find(name)?.g.as_deref()
    }

    /// One number a column; a single one holds for all.
    pub(in crate::onnx) fn per_column(
        self,
        name: &'static str,
        columns: usize,
    ) -> Result<Vec<f32>, Error> {
        match self.floats(name) {
            [all] => Ok(vec![*all; columns]),
            each if each.len() == columns => Ok(each.to_vec()),
            _ => Err(self.wrong(name, format!("one number or {columns}"))),
        }
    }

    /// Refuses an attribute that is given at all.
    pub(in crate::onnx) fn without(self, name: &'static str) -> Result<(), Error> {
        match self.find(name) {
            None => Ok(()),
            Some(_) => Err(self.wrong(name, "nothing (not supported)")),
        }
    }

    /// The error for an attribute.
    pub(in crate::onnx) fn wrong(
        self,
        attribute: &'static str,
        expected: impl Into<String>,
    ) -> Error {
        Error::Attribute {
            attribute,
            node: self.name(),
            expected: expected.into(),
        }
    }

    /// The error for a value that the node reads.
    pub(in crate::onnx) fn wrong_value(self, place: usize, expected: &'static str) -> Error {
        let value = self.0.input.get(place).cloned().unwrap_or_default();
        Error::Value {
            value,
            node: self.name(),
            expected,
        }
    }

    /// The error for a node that cannot be evaluated.
    pub(in crate::onnx) fn unsupported(self) -> Error {
        Error::Unsupported {
            operator: self.operator(),
            node: self.name(),
        }
    }
}
