//! Operations and the errors that they declare.

use super::shape::Shape;
use super::support::Support;

/// One operation of a service.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// AWS's name, such as `CreateTrainingJob`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with labels in braces where the protocol has them.
    pub uri: &'static str,
    /// What a request carries.
    pub input: Option<&'static Shape>,
    /// What an answer carries.
    pub output: Option<&'static Shape>,
    /// The element that wraps an answer in the Query protocol.
    pub result_wrapper: Option<&'static str>,
    /// The errors that the model declares.
    pub errors: &'static [&'static ErrorShape],
    /// What each member of the input does here; members without an entry of their own follow their parent.
    pub support: &'static [Support],
}

/// An error that a model declares.
#[derive(Debug, Clone, Copy)]
pub struct ErrorShape {
    /// The shape's name, which the JSON and CBOR protocols send.
    pub name: &'static str,
    /// The code that the Query protocol sends.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The members of the error.
    pub shape: &'static Shape,
}
