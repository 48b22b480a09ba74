//! The gateway: one HTTP/1.1 server on one port. It finds out which service a request is for, proves who sent it,
//! refuses what breaks a limit or AWS's model, and hands the rest to a reader, the writer, S3 or an endpoint.

mod admin;
mod api;
mod body;
mod document;
mod framing;
mod hold;
mod inflow;
mod invoke;
mod limits;
mod permit;
mod s3;
mod s3_answer;
mod server;
mod service;
mod target;

#[cfg(test)]
mod tests;

pub use invoke::{Invocation, InvokeAnswer, Invoker};
pub use limits::Limits;
pub use server::Server;
pub use service::{Gateway, GatewayOptions, Reset};
