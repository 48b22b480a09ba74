//! AWS's service models as data: generated shape tables, codecs of AWS's protocols, validation and Signature Version 4.
//!
//! A server calls, in this order, [`sigv4::verify`], [`plain_body`], [`route`], [`decode`] and [`validate`], and answers
//! by [`encode`] or [`encode_error`]; a client calls [`encode_request`], [`sigv4::sign`] and [`decode_response`].
//!
//! Requests and answers are [`serde_json::Value`]s in AWS's member names, whatever the protocol: blobs are base64 text,
//! timestamps are numbers, epoch seconds with a millisecond fraction. Nothing here reads a clock or does any I/O.

mod client;
mod codec;
mod content;
mod decode;
mod encode;
mod error;
#[rustfmt::skip]
mod generated;
mod protocol;
mod route;
pub mod sigv4;
mod table;
pub mod timestamp;
mod validate;

pub use client::{decode_response, encode_request};
pub use codec::rest_xml::encode_s3_error;
pub use content::plain_body;
pub use decode::{decode, decode_value};
pub use encode::{encode, encode_error, encode_unrouted_error};
pub use error::ApiError;
pub use route::route;
pub use table::{
    ErrorShape, Kind, Level, Location, Member, Operation, Pattern, Protocol, Service, Shape,
    Support, Text, TimestampFormat,
};
pub use validate::validate;

/// Every service, in alphabetical order of our names.
pub fn services() -> &'static [Service] {
    generated::SERVICES
}

/// A service by our name: `sagemaker`, `states`, `cloudwatch` and so on.
///
/// ```
/// let service = aws_api::service("sagemaker").unwrap();
/// assert!(service.operation("CreateTrainingJob").is_some());
/// ```
pub fn service(name: &str) -> Option<&'static Service> {
    generated::SERVICES
        .iter()
        .find(|service| service.name == name)
}
