//! Objects as jobs use them: what lies under a prefix, and new ones that become rows later.

use std::io::{self, Write};

use md5::{Digest, Md5};

use super::S3Uri;
use crate::Fault;
use crate::services::s3::object::{self, Object, ObjectMeta};
use crate::store::{Blob, BlobStore, BlobWriter, Readers, Snapshot, StoreError, Tx};

/// Objects of one input.
const LIMIT: usize = 1_000_000;
/// Rows a query.
const PAGE: usize = 1_000;

/// An object that an input selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Path relative to the input's folder.
    pub(crate) path: String,
    /// The object.
    pub(crate) object: Object,
}

/// What a prefix selects, in the order of the keys.
pub(crate) fn under(readers: &Readers, uri: &S3Uri) -> Result<Vec<Selected>, String> {
    let found = present(readers, uri)?;
    if found.is_empty() {
        return Err(format!("No S3 objects found under S3 URL \"{uri}\""));
    }
    Ok(found)
}

/// The same where nothing may be there.
pub(crate) fn present(readers: &Readers, uri: &S3Uri) -> Result<Vec<Selected>, String> {
    readers
        .read(|snapshot| select(snapshot, uri))
        .map_err(|fault| fault.message)
}

fn select(snapshot: &Snapshot<'_>, uri: &S3Uri) -> Result<Vec<Selected>, Fault> {
    crate::services::s3::bucket::require(snapshot, &uri.bucket)?;
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = object::list(snapshot, &uri.bucket, &uri.key, after.as_deref(), PAGE)?;
        after = page.objects.last().map(|object| object.key.clone());
        for object in page.objects {
            if let Some(path) = uri.relative(&object.key) {
                found.push(Selected {
                    path: path.to_owned(),
                    object,
                });
            }
        }
        if found.len() > LIMIT {
            return Err(Fault::validation(format!(
                "more than {LIMIT} objects under \"{uri}\""
            )));
        }
        if !page.truncated {
            return Ok(found);
        }
    }
}

/// A stored content that is to become an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Where.
    pub(crate) uri: S3Uri,
    /// Its content.
    pub(crate) blob: Blob,
    /// Entity tag.
    pub(crate) etag: String,
    /// `Content-Type`.
    pub(crate) content_type: &'static str,
}

/// Writes a content, hashed in both ways that an object needs.
#[derive(Debug)]
pub(crate) struct ObjectWriter {
    blob: BlobWriter,
    md5: Md5,
}

impl ObjectWriter {
    /// A writer for a new content.
    pub(crate) fn new(blobs: &BlobStore) -> Result<Self, StoreError> {
        Ok(Self {
            blob: blobs.writer()?,
            md5: Md5::new(),
        })
    }

    /// Makes the content durable.
    pub(crate) fn finish(
        self,
        uri: S3Uri,
        content_type: &'static str,
    ) -> Result<Stored, StoreError> {
        Ok(Stored {
            uri,
            blob: self.blob.finish()?,
            etag: self
                .md5
                .finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            content_type,
        })
    }
}

impl Write for ObjectWriter {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let written = self.blob.write(part)?;
        self.md5.update(&part[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.blob.flush()
    }
}

/// Enters stored contents as objects.
pub(crate) fn put_all(tx: &mut Tx<'_>, stored: &[Stored]) -> Result<(), Fault> {
    let modified = tx.ctx().now;
    for item in stored {
        let object = Object {
            bucket: item.uri.bucket.clone(),
            key: item.uri.key.clone(),
            modified,
            blob: item.blob.clone(),
            etag: item.etag.clone(),
            meta: ObjectMeta {
                content_type: Some(item.content_type.to_owned()),
                ..ObjectMeta::default()
            },
        };
        object::put(tx, &object)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_has_both_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobStore::open(folder.path()).unwrap();
        let mut writer = ObjectWriter::new(&blobs).unwrap();
        writer.write_all(b"abc").unwrap();
        let stored = writer
            .finish(S3Uri::parse("s3://b/k").unwrap(), "text/csv")
            .unwrap();
        assert_eq!(stored.etag, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(blobs.get(&stored.blob.sha256).unwrap(), b"abc");
    }
}
