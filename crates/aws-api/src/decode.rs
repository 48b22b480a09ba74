//! From a request on the wire to a value in AWS's member names.

use http::request::Parts;
use serde_json::{Map, Value};

use crate::codec::{cbor, form, json, query, rest};
use crate::error::ApiError;
use crate::protocol::spoken;
use crate::table::{Operation, Protocol, Service};

/// Reads a request in the protocol that the client used. Types are checked, constraints are not: [`crate::validate`]
/// does that. Unknown members are kept for it to name.
pub fn decode(
    service: &Service,
    operation: &Operation,
    head: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    let Some(input) = operation.input else {
        return Ok(Value::Object(Map::new()));
    };
    match spoken(service, head) {
        Protocol::Json10 | Protocol::Json11 => json::read(input, body),
        Protocol::Cbor => cbor::read(input, body),
        Protocol::RestJson | Protocol::RestXml => rest::read_request(operation, input, head, body),
        Protocol::Query => query::read(input, &form::parameters(head, body), query::Dialect::Query),
        Protocol::Ec2 => query::read(input, &form::parameters(head, body), query::Dialect::Ec2),
    }
}

/// Brings a JSON value from elsewhere, such as the parameters of a task, into the form that [`decode`] gives: types are
/// checked, moments become numbers, nulls disappear.
pub fn decode_value(operation: &Operation, value: Value) -> Result<Value, ApiError> {
    match operation.input {
        Some(input) => json::coerce_root(input, value),
        None => Ok(value),
    }
}
