//! Signature Version 4: signing, presigning, and verification of both.
//!
//! A signature covers method, path, query string, the signed headers and the body's hash. A verifier here also insists
//! on what AWS insists on: the host is signed, and so is every `x-amz-` header; the moment is near; the scope has the
//! moment's date; the session token is part of the credentials. Nothing reads a clock: the moment is an argument.

mod canonical;
mod credentials;
mod refusal;
mod scope;
mod sign;
mod verify;

pub use credentials::Credentials;
pub use scope::{Scope, scope};
pub use sign::{Presign, presign, sign};
pub use verify::{check_head, unknown_key, verify};

#[cfg(test)]
mod tests;
