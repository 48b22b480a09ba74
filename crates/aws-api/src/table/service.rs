//! Services and their protocols.

use super::operation::{ErrorShape, Operation};

/// A service with its implemented operations.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// Our name: `sagemaker`, `states`, `cloudwatch` and so on.
    pub name: &'static str,
    /// AWS's full name, for messages.
    pub full_name: &'static str,
    /// The name in the credential scope of a signature.
    pub signing_name: &'static str,
    /// The protocol of the newest clients.
    pub protocol: Protocol,
    /// Every protocol that the service speaks.
    pub protocols: &'static [Protocol],
    /// What precedes the operation in `X-Amz-Target` and in the path of rpc-v2-cbor; empty for other protocols.
    pub target_prefix: &'static str,
    /// The version of the model, which Query requests repeat.
    pub api_version: &'static str,
    /// The namespace of XML answers; empty for other protocols.
    pub xml_namespace: &'static str,
    /// Whether the JSON and CBOR protocols repeat the code of the Query protocol in a header.
    pub query_compatible: bool,
    /// The error code of a request that breaks the model.
    pub validation_code: &'static str,
    /// The implemented operations in alphabetical order.
    pub operations: &'static [Operation],
    /// The errors that these operations declare, in alphabetical order.
    pub errors: &'static [&'static ErrorShape],
}

/// A wire protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON 1.0: the operation in `X-Amz-Target`.
    Json10,
    /// JSON 1.1.
    Json11,
    /// Form parameters in, XML out.
    Query,
    /// EC2's dialect of Query.
    Ec2,
    /// Paths, headers and JSON bodies.
    RestJson,
    /// Paths, headers and XML bodies; only its error document is written here.
    RestXml,
    /// CBOR bodies, the operation in the path.
    Cbor,
}

impl Protocol {
    /// Whether error codes are the exception names of the JSON services rather than the short ones of Query.
    pub(crate) const fn names_exceptions(self) -> bool {
        matches!(
            self,
            Protocol::Json10 | Protocol::Json11 | Protocol::RestJson | Protocol::Cbor
        )
    }
}

impl Service {
    /// An operation by AWS's name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations
            .binary_search_by(|operation| operation.name.cmp(name))
            .ok()
            .map(|found| &self.operations[found])
    }

    /// A declared error by the name of its shape or by its Query code.
    pub fn error(&self, name: &str) -> Option<&'static ErrorShape> {
        self.errors
            .iter()
            .find(|error| error.name == name || error.code == name)
            .copied()
    }
}
