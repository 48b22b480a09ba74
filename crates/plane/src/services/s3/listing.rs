//! Lists of keys as S3 gives them: in the order of their bytes, rolled up at a delimiter, page by page.

use super::object::{self, Object, Span};
use crate::store::{Snapshot, StoreError};

/// Most entries of a page.
pub const LONGEST: usize = 1000;

/// Which keys to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The bucket.
    pub bucket: String,
    /// What keys begin with.
    pub prefix: String,
    /// Where keys are rolled up; empty for nowhere.
    pub delimiter: String,
    /// Where to begin.
    pub from: From,
    /// Most entries: keys and rolled-up prefixes together.
    pub limit: usize,
}

/// Where a list begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum From {
    /// At the first key.
    #[default]
    Start,
    /// After a key or a rolled-up prefix.
    After(String),
    /// At a key.
    At(String),
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Keys, in order.
    pub objects: Vec<Object>,
    /// Rolled-up prefixes, in order.
    pub prefixes: Vec<String>,
    /// The last entry, key or prefix, when there are more.
    pub next: Option<String>,
}

impl Page {
    fn len(&self) -> usize {
        self.objects.len() + self.prefixes.len()
    }
}

/// Lists a page. A rolled-up prefix costs one look, however many keys it hides.
pub fn page(snapshot: &Snapshot<'_>, request: &Request) -> Result<Page, StoreError> {
    let mut page = Page::default();
    let mut from = match &request.from {
        From::Start => From::Start,
        From::At(key) => From::At(key.clone()),
        From::After(entry) => skip(entry, request),
    };
    let mut last = None;
    loop {
        let wanted = request.limit.saturating_sub(page.len()) + 1;
        let span = Span {
            bucket: &request.bucket,
            prefix: &request.prefix,
            from: &from,
        };
        let found = object::range(snapshot, &span, wanted)?;
        let complete = found.len() < wanted;
        let mut rolled = None;
        for object in found {
            if page.len() == request.limit {
                page.next = last;
                return Ok(page);
            }
            if let Some(prefix) = common_prefix(&object.key, request) {
                last = Some(prefix.clone());
                page.prefixes.push(prefix.clone());
                rolled = Some(prefix);
                break;
            }
            last = Some(object.key.clone());
            page.objects.push(object);
        }
        match rolled {
            Some(prefix) => match object::after_prefix(&prefix) {
                Some(key) => from = From::At(key),
                None => return Ok(page),
            },
            None if complete => return Ok(page),
            None => from = From::After(last.clone().unwrap_or_default()),
        }
    }
}

/// An entry that is itself a rolled-up prefix hides all its keys.
fn skip(entry: &str, request: &Request) -> From {
    match common_prefix(entry, request) {
        Some(prefix) if prefix == entry => {
            object::after_prefix(entry).map_or_else(|| From::After(entry.to_owned()), From::At)
        }
        _ => From::After(entry.to_owned()),
    }
}

/// What a key is rolled up to, if it is.
fn common_prefix(key: &str, request: &Request) -> Option<String> {
    rolled(key, &request.prefix, &request.delimiter)
}

/// What a key is rolled up to at a delimiter behind a prefix, if it is.
pub(super) fn rolled(key: &str, prefix: &str, delimiter: &str) -> Option<String> {
    if delimiter.is_empty() {
        return None;
    }
    let rest = key.strip_prefix(prefix)?;
    let at = rest.find(delimiter)?;
    Some(key[..prefix.len() + at + delimiter.len()].to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{ObjectMeta, bucket};
    use super::*;
    use crate::store::{Blob, Store};
    use crate::{Fault, ManualClock};

    const KEYS: &[&str] = &[
        "a",
        "b/1",
        "b/2",
        "b/c/3",
        "b/c/4",
        "c",
        "d/",
        "d/5",
        "e e",
        "\u{e9}/6",
        "\u{10ffff}x",
        "\u{10ffff}y",
    ];

    fn store(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("plane.db");
        let mut store = Store::open(&path, Arc::new(ManualClock::at(1)), "us-east-1", 1).unwrap();
        let filled = store.transact("test", |tx| {
            bucket::create(tx, "bucket")?;
            for key in KEYS {
                object::put(
                    tx,
                    &Object {
                        bucket: "bucket".to_owned(),
                        key: (*key).to_owned(),
                        modified: 1,
                        blob: Blob {
                            sha256: "0".repeat(64),
                            bytes: 1,
                        },
                        etag: "e".to_owned(),
                        meta: ObjectMeta::default(),
                    },
                )?;
            }
            Ok::<_, Fault>(())
        });
        filled.unwrap();
        store
    }

    fn request(prefix: &str, delimiter: &str, limit: usize) -> Request {
        Request {
            bucket: "bucket".to_owned(),
            prefix: prefix.to_owned(),
            delimiter: delimiter.to_owned(),
            from: From::Start,
            limit,
        }
    }

    fn entries(page: &Page) -> Vec<String> {
        let keys = page.objects.iter().map(|object| object.key.clone());
        let mut entries: Vec<String> = keys.chain(page.prefixes.iter().cloned()).collect();
        entries.sort();
        entries
    }

    #[test]
    fn keys_are_rolled_up_at_the_delimiter() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "",
                "/",
                &[
                    "a",
                    "b/",
                    "c",
                    "d/",
                    "e e",
                    "\u{e9}/",
                    "\u{10ffff}x",
                    "\u{10ffff}y",
                ],
            ),
            ("b/", "/", &["b/1", "b/2", "b/c/"]),
            ("b/c", "", &["b/c/3", "b/c/4"]),
            ("d/", "/", &["d/", "d/5"]),
            ("b", "c/", &["b/1", "b/2", "b/c/"]),
            ("\u{10ffff}", "", &["\u{10ffff}x", "\u{10ffff}y"]),
            ("none", "/", &[]),
        ];
        for (prefix, delimiter, expected) in cases {
            let page = page(&store.snapshot(), &request(prefix, delimiter, 1000)).unwrap();
            assert_eq!(entries(&page), *expected, "{prefix} {delimiter}");
            assert_eq!(page.next, None);
        }
    }

    #[test]
    fn pages_of_any_size_are_the_whole_list_without_repeats() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        for delimiter in ["", "/"] {
            let whole = entries(&page(&store.snapshot(), &request("", delimiter, 1000)).unwrap());
            for limit in 1..=whole.len() + 1 {
                let mut seen = Vec::new();
                let mut request = request("", delimiter, limit);
                loop {
                    let page = page(&store.snapshot(), &request).unwrap();
                    assert!(page.len() <= limit);
                    seen.extend(entries(&page));
                    match page.next {
                        Some(next) => request.from = From::After(next),
                        None => break,
                    }
                }
                assert_eq!(seen, whole, "pages of {limit} at `{delimiter}`");
            }
        }
    }

    #[test]
    fn a_list_may_begin_within_a_prefix_and_take_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let mut inside = request("", "/", 1000);
        inside.from = From::After("b/1".to_owned());
        let found = entries(&page(&store.snapshot(), &inside).unwrap());
        assert_eq!(&found[..2], ["b/", "c"]);
        let nothing = page(&store.snapshot(), &request("", "", 0)).unwrap();
        assert_eq!(nothing, Page::default());
    }
}
