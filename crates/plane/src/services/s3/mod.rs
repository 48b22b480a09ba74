//! S3: buckets and objects. The wire is `s3s`'s; what is stored and answered is ours.
//!
//! - An object's content is stored, hashed and compared with what the client said before a row names it.
//! - A bucket keeps versions where its owner says so. The current object of a key has a row of its own; earlier
//!   versions and delete markers lie beside it.
//! - Encryption and storage classes are words that come back; access lists other than private ones, object locks and
//!   keys of clients are refused (see `wire::access`).

pub mod bucket;
pub mod checksum;
pub mod condition;
pub mod configuration;
pub mod content;
pub mod listing;
pub mod object;
pub mod tags;
pub mod upload;
pub mod version;
pub mod version_listing;
pub mod wire;

pub use bucket::Bucket;
pub use content::Content;
pub use object::{Listing, Object, ObjectMeta};
