//! Configurations of buckets: documents that are stored and given back as they came. What the plane acts on is not here
//! but in [`Bucket`](super::Bucket): versioning and encryption.

use serde::{Deserialize, Serialize};

use super::bucket;
use crate::Fault;
use crate::store::{Record, Snapshot, StoreError, Tx};

/// Most bytes of a document; AWS's largest are its policies and lifecycles.
const LONGEST: usize = 1 << 20;

/// A kind of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Which web pages may read.
    Cors,
    /// What happens to objects with time. Nothing here carries it out.
    Lifecycle,
    /// Who owns what others write.
    Ownership,
    /// Who may do what. Nothing here evaluates it.
    Policy,
    /// What keeps a bucket private.
    PublicAccess,
    /// Tags.
    Tags,
    /// How it is a web site. Nothing here serves one.
    Website,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Cors => "cors",
            Self::Lifecycle => "lifecycle",
            Self::Ownership => "ownership",
            Self::Policy => "policy",
            Self::PublicAccess => "public-access",
            Self::Tags => "tags",
            Self::Website => "website",
        }
    }
}

/// What is stored of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// Nobody said anything: AWS's default counts.
    Default,
    /// The owner deleted it.
    Deleted,
    /// The document.
    Is(String),
}

#[derive(Serialize, Deserialize)]
struct Document {
    bucket: String,
    kind: Kind,
    /// None where the owner deleted it.
    text: Option<String>,
    created: i64,
}

impl Record for Document {
    const KIND: &'static str = "s3.configuration";
    fn key(&self) -> String {
        key(&self.bucket, self.kind)
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn parent(&self) -> &str {
        &self.bucket
    }
}

fn key(bucket: &str, kind: Kind) -> String {
    format!("{bucket}/{}", kind.word())
}

/// Stores a document, or that there is none.
pub fn put(tx: &mut Tx<'_>, bucket: &str, kind: Kind, text: Option<String>) -> Result<(), Fault> {
    bucket::require(tx, bucket)?;
    if text.as_ref().is_some_and(|text| text.len() > LONGEST) {
        return Err(Fault::client(
            "InvalidRequest",
            format!("a configuration has at most {LONGEST} bytes"),
        ));
    }
    let document = Document {
        bucket: bucket.to_owned(),
        kind,
        text,
        created: tx.ctx().now,
    };
    Ok(tx.put(&document)?)
}

/// What is stored; `NoSuchBucket` where the bucket is missing.
pub fn get(snapshot: &Snapshot<'_>, bucket: &str, kind: Kind) -> Result<Stored, Fault> {
    bucket::require(snapshot, bucket)?;
    let found = snapshot.get::<Document>(&key(bucket, kind))?;
    Ok(match found {
        None => Stored::Default,
        Some(Document { text: None, .. }) => Stored::Deleted,
        Some(Document {
            text: Some(text), ..
        }) => Stored::Is(text),
    })
}

/// Forgets every document of a bucket.
pub(super) fn forget(tx: &mut Tx<'_>, bucket: &str) -> Result<(), StoreError> {
    for document in tx.children::<Document>(bucket)? {
        tx.delete::<Document>(&document.key())?;
    }
    Ok(())
}
