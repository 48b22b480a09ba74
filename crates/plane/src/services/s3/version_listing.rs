//! Lists of versions as S3 gives them: by key, newest first within a key, rolled up at a delimiter, page by page.

use rusqlite::params;

use super::object::after_prefix;
use super::version::{self, COLUMNS, Version};
use crate::Fault;
use crate::store::{Snapshot, StoreError};

/// The sequence of a current object: it is newer than every version beside it.
const CURRENT: i64 = i64::MAX;

/// Which versions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The bucket.
    pub bucket: String,
    /// What keys begin with.
    pub prefix: String,
    /// Where keys are rolled up; empty for nowhere.
    pub delimiter: String,
    /// Where to begin.
    pub start: Start,
    /// Most entries: versions and rolled-up prefixes together.
    pub limit: usize,
}

/// Where a list begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first key.
    #[default]
    First,
    /// After a version of a key, or after the whole key or rolled-up prefix.
    After {
        /// The key or the prefix.
        key: String,
        /// The version.
        version: Option<String>,
    },
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// A content or a marker.
    pub version: Version,
    /// Whether it is the newest of its key.
    pub is_latest: bool,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Versions, in order.
    pub entries: Vec<Entry>,
    /// Rolled-up prefixes, in order.
    pub prefixes: Vec<String>,
    /// The last entry when there are more: its key and version, or a prefix.
    pub next: Option<(String, Option<String>)>,
}

impl Page {
    fn len(&self) -> usize {
        self.entries.len() + self.prefixes.len()
    }
}

/// A place in the order of versions: what comes next has a greater key, or the key and at most the sequence.
struct Place {
    key: String,
    sequence: i64,
}

struct Found {
    version: Version,
    sequence: i64,
}

impl Version {
    /// Its key.
    pub fn key(&self) -> &str {
        match self {
            Self::Object(object) => &object.key,
            Self::Marker(marker) => &marker.key,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Object(object) => object.version(),
            Self::Marker(marker) => &marker.version,
        }
    }
}

/// Lists a page. A rolled-up prefix costs one look, however many versions it hides.
pub fn page(snapshot: &Snapshot<'_>, request: &Request) -> Result<Page, Fault> {
    let mut page = Page::default();
    let mut place = first_place(snapshot, request)?;
    // Within a key whose newest version was on the page before, nothing is the latest.
    let mut key_before = matches!(
        &request.start,
        Start::After {
            version: Some(_),
            ..
        }
    )
    .then(|| place.key.clone());
    let mut last = None;
    loop {
        let wanted = request.limit.saturating_sub(page.len()) + 1;
        let found = range(snapshot, request, &place, wanted)?;
        let complete = found.len() < wanted;
        let mut rolled = None;
        for Found { version, sequence } in found {
            if page.len() == request.limit {
                page.next = last;
                return Ok(page);
            }
            if let Some(prefix) = common_prefix(version.key(), request) {
                last = Some((prefix.clone(), None));
                page.prefixes.push(prefix.clone());
                rolled = Some(prefix);
                break;
            }
            let key = version.key().to_owned();
            last = Some((key.clone(), Some(version.id().to_owned())));
            place = Place {
                key: key.clone(),
                sequence: sequence - 1,
            };
            let is_latest = key_before.as_ref() != Some(&key);
            key_before = Some(key);
            page.entries.push(Entry { version, is_latest });
        }
        match rolled.as_deref().map(after_prefix) {
            Some(Some(key)) => {
                place = Place {
                    key,
                    sequence: CURRENT,
                }
            }
            Some(None) => return Ok(page),
            None if complete => return Ok(page),
            None => {}
        }
    }
}

fn first_place(snapshot: &Snapshot<'_>, request: &Request) -> Result<Place, Fault> {
    let at = |key: String, sequence| Place { key, sequence };
    match &request.start {
        Start::First => Ok(at(String::new(), CURRENT)),
        Start::After { key, version: None } => Ok(match common_prefix(key, request) {
            Some(prefix) if prefix == *key => {
                after_prefix(key).map_or_else(|| at(key.clone(), -1), |next| at(next, CURRENT))
            }
            _ => at(key.clone(), -1),
        }),
        Start::After {
            key,
            version: Some(version),
        } => match sequence_of(snapshot, &request.bucket, key, version)? {
            Some(sequence) => Ok(at(key.clone(), sequence - 1)),
            None => Err(Fault::client(
                "InvalidArgument",
                "Invalid version id specified",
            )),
        },
    }
}

fn sequence_of(
    snapshot: &Snapshot<'_>,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT sequence FROM object_version WHERE bucket = ?1 AND key = ?2 AND version = ?3
               UNION ALL SELECT ?4 FROM object WHERE bucket = ?1 AND key = ?2
                   AND coalesce(json_extract(body, '$.version'), 'null') = ?3";
    let mut statement = snapshot.sql().prepare_cached(sql)?;
    let mut found =
        statement.query_map(params![bucket, key, version, CURRENT], |row| row.get(0))?;
    Ok(found.next().transpose()?)
}

fn range(
    snapshot: &Snapshot<'_>,
    request: &Request,
    place: &Place,
    limit: usize,
) -> Result<Vec<Found>, StoreError> {
    let span = "bucket = ?1 AND key >= ?2 AND key >= ?4 AND (?5 IS NULL OR key < ?5)";
    let sql = format!(
        "SELECT bucket, key, modified, bytes, sha256, etag, body, '' AS version, ?7 AS sequence
             FROM object WHERE {span} AND (key > ?2 OR ?3 = ?7)
         UNION ALL SELECT {COLUMNS} FROM object_version
             WHERE {span} AND (key > ?2 OR sequence <= ?3)
         ORDER BY key, sequence DESC LIMIT ?6"
    );
    let mut statement = snapshot.sql().prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let end = after_prefix(&request.prefix);
    let values = params![
        request.bucket,
        place.key,
        place.sequence,
        request.prefix,
        end,
        limit,
        CURRENT
    ];
    let found = statement.query_map(values, |row| {
        Ok(Found {
            version: version::read_row(row)?,
            sequence: row.get(8)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn common_prefix(key: &str, request: &Request) -> Option<String> {
    super::listing::rolled(key, &request.prefix, &request.delimiter)
}
