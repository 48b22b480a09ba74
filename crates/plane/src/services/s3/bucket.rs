//! Buckets.

use serde::{Deserialize, Serialize};

use super::object::Encryption;
use super::{configuration, version};
use crate::Fault;
use crate::store::{Record, Snapshot, Tx};

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Whether versions are kept.
    #[serde(default)]
    pub versioning: Versioning,
    /// Encryption that objects get which name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
}

/// Whether a bucket keeps versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// It never did.
    #[default]
    Never,
    /// Each write is a version.
    Enabled,
    /// It did; what was kept stays.
    Suspended,
}

impl Versioning {
    /// Reads AWS's word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "Enabled" => Some(Self::Enabled),
            "Suspended" => Some(Self::Suspended),
            _ => None,
        }
    }

    /// AWS's word, where there is one.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::Enabled => Some("Enabled"),
            Self::Suspended => Some("Suspended"),
        }
    }
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
        versioning: Versioning::Never,
        encryption: None,
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

/// Changes what a bucket remembers of itself.
pub fn change(tx: &mut Tx<'_>, name: &str, change: impl FnOnce(&mut Bucket)) -> Result<(), Fault> {
    let mut bucket = require(tx, name)?;
    change(&mut bucket);
    Ok(tx.put(&bucket)?)
}

/// Deletes an empty bucket, and the uploads into it that are under way.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    require(tx, name)?;
    let listing = super::object::list(tx, name, "", None, 1)?;
    let has_versions = version::any(tx, name)?;
    if has_versions || !listing.objects.is_empty() {
        let message = if has_versions {
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        } else {
            "The bucket you tried to delete is not empty"
        };
        return Err(Fault::new(409, "BucketNotEmpty", message));
    }
    super::upload::abort_all(tx, name)?;
    configuration::forget(tx, name)?;
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
