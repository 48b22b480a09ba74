//! Contents that nothing names: objects that were deleted or replaced, parts that were abandoned, and what a crash left
//! between a content and its row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::store::{BlobStore, Snapshot, StoreError};

/// Contents that are named: objects, their other versions, and parts.
const NAMED: &str = "SELECT sha256 FROM object
    UNION SELECT sha256 FROM object_version WHERE sha256 IS NOT NULL
    UNION SELECT sha256 FROM upload_part";

/// Contents that went, or would go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many.
    pub contents: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The hashes of contents that are in use.
pub fn named(snapshot: &Snapshot<'_>) -> Result<BTreeSet<String>, StoreError> {
    let mut statement = snapshot.sql().prepare_cached(NAMED)?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Removes every content that is not named, but for those that this process has just written: their rows are still to
/// come. A trial only counts.
pub fn sweep(
    blobs: &BlobStore,
    named: &BTreeSet<String>,
    trial: bool,
) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    for fan in read_folder(blobs.root())? {
        // Other folders, such as that of unfinished contents, have longer names.
        if fan.file_name().len() != 2 {
            continue;
        }
        for file in read_folder(&fan.path())? {
            let name = file.file_name();
            let name = name.to_str().unwrap_or_default();
            let fail = |source| StoreError::file(file.path(), source);
            if named.contains(name) {
                continue;
            }
            let bytes = file.metadata().map_err(fail)?.len();
            if trial || blobs.remove(name)? {
                swept.contents += 1;
                swept.bytes += bytes;
            }
        }
    }
    Ok(swept)
}

fn read_folder(path: &Path) -> Result<Vec<fs::DirEntry>, StoreError> {
    let fail = |source| StoreError::file(path, source);
    fs::read_dir(path)
        .map_err(fail)?
        .collect::<Result<_, _>>()
        .map_err(fail)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::services::s3::bucket::Versioning;
    use crate::services::s3::{Object, ObjectMeta, bucket, content, object, version};
    use crate::store::Store;
    use crate::{Fault, ManualClock};

    #[test]
    fn what_nothing_names_is_removed_unless_it_was_just_written() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plane.db");
        let mut store =
            Store::open(&database, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap();
        let objects = folder.path().join("objects");
        let writing = BlobStore::open(&objects).unwrap();
        let kept = content::store(&writing, &b"kept"[..]).unwrap();
        let replaced = content::store(&writing, &b"replaced"[..]).unwrap();
        let filled = store.transact("test", |tx| {
            bucket::create(tx, "bucket")?;
            for content in [replaced.clone(), kept.clone()] {
                let meta = ObjectMeta::default();
                object::put(tx, &Object::new("bucket", "key", 1, content, meta))?;
            }
            Ok::<_, Fault>(())
        });
        filled.unwrap();
        let names = named(&store.snapshot()).unwrap();
        let one = Swept {
            contents: 1,
            bytes: 8,
        };
        assert_eq!(sweep(&writing, &names, false).unwrap(), Swept::default());
        assert_eq!(sweep(&writing, &names, true).unwrap(), one);
        assert!(writing.path(&replaced.blob.sha256).exists());
        // Another process, such as the next plane, has not written it.
        let next = BlobStore::open(&objects).unwrap();
        assert_eq!(sweep(&next, &names, false).unwrap(), one);
        assert_eq!(next.get(&kept.blob.sha256).unwrap(), b"kept");
        assert!(!next.path(&replaced.blob.sha256).exists());
        assert_eq!(sweep(&next, &names, false).unwrap(), Swept::default());
        assert!(objects.join("pending").exists());
    }

    #[test]
    fn a_content_is_named_while_a_version_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plane.db");
        let mut store =
            Store::open(&database, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap();
        let blobs = BlobStore::open(&folder.path().join("objects")).unwrap();
        let old = content::store(&blobs, &b"old"[..]).unwrap();
        let hash = old.blob.sha256.clone();
        let written = store.transact("test", |tx| {
            bucket::create(tx, "bucket")?;
            bucket::change(tx, "bucket", |b| b.versioning = Versioning::Enabled)?;
            let object = Object::new("bucket", "key", 1, old, ObjectMeta::default());
            let written = version::put(tx, &object)?;
            // A deletion marks; the content is still that of a version.
            object::delete(tx, "bucket", "key")?;
            Ok::<_, Fault>(written.version.unwrap())
        });
        let (id, _) = written.unwrap();
        assert!(named(&store.snapshot()).unwrap().contains(&hash));
        let gone = store.transact("test", |tx| {
            version::delete_version(tx, "bucket", "key", &id)
        });
        assert!(gone.unwrap().0.existed);
        assert!(!named(&store.snapshot()).unwrap().contains(&hash));
    }
}
