//! What lies below `steps/` of a workload's bucket: one entry a step and key.

use plane::store::StoreError;
use steps::{Complete, Document, Ingredients, Key};

use crate::state::Records;

/// Most objects below `steps/` that are looked at.
const LIMIT: usize = 200_000;

/// Everything of one step and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Folder of the step, such as `Train`.
    pub(crate) step: String,
    /// Its key; in a run in which a candidate failed, with that run's name behind it.
    pub(crate) key: String,
    /// Bytes of all objects.
    pub(crate) bytes: u64,
    /// When it was last wanted by a run: `key.json` is written before each. Milliseconds.
    pub(crate) wanted: i64,
    /// When it was finished, if it was. Milliseconds.
    pub(crate) finished: Option<i64>,
    key_blob: Option<String>,
    complete_blob: Option<String>,
}

impl Entry {
    /// Whether it belongs to a run in which a candidate failed, so that no other run finds it.
    pub(crate) fn is_partial(&self) -> bool {
        Key::from_hex(&self.key).is_err()
    }

    /// Whether a collection left only what a model package needs of it.
    pub(crate) fn is_rest(&self) -> bool {
        self.key_blob.is_none() && self.finished.is_none()
    }

    /// What its key was computed from.
    pub(crate) fn ingredients(&self, records: &Records) -> Option<Ingredients> {
        let bytes = records.content(self.key_blob.as_deref()?).ok()?;
        Ingredients::from_slice(&bytes).ok()
    }

    /// Its proof, if it is there and can be read.
    pub(crate) fn complete(&self, records: &Records) -> Option<Complete> {
        let bytes = records.content(self.complete_blob.as_deref()?).ok()?;
        Complete::from_slice(&bytes).ok()
    }
}

/// All entries of a bucket, in the order of their names.
pub(crate) fn entries(records: &Records, bucket: &str) -> Result<Vec<Entry>, StoreError> {
    let mut found: Vec<Entry> = Vec::new();
    for object in records.objects(bucket, "steps/", LIMIT)? {
        let mut parts = object.key.splitn(4, '/').skip(1);
        let (Some(step), Some(key), Some(file)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let is_new = found
            .last()
            .is_none_or(|last| last.step != step || last.key != key);
        if is_new {
            found.push(Entry {
                step: step.to_owned(),
                key: key.to_owned(),
                bytes: 0,
                wanted: 0,
                finished: None,
                key_blob: None,
                complete_blob: None,
            });
        }
        let Some(entry) = found.last_mut() else {
            continue;
        };
        entry.bytes = entry.bytes.saturating_add(object.blob.bytes);
        entry.wanted = entry.wanted.max(object.modified);
        match file {
            "key.json" => entry.key_blob = Some(object.blob.sha256),
            "complete.json" => {
                entry.finished = Some(object.modified);
                entry.complete_blob = Some(object.blob.sha256);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The run in a job's name: `<workload>-<step>-<key>-<run>-<tries>`, behind which a trial has its number and eight digits.
pub(crate) fn run_of_job(job: &str) -> Option<&str> {
    let parts: Vec<&str> = job.rsplit('-').collect();
    let digits = |part: &str| part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_trial = parts.len() > 2 && parts[0].len() == 8 && digits(parts[1]);
    let place = if is_trial { 3 } else { 1 };
    parts.get(place).copied().filter(|run| run.len() == 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jobs_name_tells_its_run() {
        let job = "heart-disease-prepare-0a1b2c3d-0fgh3k2m-00";
        assert_eq!(run_of_job(job), Some("0fgh3k2m"));
        let trial = "heart-di-0a1b2c3d-0fgh3k2m-00-017-00ff00ff";
        assert_eq!(run_of_job(trial), Some("0fgh3k2m"));
        assert_eq!(run_of_job("mine"), None);
        assert_eq!(run_of_job("a-b-c"), None);
    }
}
