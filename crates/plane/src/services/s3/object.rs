//! Objects: rows that name blobs. The blob is stored before the row.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::content::Content;
use super::listing::From;
use super::version;
use crate::Fault;
use crate::store::{Blob, Snapshot, StoreError, Tx};

/// What a client said of an object, given back as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectMeta {
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Other standard headers by their lower-case name, such as `cache-control`.
    pub headers: BTreeMap<String, String>,
    /// `x-amz-meta-*` without the prefix.
    pub user: BTreeMap<String, String>,
    /// Verified checksums: algorithm (`CRC32`, `SHA256` ...) to base64 text.
    pub checksums: BTreeMap<String, String>,
    /// `COMPOSITE` or `FULL_OBJECT` where the object came in parts.
    pub checksum_type: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Id of the version; none is the version `null`, of buckets without versioning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Storage class; none is `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// Encryption that is told to clients; none is `AES256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// The parts that it came in, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Piece>,
}

/// A way of encryption. Nothing is encrypted here; the words come back as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Encryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub algorithm: String,
    /// Id of the key, for those of KMS.
    pub key: Option<String>,
    /// Whether a key of the bucket is used.
    pub bucket_key: bool,
}

/// One of the parts of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its number when it was uploaded.
    pub number: i32,
    /// Its bytes.
    pub bytes: u64,
    /// Its checksums, where the object's is made of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, String>,
}

/// A stored object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Milliseconds since the epoch.
    pub modified: i64,
    /// Its content.
    pub blob: Blob,
    /// Entity tag without quotes: MD5 of the content, or AWS's form for parts.
    pub etag: String,
    /// What the client said of it.
    pub meta: ObjectMeta,
}

impl Object {
    /// A content that came in one piece, as an object.
    pub fn new(bucket: &str, key: &str, modified: i64, content: Content, meta: ObjectMeta) -> Self {
        Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            modified,
            etag: content.md5,
            blob: content.blob,
            meta: ObjectMeta {
                checksums: content.checksums,
                ..meta
            },
        }
    }
}

/// One page of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Objects in the order of their keys' UTF-8 bytes.
    pub objects: Vec<Object>,
    /// Whether there are more.
    pub truncated: bool,
}

const COLUMNS: &str = "bucket, key, modified, bytes, sha256, etag, body";

/// Creates or replaces an object, or a version of it where the bucket keeps them; the bucket must exist.
pub fn put(tx: &mut Tx<'_>, object: &Object) -> Result<(), Fault> {
    version::put(tx, object)?;
    Ok(())
}

/// Writes the row of the current object as it is given.
pub(super) fn write_current(tx: &Tx<'_>, object: &Object) -> Result<(), StoreError> {
    let body = serde_json::to_string(&object.meta).expect("metadata has string keys");
    let mut statement = tx.sql().prepare_cached(&format!(
        "INSERT OR REPLACE INTO object ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    ))?;
    statement.execute(params![
        object.bucket,
        object.key,
        object.modified,
        i64::try_from(object.blob.bytes).unwrap_or(i64::MAX),
        object.blob.sha256,
        object.etag,
        body
    ])?;
    Ok(())
}

/// A key has from 1 to 1,024 bytes.
pub fn check_key(key: &str) -> Result<(), Fault> {
    if (1..=1024).contains(&key.len()) {
        return Ok(());
    }
    Err(Fault::client("KeyTooLongError", "Your key is too long"))
}

/// One object, or `NoSuchKey`; `NoSuchBucket` where the bucket is missing.
pub fn require(snapshot: &Snapshot<'_>, bucket: &str, key: &str) -> Result<Object, Fault> {
    super::bucket::require(snapshot, bucket)?;
    find(snapshot, bucket, key)?
        .ok_or_else(|| Fault::not_found("NoSuchKey", "The specified key does not exist."))
}

/// One object, if it is there.
pub fn find(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
) -> Result<Option<Object>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM object WHERE bucket = ? AND key = ?");
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    Ok(statement.query_row([bucket, key], read_row).optional()?)
}

/// Up to `limit` objects whose key starts with `prefix` and comes after `after`.
pub fn list(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Listing, StoreError> {
    let from = after.map_or(From::Start, |key| From::After(key.to_owned()));
    let span = Span {
        bucket,
        prefix,
        from: &from,
    };
    let mut objects = range(snapshot, &span, limit.saturating_add(1))?;
    let truncated = objects.len() > limit;
    objects.truncate(limit);
    Ok(Listing { objects, truncated })
}

/// A span of keys.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// What keys begin with.
    pub prefix: &'a str,
    /// Where the span begins.
    pub from: &'a From,
}

/// Up to `limit` objects of a span, in the order of their keys' UTF-8 bytes.
pub fn range(
    snapshot: &Snapshot<'_>,
    span: &Span<'_>,
    limit: usize,
) -> Result<Vec<Object>, StoreError> {
    let (comparison, start) = match span.from {
        From::At(key) => (">=", key.as_str()),
        From::After(key) => (">", key.as_str()),
        From::Start => (">=", ""),
    };
    // The prefix is a span of its own, so that no key outside it is looked at.
    let sql = format!(
        "SELECT {COLUMNS} FROM object WHERE bucket = ?1 AND key {comparison} ?2 AND key >= ?3
           AND (?4 IS NULL OR key < ?4) ORDER BY key LIMIT ?5"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let end = after_prefix(span.prefix);
    let found = statement.query_map(
        params![span.bucket, start, span.prefix, end, limit],
        read_row,
    )?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

/// The least text that is greater than every text with a prefix; nothing where there is none.
pub fn after_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = ((last as u32 + 1)..=(char::MAX as u32)).find_map(char::from_u32);
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// Deletes an object, or marks it as deleted where the bucket keeps versions; true if it was there. Its blob is
/// collected once no version names it.
pub fn delete(tx: &mut Tx<'_>, bucket: &str, key: &str) -> Result<bool, StoreError> {
    Ok(version::delete(tx, bucket, key)?.existed)
}

/// Deletes the row of the current object.
pub(super) fn delete_current(tx: &Tx<'_>, bucket: &str, key: &str) -> Result<bool, StoreError> {
    let mut statement = tx
        .sql()
        .prepare_cached("DELETE FROM object WHERE bucket = ? AND key = ?")?;
    Ok(statement.execute([bucket, key])? > 0)
}

pub(super) fn read_row(row: &Row<'_>) -> rusqlite::Result<Object> {
    let body: String = row.get(6)?;
    let meta = serde_json::from_str(&body).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(6, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Object {
        bucket: row.get(0)?,
        key: row.get(1)?,
        modified: row.get(2)?,
        blob: Blob {
            bytes: row.get::<_, i64>(3)?.unsigned_abs(),
            sha256: row.get(4)?,
        },
        etag: row.get(5)?,
        meta,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_character() {
        for (prefix, expected) in [
            ("a", Some("b")),
            ("a/", Some("a0")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(after_prefix(prefix).as_deref(), expected, "{prefix}");
        }
    }
}
