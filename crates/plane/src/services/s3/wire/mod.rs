//! S3 on the wire: the operations of `s3s`'s trait over our store. `s3s` reads and writes messages and verifies
//! signatures; what an operation does is decided beside this folder, without I/O; what is between is here.

mod access;
mod access_lists;
mod answer;
mod attributes;
mod buckets;
mod completion;
mod configurations;
mod copy;
mod forms;
mod listings;
mod operations;
mod protection;
mod read;
mod receive;
#[cfg(test)]
mod reference;
mod shelf;
mod upload_listings;
mod uploads;
mod version_listings;
mod versioning;
mod write;

use std::sync::Arc;

use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};

pub use shelf::Shelf;

use crate::credentials::Keyring;

/// Bytes of an XML body, such as the names of 1,000 keys to delete.
pub(crate) const XML_LIMIT: usize = 4 << 20;

/// Bytes of a file that comes with an HTML form: it is held in memory.
const FORM_LIMIT: u64 = 64 << 20;
/// Bytes of one field of a form, and of all of them.
const FIELD_LIMIT: usize = 64 << 10;

/// The S3 service over a shelf. Requests come with the [`crate::credentials::Holder`] of their key as an extension.
pub fn service(shelf: Shelf, keyring: Keyring) -> S3Service {
    let hosts = access::Hosts::new(&shelf.region);
    let mut config = S3Config::default();
    config.xml_max_body_size = XML_LIMIT;
    config.post_object_max_file_size = FORM_LIMIT;
    config.form_max_field_size = FIELD_LIMIT;
    config.form_max_fields_size = FIELD_LIMIT;
    // The gateway compares moments with the plane's clock; the machine's does not count.
    config.presigned_url_max_skew_time_secs = u32::MAX;
    let mut builder = S3ServiceBuilder::new(shelf);
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.set_auth(access::Keys::new(keyring.clone()));
    builder.set_access(access::Rules::new(keyring));
    builder.set_host(hosts);
    builder.build()
}
