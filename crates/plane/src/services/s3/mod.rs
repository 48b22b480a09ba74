//! S3: buckets and objects. The wire is `s3s`'s; what is stored and answered is ours.
//!
//! - An object's content is stored, hashed and compared with what the client said before a row names it.
//! - Of an object there is one version; encryption, access lists and storage classes have no effect and are refused,
//!   but for their defaults (see `wire::access`).

pub mod bucket;
pub mod checksum;
pub mod condition;
pub mod content;
pub mod listing;
pub mod object;
pub mod tags;
pub mod upload;
pub mod wire;

pub use bucket::Bucket;
pub use content::Content;
pub use object::{Listing, Object, ObjectMeta};
