//! Buckets.

use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::store::{Record, Snapshot, Tx};

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Record for Bucket {
    const KIND: &'static str = "s3.bucket";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// Creates a bucket. In us-east-1 AWS lets an owner create a bucket again; elsewhere it is `BucketAlreadyOwnedByYou`.
pub fn create(tx: &mut Tx<'_>, name: &str) -> Result<Bucket, Fault> {
    check_name(name)?;
    if let Some(bucket) = tx.get::<Bucket>(name)? {
        if tx.ctx().region == "us-east-1" {
            return Ok(bucket);
        }
        return Err(Fault::new(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ));
    }
    let bucket = Bucket {
        name: name.to_owned(),
        created: tx.ctx().now,
    };
    tx.put(&bucket)?;
    Ok(bucket)
}

/// The bucket, or `NoSuchBucket`.
pub fn require(snapshot: &Snapshot<'_>, name: &str) -> Result<Bucket, Fault> {
    snapshot
        .get(name)?
        .ok_or_else(|| Fault::not_found("NoSuchBucket", "The specified bucket does not exist"))
}

/// Deletes an empty bucket, and the uploads into it that are under way.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    require(tx, name)?;
    let listing = super::object::list(tx, name, "", None, 1)?;
    if !listing.objects.is_empty() {
        return Err(Fault::new(
            409,
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty",
        ));
    }
    super::upload::abort_all(tx, name)?;
    tx.delete::<Bucket>(name)?;
    Ok(())
}

/// AWS's rules for names of general purpose buckets.
fn check_name(name: &str) -> Result<(), Fault> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let valid = (3..=63).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        && edge(name.chars().next())
        && edge(name.chars().last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err();
    if valid {
        return Ok(());
    }
    Err(Fault::client(
        "InvalidBucketName",
        "The specified bucket is not valid.",
    ))
}
