//! Versions: what each write and deletion leaves, and lists of it.

use std::sync::Arc;

use super::super::ObjectMeta;
use super::super::version_listing::{self, Start};
use super::*;
use crate::ManualClock;
use crate::store::{Blob, Store};

/// A bucket with versions, and what happens to the key `k` in it.
struct Bed {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Bed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.db");
        let clock = Arc::new(ManualClock::at(1));
        let mut store = Store::open(&path, clock, "us-east-1", 1).unwrap();
        store
            .transact("test", |tx| bucket::create(tx, "bucket"))
            .unwrap();
        let mut bed = Self {
            _folder: folder,
            store,
        };
        bed.switch(Versioning::Enabled);
        bed
    }

    fn switch(&mut self, versioning: Versioning) {
        let change =
            |tx: &mut Tx<'_>| bucket::change(tx, "bucket", |bucket| bucket.versioning = versioning);
        self.store.transact("test", change).unwrap();
    }

    /// Puts a content named by its tag and gives the version.
    fn put(&mut self, key: &str, etag: &str) -> Option<String> {
        let object = Object {
            bucket: "bucket".to_owned(),
            key: key.to_owned(),
            modified: 1,
            blob: Blob {
                sha256: etag.repeat(64),
                bytes: 1,
            },
            etag: etag.to_owned(),
            meta: ObjectMeta::default(),
        };
        let work = |tx: &mut Tx<'_>| put(tx, &object);
        self.store.transact("test", work).unwrap().0.version
    }

    fn delete(&mut self) -> Deleted {
        let work = |tx: &mut Tx<'_>| delete(tx, "bucket", "k");
        self.store.transact("test", work).unwrap().0
    }

    fn delete_version(&mut self, version: &str) -> Deleted {
        let work = |tx: &mut Tx<'_>| delete_version(tx, "bucket", "k", version);
        self.store.transact("test", work).unwrap().0
    }

    fn current(&self) -> Option<String> {
        let found = object::find(&self.store.snapshot(), "bucket", "k").unwrap();
        found.map(|object| object.etag)
    }

    /// What a list shows: tags of contents, `-` for markers, `*` behind the latest.
    fn shown(&self) -> Vec<String> {
        let request = version_listing::Request {
            bucket: "bucket".to_owned(),
            limit: 1000,
            ..Default::default()
        };
        let page = version_listing::page(&self.store.snapshot(), &request).unwrap();
        page.entries.iter().map(show).collect()
    }
}

fn show(entry: &version_listing::Entry) -> String {
    let name = match &entry.version {
        Version::Object(object) => object.etag.clone(),
        Version::Marker(_) => "-".to_owned(),
    };
    format!("{name}{}", if entry.is_latest { "*" } else { "" })
}

#[test]
fn each_write_is_a_version_and_a_deletion_a_marker() {
    let mut bed = Bed::new();
    let first = bed.put("k", "a").unwrap();
    let second = bed.put("k", "b").unwrap();
    assert_ne!(first, second);
    let deleted = bed.delete();
    assert!(deleted.existed && deleted.marker.is_some());
    assert_eq!(bed.current(), None);
    assert_eq!(bed.shown(), ["-*", "b", "a"]);
    let snapshot = bed.store.snapshot();
    let old = require_object(&snapshot, "bucket", "k", Some(&first)).unwrap();
    assert_eq!(old.etag, "a");
    let marker = deleted.marker.clone().unwrap();
    let refused = require_object(&snapshot, "bucket", "k", Some(&marker)).unwrap_err();
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (405, "MethodNotAllowed")
    );
    let code = |id: &str| {
        require_object(&snapshot, "bucket", "k", Some(id))
            .unwrap_err()
            .code
    };
    assert_eq!(code(&"0".repeat(32)), "NoSuchVersion");
    assert_eq!(code("x"), "InvalidArgument");
    // Without its marker the object is back.
    assert_eq!(bed.delete_version(&marker).marker, Some(marker));
    assert_eq!(bed.current().as_deref(), Some("b"));
    assert_eq!(bed.shown(), ["b*", "a"]);
    // Without its newest version the one before is current.
    assert!(bed.delete_version(&second).existed);
    assert_eq!(bed.current().as_deref(), Some("a"));
    assert!(bed.delete_version(&first).existed);
    assert_eq!((bed.current(), bed.shown()), (None, Vec::new()));
    assert_eq!(bed.delete_version(&first), Deleted::default());
}

#[test]
fn there_is_one_null_version() {
    let mut bed = Bed::new();
    bed.switch(Versioning::Never);
    assert_eq!(bed.put("k", "a"), None);
    bed.switch(Versioning::Enabled);
    let kept = bed.put("k", "b").unwrap();
    assert_eq!(bed.shown(), ["b*", "a"]);
    bed.switch(Versioning::Suspended);
    assert_eq!(bed.put("k", "c").as_deref(), Some(NULL));
    assert_eq!(bed.shown(), ["c*", "b"]);
    assert_eq!(bed.put("k", "d").as_deref(), Some(NULL));
    assert_eq!(bed.shown(), ["d*", "b"]);
    assert_eq!(bed.delete().marker.as_deref(), Some(NULL));
    assert_eq!(bed.shown(), ["-*", "b"]);
    bed.put("k", "e");
    assert_eq!(bed.shown(), ["e*", "b"]);
    bed.delete_version(NULL);
    assert_eq!(bed.current().as_deref(), Some("b"));
    bed.delete_version(&kept);
    assert_eq!(bed.shown(), Vec::<String>::new());
}

#[test]
fn a_bucket_with_versions_is_not_empty() {
    let mut bed = Bed::new();
    let first = bed.put("k", "a").unwrap();
    let marker = bed.delete().marker.unwrap();
    let delete = |tx: &mut Tx<'_>| bucket::delete(tx, "bucket");
    let refused = bed.store.transact("test", delete).unwrap_err();
    assert_eq!(refused.code, "BucketNotEmpty");
    bed.delete_version(&first);
    bed.delete_version(&marker);
    assert!(bed.store.transact("test", delete).is_ok());
}

#[test]
fn tags_of_a_version_are_its_own() {
    let mut bed = Bed::new();
    let first = bed.put("k", "a").unwrap();
    bed.put("k", "b");
    let tag = |tx: &mut Tx<'_>| {
        let mut object = require_object(tx, "bucket", "k", Some(&first))?;
        object.meta.tags.insert("t".to_owned(), "1".to_owned());
        Ok::<_, Fault>(rewrite(tx, &object)?)
    };
    bed.store.transact("test", tag).unwrap();
    let snapshot = bed.store.snapshot();
    let tags = |version| {
        let object = require_object(&snapshot, "bucket", "k", version).unwrap();
        object.meta.tags.len()
    };
    assert_eq!((tags(Some(&first)), tags(None)), (1, 0));
}

#[test]
fn pages_of_any_size_are_the_whole_list_without_repeats() {
    let mut bed = Bed::new();
    for (key, etag) in [
        ("a/1", "a"),
        ("k", "b"),
        ("k", "c"),
        ("a/2", "d"),
        ("z", "e"),
    ] {
        bed.put(key, etag);
    }
    bed.delete();
    bed.put("k", "f");
    for delimiter in ["", "/"] {
        let mut request = version_listing::Request {
            bucket: "bucket".to_owned(),
            delimiter: delimiter.to_owned(),
            limit: 1000,
            ..Default::default()
        };
        let snapshot = bed.store.snapshot();
        let list = |request: &version_listing::Request| {
            let page = version_listing::page(&snapshot, request).unwrap();
            let shown = page.entries.iter().map(show).chain(page.prefixes);
            (shown.collect::<Vec<_>>(), page.next)
        };
        let (mut whole, _) = list(&request);
        whole.sort();
        assert_eq!(whole.len(), if delimiter.is_empty() { 7 } else { 6 });
        for limit in 1..8 {
            request.limit = limit;
            request.start = Start::default();
            let mut seen = Vec::new();
            loop {
                let (shown, next) = list(&request);
                assert!(shown.len() <= limit);
                seen.extend(shown);
                match next {
                    Some((key, version)) => request.start = Start::After { key, version },
                    None => break,
                }
            }
            seen.sort();
            assert_eq!(seen, whole, "pages of {limit} at `{delimiter}`");
        }
    }
}
