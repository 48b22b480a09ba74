//! Uploads in parts: parts are stored as they come, and the object is made of them when the client says so.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::checksum::{Algorithm, composite};
use super::{Content, ObjectMeta, bucket};
use crate::Fault;
use crate::store::{Blob, Record, Snapshot, StoreError, Tx};

/// Greatest number of a part.
pub const LAST_PART: i32 = 10_000;
/// Least bytes of every part but the last.
pub const LEAST_PART: u64 = 5 << 20;
/// Uploads that may be under way in a bucket.
const MOST_UPLOADS: u64 = 10_000;

/// An upload that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: String,
    /// Bucket of the object to be.
    pub bucket: String,
    /// Key of the object to be.
    pub key: String,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// What the client says of the object to be.
    pub meta: ObjectMeta,
    /// The checksum that the client chose.
    pub algorithm: Option<String>,
    /// `COMPOSITE` or `FULL_OBJECT`.
    pub checksum_type: String,
}

impl Record for Upload {
    const KIND: &'static str = "s3.upload";
    fn key(&self) -> String {
        self.id.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn parent(&self) -> &str {
        &self.bucket
    }
}

impl Upload {
    /// The checksum of its parts: the chosen one, or what S3 computes by itself.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
            .as_deref()
            .and_then(Algorithm::parse)
            .unwrap_or(Algorithm::Crc64Nvme)
    }

    /// Whether the object's checksum is one of the parts' checksums.
    pub fn is_composite(&self) -> bool {
        self.checksum_type == "COMPOSITE"
    }
}

/// A part that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1.
    pub number: i32,
    /// Its content.
    pub blob: Blob,
    /// MD5 of its content.
    pub etag: String,
    /// Milliseconds since the epoch.
    pub modified: i64,
    /// Checksums in base 64 by the name of their algorithm.
    pub checksums: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct PartBody {
    modified: i64,
    checksums: BTreeMap<String, String>,
}

/// What the client says of a part when it completes an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its number.
    pub number: i32,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// Its checksums.
    pub checksums: BTreeMap<String, String>,
}

/// Begins an upload.
pub fn create(tx: &mut Tx<'_>, upload: Upload) -> Result<Upload, Fault> {
    bucket::require(tx, &upload.bucket)?;
    super::object::check_key(&upload.key)?;
    let open: i64 = tx
        .sql()
        .prepare_cached("SELECT count(*) FROM record WHERE kind = ? AND parent = ?")
        .and_then(|mut count| count.query_row([Upload::KIND, &upload.bucket], |row| row.get(0)))
        .map_err(StoreError::from)?;
    if open.unsigned_abs() >= MOST_UPLOADS {
        return Err(Fault::new(
            503,
            "SlowDown",
            format!("{MOST_UPLOADS} uploads of this bucket are under way"),
        ));
    }
    let upload = Upload {
        id: tx.uuid().simple().to_string(),
        created: tx.ctx().now,
        ..upload
    };
    tx.put(&upload)?;
    Ok(upload)
}

/// An upload, if it is under way for this object.
pub fn require(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
    id: &str,
) -> Result<Upload, Fault> {
    let found = snapshot.get::<Upload>(id)?;
    found.filter(|upload| upload.bucket == bucket && upload.key == key).ok_or_else(|| {
        Fault::not_found(
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may \
             have been aborted or completed.",
        )
    })
}

/// Stores a part, in place of one that had its number.
pub fn put_part(
    tx: &mut Tx<'_>,
    upload: &Upload,
    number: i32,
    content: &Content,
) -> Result<(), Fault> {
    require(tx, &upload.bucket, &upload.key, &upload.id)?;
    let body = PartBody {
        modified: tx.ctx().now,
        checksums: content.checksums.clone(),
    };
    let body = serde_json::to_string(&body).expect("checksums have string keys");
    let bytes = i64::try_from(content.blob.bytes).unwrap_or(i64::MAX);
    let sql = "INSERT OR REPLACE INTO upload_part (upload, number, bytes, sha256, etag, body)
               VALUES (?, ?, ?, ?, ?, ?)";
    tx.sql()
        .prepare_cached(sql)
        .and_then(|mut insert| {
            let blob = &content.blob;
            insert.execute(params![
                upload.id,
                number,
                bytes,
                blob.sha256,
                content.md5,
                body
            ])
        })
        .map_err(StoreError::from)?;
    Ok(())
}

const PART: &str = "SELECT number, bytes, sha256, etag, body FROM upload_part WHERE upload = ?1";

/// Up to `limit` parts after a number, in order.
pub fn parts(
    snapshot: &Snapshot<'_>,
    id: &str,
    after: i32,
    limit: usize,
) -> Result<Vec<Part>, StoreError> {
    let sql = format!("{PART} AND number > ?2 ORDER BY number LIMIT ?3");
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(params![id, after, limit], read_part)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn part(snapshot: &Snapshot<'_>, id: &str, number: i32) -> Result<Option<Part>, StoreError> {
    let sql = format!("{PART} AND number = ?2");
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    Ok(statement
        .query_row(params![id, number], read_part)
        .optional()?)
}

fn read_part(row: &Row<'_>) -> rusqlite::Result<Part> {
    let body: String = row.get(4)?;
    let body: PartBody = serde_json::from_str(&body).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Part {
        number: row.get(0)?,
        blob: Blob {
            bytes: row.get::<_, i64>(1)?.unsigned_abs(),
            sha256: row.get(2)?,
        },
        etag: row.get(3)?,
        modified: body.modified,
        checksums: body.checksums,
    })
}

/// The parts that the client names, if they are there, in order, and large enough.
pub fn named_parts(
    snapshot: &Snapshot<'_>,
    upload: &Upload,
    named: &[Named],
) -> Result<Vec<Part>, Fault> {
    if named.is_empty() {
        let message = "The XML you provided was not well-formed or did not validate against our \
                       published schema";
        return Err(Fault::client("MalformedXML", message));
    }
    if named
        .windows(2)
        .any(|pair| pair[0].number >= pair[1].number)
    {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part \
                       number.";
        return Err(Fault::client("InvalidPartOrder", message));
    }
    let mut parts = Vec::with_capacity(named.len());
    for name in named {
        let found = part(snapshot, &upload.id, name.number)?;
        parts.push(
            found
                .filter(|part| is_same(part, name))
                .ok_or_else(invalid_part)?,
        );
        check_named_checksum(upload, name)?;
    }
    let (_, all_but_last) = parts.split_last().ok_or_else(invalid_part)?;
    if all_but_last.iter().any(|part| part.blob.bytes < LEAST_PART) {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        return Err(Fault::client("EntityTooSmall", message));
    }
    Ok(parts)
}

fn is_same(part: &Part, named: &Named) -> bool {
    part.etag == named.etag
        && named
            .checksums
            .iter()
            .all(|(name, text)| part.checksums.get(name) == Some(text))
}

fn check_named_checksum(upload: &Upload, named: &Named) -> Result<(), Fault> {
    let algorithm = upload.algorithm().name();
    let needed = upload.algorithm.is_some() && upload.is_composite();
    if !needed || named.checksums.contains_key(algorithm) {
        return Ok(());
    }
    let (word, number) = (algorithm.to_lowercase(), named.number);
    Err(Fault::client(
        "InvalidRequest",
        format!(
            "The upload was created using a {word} checksum. The complete request must include the \
             checksum for each part. It was missing for part {number} in the request."
        ),
    ))
}

fn invalid_part() -> Fault {
    Fault::client(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, \
         or the specified entity tag may not match the part's entity tag.",
    )
}

/// The entity tag of an object made of parts: MD5 of their MD5s, and their number.
pub fn etag(parts: &[Part]) -> String {
    use md5::{Digest, Md5};
    let mut hash = Md5::new();
    for part in parts {
        let digit = |at: usize| u8::from_str_radix(part.etag.get(at..at + 2).unwrap_or("0"), 16);
        for at in (0..part.etag.len()).step_by(2) {
            hash.update([digit(at).unwrap_or(0)]);
        }
    }
    let digest: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{digest}-{}", parts.len())
}

/// The checksum of an object made of parts, where it is one of their checksums.
pub fn composite_checksum(upload: &Upload, parts: &[Part]) -> String {
    let algorithm = upload.algorithm();
    let checksums = parts
        .iter()
        .filter_map(|part| part.checksums.get(algorithm.name()));
    composite(algorithm, checksums.map(String::as_str))
}

/// Ends an upload: its parts are forgotten.
pub fn remove(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    tx.sql()
        .prepare_cached("DELETE FROM upload_part WHERE upload = ?")?
        .execute([id])?;
    tx.delete::<Upload>(id)?;
    Ok(())
}

/// Ends every upload into a bucket.
pub fn abort_all(tx: &mut Tx<'_>, bucket: &str) -> Result<(), StoreError> {
    for upload in tx.children::<Upload>(bucket)? {
        remove(tx, &upload.id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ManualClock;
    use crate::store::Store;

    fn store(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("plane.db");
        Store::open(&path, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap()
    }

    fn begin(store: &mut Store, algorithm: Option<&str>) -> Upload {
        let upload = Upload {
            id: String::new(),
            bucket: "bucket".to_owned(),
            key: "key".to_owned(),
            created: 0,
            meta: ObjectMeta::default(),
            algorithm: algorithm.map(str::to_owned),
            checksum_type: "COMPOSITE".to_owned(),
        };
        let begun = store.transact("test", |tx| {
            bucket::create(tx, "bucket")?;
            create(tx, upload)
        });
        begun.unwrap().0
    }

    fn content(digit: u8, bytes: u64) -> Content {
        let checksum =
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [digit; 4]);
        Content {
            blob: Blob {
                sha256: digit.to_string().repeat(64),
                bytes,
            },
            md5: format!("{digit:02x}").repeat(16),
            checksums: BTreeMap::from([("CRC32".to_owned(), checksum)]),
        }
    }

    fn named(number: i32, content: &Content) -> Named {
        Named {
            number,
            etag: content.md5.clone(),
            checksums: content.checksums.clone(),
        }
    }

    #[test]
    fn parts_are_kept_by_number_until_the_upload_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let upload = begin(&mut store, Some("CRC32"));
        let filled = store.transact("test", |tx| {
            put_part(tx, &upload, 2, &content(2, 7))?;
            put_part(tx, &upload, 1, &content(9, LEAST_PART))?;
            put_part(tx, &upload, 1, &content(1, LEAST_PART))
        });
        filled.unwrap();
        let listed = parts(&store.snapshot(), &upload.id, 0, 10).unwrap();
        let numbers: Vec<(i32, u64)> = listed.iter().map(|p| (p.number, p.blob.bytes)).collect();
        assert_eq!(numbers, [(1, LEAST_PART), (2, 7)]);
        assert_eq!(
            parts(&store.snapshot(), &upload.id, 1, 10).unwrap().len(),
            1
        );
        store.transact("test", |tx| remove(tx, &upload.id)).unwrap();
        assert_eq!(parts(&store.snapshot(), &upload.id, 0, 10).unwrap(), []);
        let late = store.transact("test", |tx| put_part(tx, &upload, 3, &content(3, 1)));
        assert_eq!(late.unwrap_err().code, "NoSuchUpload");
    }

    #[test]
    fn what_the_client_names_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let upload = begin(&mut store, Some("CRC32"));
        let (first, second) = (content(1, LEAST_PART), content(2, 7));
        let filled = store.transact("test", |tx| {
            put_part(tx, &upload, 1, &first)?;
            put_part(tx, &upload, 2, &second)?;
            put_part(tx, &upload, 3, &content(3, 1))
        });
        filled.unwrap();
        let judge = |names: &[Named]| {
            let found = named_parts(&store.snapshot(), &upload, names);
            found.map(|parts| parts.len()).map_err(|fault| fault.code)
        };
        let refused = |code: &str| Err(code.to_owned());
        assert_eq!(judge(&[named(1, &first), named(2, &second)]), Ok(2));
        assert_eq!(judge(&[]), refused("MalformedXML"));
        assert_eq!(
            judge(&[named(2, &second), named(1, &first)]),
            refused("InvalidPartOrder")
        );
        assert_eq!(judge(&[named(1, &second)]), refused("InvalidPart"));
        assert_eq!(judge(&[named(4, &first)]), refused("InvalidPart"));
        let small = [named(2, &second), named(3, &content(3, 1))];
        assert_eq!(judge(&small), refused("EntityTooSmall"));
        let bare = Named {
            checksums: BTreeMap::new(),
            ..named(1, &first)
        };
        assert_eq!(judge(&[bare]), refused("InvalidRequest"));
    }

    #[test]
    fn tags_and_checksums_of_parts_are_amazons() {
        // Two parts whose MD5s are those of "a" and "b"; the sum was computed with md5sum.
        let part = |number: i32, etag: &str, crc: &str| Part {
            number,
            blob: Blob {
                sha256: String::new(),
                bytes: 1,
            },
            etag: etag.to_owned(),
            modified: 0,
            checksums: BTreeMap::from([("CRC32".to_owned(), crc.to_owned())]),
        };
        let parts = [
            part(1, "0cc175b9c0f1b6a831c399e269772661", "6Le+Qw=="),
            part(2, "92eb5ffee6ae2fec3ad71c777531578f", "cb7v+Q=="),
        ];
        assert_eq!(etag(&parts), "96e024ba2074fe77e8e965ba43a704be-2");
        let folder = tempfile::tempdir().unwrap();
        let upload = begin(&mut store(&folder), Some("CRC32"));
        assert_eq!(composite_checksum(&upload, &parts), "7pJxdw==-2");
    }

    #[test]
    fn a_bucket_that_goes_takes_its_uploads_along() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let upload = begin(&mut store, None);
        assert_eq!(upload.algorithm(), Algorithm::Crc64Nvme);
        store
            .transact("test", |tx| bucket::delete(tx, "bucket"))
            .unwrap();
        let gone = require(&store.snapshot(), "bucket", "key", &upload.id);
        assert_eq!(gone.unwrap_err().code, "NoSuchUpload");
    }
}
