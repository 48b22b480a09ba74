//! Versions of objects. The current content of a key has its row in `object`; earlier contents and delete markers have
//! theirs in `object_version`. Invariants, kept within each command:
//!
//! - a key has at most one version `null`;
//! - a key whose newest version is a delete marker has no row in `object`;
//! - every content that a version names stays until the version is gone.

use rusqlite::{OptionalExtension, Row, params};

use super::bucket::{self, Versioning};
use super::object::{self, Encryption, Object, check_key};
use crate::Fault;
use crate::store::{Snapshot, StoreError, Tx};

/// The version of what was written without versioning.
pub const NULL: &str = "null";

/// A version that is not a current object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// A content.
    Object(Box<Object>),
    /// A delete marker.
    Marker(Marker),
}

/// A delete marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Key of what is deleted.
    pub key: String,
    /// Id of the marker.
    pub version: String,
    /// Milliseconds since the epoch.
    pub modified: i64,
}

/// What a deletion did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Whether there was something.
    pub existed: bool,
    /// Id of the delete marker that was made or removed.
    pub marker: Option<String>,
}

/// What a write made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Id of the version, where the bucket ever kept them.
    pub version: Option<String>,
    /// The encryption that was asked for, or that of the bucket.
    pub encryption: Option<Encryption>,
}

impl Object {
    /// Id of its version.
    pub fn version(&self) -> &str {
        self.meta.version.as_deref().unwrap_or(NULL)
    }
}

/// Refuses what cannot be the id of a version.
pub fn check_id(version: &str) -> Result<(), Fault> {
    let is_id = version.len() == 32 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id || version == NULL {
        return Ok(());
    }
    Err(Fault::client(
        "InvalidArgument",
        "Invalid version id specified",
    ))
}

pub(super) const COLUMNS: &str =
    "bucket, key, modified, bytes, sha256, etag, body, version, sequence";

/// Reads a row of [`COLUMNS`].
pub(super) fn read_row(row: &Row<'_>) -> rusqlite::Result<Version> {
    if row.get_ref(4)? == rusqlite::types::ValueRef::Null {
        return Ok(Version::Marker(Marker {
            key: row.get(1)?,
            modified: row.get(2)?,
            version: row.get(7)?,
        }));
    }
    Ok(Version::Object(Box::new(object::read_row(row)?)))
}

/// Creates or replaces an object and says which version it is.
pub fn put(tx: &mut Tx<'_>, object: &Object) -> Result<Written, Fault> {
    let bucket = bucket::require(tx, &object.bucket)?;
    check_key(&object.key)?;
    let mut object = object.clone();
    object.meta.version = (bucket.versioning == Versioning::Enabled).then(|| new_id(tx));
    if object.meta.encryption.is_none() {
        object.meta.encryption = bucket.encryption;
    }
    match bucket.versioning {
        Versioning::Never => {}
        Versioning::Enabled => set_aside(tx, &object.bucket, &object.key)?,
        Versioning::Suspended => make_room(tx, &object.bucket, &object.key)?,
    }
    object::write_current(tx, &object)?;
    let named = bucket.versioning != Versioning::Never;
    Ok(Written {
        version: named.then(|| object.version().to_owned()),
        encryption: object.meta.encryption,
    })
}

fn new_id(tx: &mut Tx<'_>) -> String {
    tx.uuid().simple().to_string()
}

/// Deletes an object: for good where there are no versions, else by a marker.
pub fn delete(tx: &mut Tx<'_>, bucket: &str, key: &str) -> Result<Deleted, StoreError> {
    let versioning = tx
        .get::<bucket::Bucket>(bucket)?
        .map_or(Versioning::Never, |bucket| bucket.versioning);
    let existed = object::find(tx, bucket, key)?.is_some();
    let id = match versioning {
        Versioning::Never => {
            object::delete_current(tx, bucket, key)?;
            return Ok(Deleted {
                existed,
                marker: None,
            });
        }
        Versioning::Enabled => {
            set_aside(tx, bucket, key)?;
            new_id(tx)
        }
        Versioning::Suspended => {
            make_room(tx, bucket, key)?;
            NULL.to_owned()
        }
    };
    object::delete_current(tx, bucket, key)?;
    let sql = "INSERT INTO object_version (bucket, key, sequence, version, modified, bytes)
               VALUES (?, ?, ?, ?, ?, 0)";
    let sequence = next_sequence(tx, bucket, key)?;
    tx.sql()
        .prepare_cached(sql)?
        .execute(params![bucket, key, sequence, id, tx.ctx().now])?;
    Ok(Deleted {
        existed,
        marker: Some(id),
    })
}

/// Deletes one version for good. What is newest then is current again.
pub fn delete_version(
    tx: &mut Tx<'_>,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Deleted, StoreError> {
    let current = object::find(tx, bucket, key)?;
    if current.is_some_and(|object| object.version() == version) {
        object::delete_current(tx, bucket, key)?;
        restore_newest(tx, bucket, key)?;
        return Ok(Deleted {
            existed: true,
            marker: None,
        });
    }
    let Some(found) = find(tx, bucket, key, version)? else {
        return Ok(Deleted::default());
    };
    remove(tx, bucket, key, version)?;
    if object::find(tx, bucket, key)?.is_none() {
        restore_newest(tx, bucket, key)?;
    }
    let marker = match found {
        Version::Marker(marker) => Some(marker.version),
        Version::Object(_) => None,
    };
    Ok(Deleted {
        existed: true,
        marker,
    })
}

/// Moves the current object among the earlier versions, if there is one.
fn set_aside(tx: &Tx<'_>, bucket: &str, key: &str) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO object_version ({COLUMNS})
         SELECT bucket, key, modified, bytes, sha256, etag, body,
                coalesce(json_extract(body, '$.version'), '{NULL}'), ?3
         FROM object WHERE bucket = ?1 AND key = ?2"
    );
    let sequence = next_sequence(tx, bucket, key)?;
    tx.sql()
        .prepare_cached(&sql)?
        .execute(params![bucket, key, sequence])?;
    Ok(())
}

/// Removes the version `null`, and moves any other that is current among the earlier ones.
fn make_room(tx: &Tx<'_>, bucket: &str, key: &str) -> Result<(), StoreError> {
    remove(tx, bucket, key, NULL)?;
    let current = object::find(tx, bucket, key)?;
    if current.is_some_and(|object| object.version() != NULL) {
        set_aside(tx, bucket, key)?;
    }
    Ok(())
}

fn remove(tx: &Tx<'_>, bucket: &str, key: &str, version: &str) -> Result<(), StoreError> {
    tx.sql()
        .prepare_cached("DELETE FROM object_version WHERE bucket = ? AND key = ? AND version = ?")?
        .execute([bucket, key, version])?;
    Ok(())
}

/// Makes the newest version current if it is a content.
fn restore_newest(tx: &Tx<'_>, bucket: &str, key: &str) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM object_version WHERE bucket = ? AND key = ?
         ORDER BY sequence DESC LIMIT 1"
    );
    let newest = tx
        .sql()
        .prepare_cached(&sql)?
        .query_row([bucket, key], read_row)
        .optional()?;
    if let Some(Version::Object(object)) = newest {
        remove(tx, bucket, key, object.version())?;
        object::write_current(tx, &object)?;
    }
    Ok(())
}

fn next_sequence(tx: &Tx<'_>, bucket: &str, key: &str) -> Result<i64, StoreError> {
    let sql =
        "SELECT coalesce(max(sequence), 0) + 1 FROM object_version WHERE bucket = ? AND key = ?";
    let mut statement = tx.sql().prepare_cached(sql)?;
    Ok(statement.query_row([bucket, key], |row| row.get(0))?)
}

/// An earlier version or a delete marker, if it is there; current objects are not looked at.
fn find(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Option<Version>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM object_version WHERE bucket = ? AND key = ? AND version = ?"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    Ok(statement
        .query_row([bucket, key, version], read_row)
        .optional()?)
}

/// The newest version of a key if it is a delete marker.
pub fn current_marker(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
) -> Result<Option<Marker>, StoreError> {
    if object::find(snapshot, bucket, key)?.is_some() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM object_version WHERE bucket = ? AND key = ?
         ORDER BY sequence DESC LIMIT 1"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let newest = statement.query_row([bucket, key], read_row).optional()?;
    Ok(match newest {
        Some(Version::Marker(marker)) => Some(marker),
        _ => None,
    })
}

/// One version, current or not, or `NoSuchVersion`.
pub fn require(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Version, Fault> {
    bucket::require(snapshot, bucket)?;
    check_id(version)?;
    if let Some(current) = object::find(snapshot, bucket, key)?
        && current.version() == version
    {
        return Ok(Version::Object(Box::new(current)));
    }
    find(snapshot, bucket, key, version)?
        .ok_or_else(|| Fault::not_found("NoSuchVersion", "The specified version does not exist."))
}

/// The object that a request names: a version of it, or the current one. A delete marker has no content.
pub fn require_object(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Object, Fault> {
    let Some(version) = version else {
        return object::require(snapshot, bucket, key);
    };
    match require(snapshot, bucket, key, version)? {
        Version::Object(object) => Ok(*object),
        Version::Marker(_) => Err(Fault::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )),
    }
}

/// Writes what is said of a version that is there, such as its tags.
pub fn rewrite(tx: &Tx<'_>, object: &Object) -> Result<(), StoreError> {
    let current = object::find(tx, &object.bucket, &object.key)?;
    if current.is_some_and(|current| current.version() == object.version()) {
        return object::write_current(tx, object);
    }
    let body = serde_json::to_string(&object.meta).expect("metadata has string keys");
    tx.sql()
        .prepare_cached(
            "UPDATE object_version SET body = ? WHERE bucket = ? AND key = ? AND version = ?",
        )?
        .execute([&body, &object.bucket, &object.key, object.version()])?;
    Ok(())
}

/// Whether a bucket holds versions beside its current objects.
pub fn any(snapshot: &Snapshot<'_>, bucket: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM object_version WHERE bucket = ?)";
    let mut statement = snapshot.sql().prepare_cached(sql)?;
    Ok(statement.query_row([bucket], |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
