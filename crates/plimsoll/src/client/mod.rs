//! A client of the plane, or of AWS: the same signed requests as any SDK's.

mod aws;
mod collection;
mod error;
mod http;
pub(crate) mod s3;
mod transfer;

pub(crate) use aws::{Aws, Endpoint};
pub(crate) use error::ClientError;
pub(crate) use transfer::UploadError;
