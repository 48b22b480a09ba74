//! Inputs and outputs of a graph.

use crate::onnx::proto::{Dimension, ValueInfoProto};

/// The kind of a port's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// Numbers of single precision (or 16 bits).
    Float,
    /// Numbers of double precision.
    Double,
    /// Whole numbers.
    Int,
    /// Truth values.
    Bool,
    /// Texts.
    Text,
    /// A list of dictionaries: what `ZipMap` makes of probabilities.
    List,
    /// Not declared, or of another kind.
    Unknown,
}

impl Element {
    /// The name as ONNX has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Double => "double",
            Self::Int => "int64",
            Self::Bool => "bool",
            Self::Text => "string",
            Self::List => "list",
            Self::Unknown => "unknown",
        }
    }
}

/// An input or output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The name.
    pub name: String,
    /// The kind of elements.
    pub element: Element,
    /// Dimensions; none where the file leaves one open. Empty where no shape is declared.
    pub dims: Vec<Option<usize>>,
    /// Whether a shape is declared.
    pub shaped: bool,
}

impl Port {
    pub(super) fn of(info: &ValueInfoProto) -> Self {
        let kind = info.r#type.as_ref();
        let tensor = kind.and_then(|kind| kind.tensor_type.as_ref());
        let is_list = kind.is_some_and(|kind| kind.sequence_type.is_some());
        let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
        let size = |dimension: &crate::onnx::proto::DimensionProto| match dimension.value {
            Some(Dimension::Value(size)) => usize::try_from(size).ok().filter(|&size| size > 0),
            _ => None,
        };
        Self {
            name: info.name.clone(),
            element: match tensor.map(|tensor| tensor.elem_type) {
                None if is_list => Element::List,
                Some(1 | 10) => Element::Float,
                Some(11) => Element::Double,
                Some(2..=7 | 12 | 13) => Element::Int,
                Some(9) => Element::Bool,
                Some(8) => Element::Text,
                _ => Element::Unknown,
            },
            dims: shape
                .map(|shape| shape.dim.iter().map(size).collect())
                .unwrap_or_default(),
            shaped: shape.is_some(),
        }
    }

    /// Elements of one row, where all its dimensions are known: those after the first.
    pub fn width(&self) -> Option<usize> {
        let rest = self.dims.get(1..).unwrap_or_default();
        rest.iter()
            .try_fold(1_usize, |product, size| product.checked_mul((*size)?))
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size =
            |size: &Option<usize>| size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        let dims: Vec<String> = self.dims.iter().map(size).collect();
        write!(f, "{} {}", self.name, self.element.name())?;
        if self.shaped {
            write!(f, "[{}]", dims.join(", "))
        } else {
            Ok(())
        }
    }
}
