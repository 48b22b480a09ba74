//! One file a wire format. Each reads a value of a shape and writes one, knows nothing of services or transport, and
//! bounds its own nesting.

pub(crate) mod cbor;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod rest;
pub(crate) mod rest_xml;
pub(crate) mod scalar;
pub(crate) mod xml;

/// Deepest nesting of a request or an answer.
pub(crate) const MAX_DEPTH: usize = 50;
