//! Why a model file is not used.

use super::session::Unsupported;

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
    /// Operators that no engine has, all of them.
    #[error("operators that are not supported: {}", listed(operators))]
    Operators {
        /// The operators.
        operators: Vec<Unsupported>,
    },
    /// A constant is not what it says.
    #[error("constant `{tensor}`: {problem}")]
    Tensor {
        /// The constant.
        tensor: String,
        /// What is wrong.
        problem: String,
    },
    /// A constant lies in another file.
    #[error("constant `{tensor}` lies in another file, `{location}`; a model must be one file")]
    External {
        /// The constant.
        tensor: String,
        /// The file.
        location: String,
    },
    /// The file has more of something than the limit.
    #[error("more than {limit} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The engine for neural graphs does not take the file.
    #[error("the graph cannot be loaded: {problem}")]
    Neural {
        /// What the engine says.
        problem: String,
    },
    /// A node cannot be evaluated on the values of a request.
    #[error("node `{node}`: {problem}")]
    Run {
        /// The node.
        node: String,
        /// What is wrong.
        problem: String,
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
            Self::Operators { .. } => "P0650",
            Self::Tensor { .. }
            | Self::External { .. }
            | Self::Limit { .. }
            | Self::Neural { .. } => "P0651",
            Self::Run { .. } => "P0653",
            _ => "P0230",
        }
    }
}

fn listed(operators: &[Unsupported]) -> String {
    operators
        .iter()
        .map(Unsupported::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
