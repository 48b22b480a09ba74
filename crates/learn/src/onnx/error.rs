//! Why a model file is not used.

/// A model file that is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The bytes are not an ONNX file.
    #[error("the file is not an ONNX model")]
    Malformed {
        /// What the decoder says.
        #[source]
        source: prost::DecodeError,
    },
    /// The graph has no part that is needed.
    #[error("the graph has no {part}")]
    Incomplete {
        /// What is missing.
        part: &'static str,
    },
    /// The operator is not one that is evaluated here.
    #[error("operator `{operator}` of node `{node}` is not supported")]
    Unsupported {
        /// The operator, with its operator set where that is not ONNX's own.
        operator: String,
        /// The node.
        node: String,
    },
    /// An attribute is missing or has a value that is not supported.
    #[error("attribute `{attribute}` of node `{node}`: expected {expected}")]
    Attribute {
        /// The attribute.
        attribute: &'static str,
        /// The node.
        node: String,
        /// What can be used.
        expected: String,
    },
    /// A node reads a value that is not there or is of another kind.
    #[error("value `{value}` of node `{node}`: expected {expected}")]
    Value {
        /// The value.
        value: String,
        /// The node.
        node: String,
        /// What can be used.
        expected: &'static str,
    },
    /// A tree is not a tree, or points outside.
    #[error("trees of node `{node}`: {problem}")]
    Trees {
        /// The node.
        node: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The graph computes more values than the limit.
    #[error("the graph has more than {limit} values a row")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } | Self::Attribute { .. } => "P0231",
            _ => "P0230",
        }
    }
}
