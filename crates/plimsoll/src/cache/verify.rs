//! Whether what a proof names is there and is what the job left. Cheap: contents are named by their hash, so that a
//! row, a length and the moment of the file's last change tell; a content is read only where these raise a doubt.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use plane::services::s3::Object;
use plane::store::StoreError;
use steps::{Complete, Document, FileHash, Manifest};

use super::Entry;
use crate::client::s3::split_uri;
use crate::state::Records;

/// Objects of one output that are looked at.
const LIMIT: usize = 100_000;
/// Milliseconds by which a file may be younger than the row that names it: file systems and clocks are coarse.
const SLACK_MS: i64 = 2_000;

/// Why a proof does not hold, in a few words.
pub(super) type Broken = String;

/// Checks the outputs of a finished entry; the inner error says what is wrong with them.
pub(super) fn verify(
    records: &Records,
    entry: &Entry,
) -> Result<Result<Complete, Broken>, StoreError> {
    let Some(complete) = entry.complete(records) else {
        return Ok(Err("its proof `complete.json` cannot be read".to_owned()));
    };
    if complete.step != entry.step || complete.key.as_str() != entry.key {
        return Ok(Err(
            "its proof `complete.json` is of another step".to_owned()
        ));
    }
    for uri in complete.outputs.values() {
        if let Err(broken) = output(records, uri, entry.finished.unwrap_or(i64::MAX))? {
            return Ok(Err(broken));
        }
    }
    Ok(Ok(complete))
}

/// One output: an object, or everything below a prefix.
fn output(records: &Records, uri: &str, finished: i64) -> Result<Result<(), Broken>, StoreError> {
    let shown = uri.trim_end_matches('/').rsplit('/').next().unwrap_or(uri);
    let gone = || Ok(Err(format!("its output `{shown}` is gone")));
    let Some((bucket, key)) = split_uri(uri) else {
        return gone();
    };
    if let Some(object) = records.find(bucket, key)? {
        return Ok(whole(records, &object, shown, finished));
    }
    let prefix = format!("{}/", key.trim_end_matches('/'));
    let objects = records.objects(bucket, &prefix, LIMIT)?;
    if objects.is_empty() {
        return gone();
    }
    for object in &objects {
        let name = object.key.strip_prefix(&prefix).unwrap_or(&object.key);
        if let Err(broken) = whole(records, object, name, finished) {
            return Ok(Err(broken));
        }
    }
    Ok(listed(records, &objects, &prefix))
}

/// Whether the files of each manifest are all there with its hashes; an output without one has nothing to compare.
fn listed(records: &Records, objects: &[Object], prefix: &str) -> Result<(), Broken> {
    let names = objects.iter().filter_map(|object| {
        let name = object.key.strip_prefix(prefix)?;
        Some((name, object))
    });
    let by_name: BTreeMap<&str, &Object> = names.collect();
    for (name, object) in &by_name {
        let Some(folder) = name.strip_suffix(Manifest::FILE) else {
            continue;
        };
        let read = records.content(&object.blob.sha256).ok();
        let Some(manifest) = read.and_then(|bytes| Manifest::from_slice(&bytes).ok()) else {
            return Err(format!("its output `{name}` cannot be read"));
        };
        for (file, hash) in &manifest.files {
            let file = format!("{folder}{file}");
            match by_name.get(file.as_str()) {
                None => return Err(format!("its output `{file}` is gone")),
                Some(object) if object.blob.sha256 != hash.sha256 => return Err(changed(&file)),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Whether an object is as the job left it, and its content as the store wrote it.
fn whole(records: &Records, object: &Object, name: &str, finished: i64) -> Result<(), Broken> {
    if object.modified > finished {
        return Err(changed(name));
    }
    let path = records.content_path(&object.blob.sha256);
    let Ok(file) = std::fs::metadata(&path) else {
        return Err(format!("the content of its output `{name}` is gone"));
    };
    let written = file.modified().ok().and_then(|at| {
        let since = at.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    });
    let doubtful = written.is_none_or(|at| at > object.modified.saturating_add(SLACK_MS));
    let spoiled = file.len() != object.blob.bytes
        || doubtful
            && !records
                .content(&object.blob.sha256)
                .is_ok_and(|bytes| FileHash::of(&bytes).sha256 == object.blob.sha256);
    if spoiled {
        return Err(format!("the content of its output `{name}` is damaged"));
    }
    Ok(())
}

fn changed(name: &str) -> Broken {
    format!("its output `{name}` was changed")
}
