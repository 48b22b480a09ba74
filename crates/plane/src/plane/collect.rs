//! Collecting contents that nothing names: objects that were deleted or replaced, parts that were abandoned, and what a
//! crash left between a content and its row. It runs before anything can store a content.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::store::{Snapshot, StoreError};

/// Contents that are named: objects and parts.
const NAMED: &str = "SELECT sha256 FROM object UNION SELECT sha256 FROM upload_part";

/// The names of contents that are in use.
pub(super) fn named(snapshot: &Snapshot<'_>) -> Result<HashSet<String>, StoreError> {
    let mut statement = snapshot.sql().prepare_cached(NAMED)?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Removes every content that is not named, and says how many there were.
pub(super) fn collect(objects: &Path, named: &HashSet<String>) -> Result<u64, StoreError> {
    let mut removed = 0;
    for fan in read_folder(objects)? {
        // Other folders, such as that of unfinished contents, have longer names.
        if fan.file_name().len() != 2 {
            continue;
        }
        for file in read_folder(&fan.path())? {
            if file
                .file_name()
                .to_str()
                .is_some_and(|name| named.contains(name))
            {
                continue;
            }
            fs::remove_file(file.path()).map_err(|source| StoreError::file(file.path(), source))?;
            removed += 1;
        }
    }
    Ok(removed)
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
    use crate::services::s3::{Object, ObjectMeta, bucket, content, object};
    use crate::store::{BlobStore, Store};
    use crate::{Fault, ManualClock};

    #[test]
    fn what_nothing_names_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plane.db");
        let mut store =
            Store::open(&database, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap();
        let objects = folder.path().join("objects");
        let blobs = BlobStore::open(&objects).unwrap();
        let kept = content::store(&blobs, &b"kept"[..]).unwrap();
        let replaced = content::store(&blobs, &b"replaced"[..]).unwrap();
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
        assert_eq!(collect(&objects, &names).unwrap(), 1);
        assert_eq!(blobs.get(&kept.blob.sha256).unwrap(), b"kept");
        assert!(!blobs.path(&replaced.blob.sha256).exists());
        assert_eq!(collect(&objects, &names).unwrap(), 0);
        drop(blobs.put(b"pending folders stay").unwrap());
        assert!(objects.join("pending").exists());
    }
}
