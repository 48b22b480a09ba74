//! S3 on the wire: the operations of `s3s`'s trait over our store. `s3s` reads and writes messages and verifies
//! signatures; what an operation does is decided beside this folder, without I/O; what is between is here.

mod access;
mod answer;
mod buckets;
mod completion;
mod copy;
mod listings;
mod operations;
mod read;
mod receive;
mod shelf;
mod upload_listings;
mod uploads;
mod write;

use std::sync::Arc;

use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};

pub use shelf::Shelf;

use crate::credentials::Keyring;

/// Bytes of an XML body, such as the names of 1,000 keys to delete.
const XML_LIMIT: usize = 4 << 20;

/// The S3 service over a shelf. Requests come with the [`crate::credentials::Holder`] of their key as an extension.
pub fn service(shelf: Shelf, keyring: Keyring) -> S3Service {
    let mut config = S3Config::default();
    config.xml_max_body_size = XML_LIMIT;
    let mut builder = S3ServiceBuilder::new(shelf);
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.set_auth(access::Keys::new(keyring));
    builder.set_access(access::Rules);
    builder.set_host(access::Hosts);
    builder.build()
}
