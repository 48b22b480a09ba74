//! Removing the records of jobs that nothing shown needs, with their logs and metrics.

use std::collections::BTreeSet;

use rusqlite::params;

use super::choice::{Choice, Plan};
use super::collect::everything;
use super::objects::untag;
use super::{Freed, Policy};
use crate::Fault;
use crate::services::logs::LogStream;
use crate::services::sagemaker::{Job, JobKind, Processing, Training, Transform};
use crate::store::{Record, StoreError, Tx};

pub(super) fn remove(
    tx: &mut Tx<'_>,
    choice: &Choice<'_>,
    policy: &Policy,
    freed: &mut Freed,
) -> Result<(), Fault> {
    let since = policy.others_since(tx.ctx().now);
    of_kind::<Processing>(tx, &choice.plan, since, freed)?;
    of_kind::<Training>(tx, &choice.plan, since, freed)?;
    of_kind::<Transform>(tx, &choice.plan, since, freed)?;
    Ok(())
}

fn of_kind<K: JobKind>(
    tx: &mut Tx<'_>,
    plan: &Plan,
    since: i64,
    freed: &mut Freed,
) -> Result<(), StoreError> {
    let mut gone = BTreeSet::new();
    for job in everything::<Job<K>>(tx)? {
        if is_needed(&job, plan, since) {
            continue;
        }
        tx.delete::<Job<K>>(&job.key())?;
        untag(tx, &job.arn)?;
        freed.jobs += 1;
        gone.insert(job.name);
    }
    if !gone.is_empty() {
        logs(tx, K::WORDS.log_group, &gone, freed)?;
        metrics(tx, K::WORDS.log_group, &gone, freed)?;
    }
    Ok(())
}

/// A job under way stays; one of a run stays with the run, or with the step entry that it made; any other by its age.
fn is_needed<K: JobKind>(job: &Job<K>, plan: &Plan, since: i64) -> bool {
    if !job.status.is_final() || plan.runs.contains(&job.run) {
        return true;
    }
    let tags = job.request["Tags"].as_array().into_iter().flatten();
    let of_a_run = tags.into_iter().any(|tag| tag["Key"] == "plimsoll:run");
    if of_a_run {
        // `<workload>-<step>-<key>-<run>-<tries>`
        let key = job.name.rsplit('-').nth(2);
        return key.is_some_and(|key| plan.short_keys.contains(key));
    }
    job.ended.unwrap_or(job.modified) > since
}

/// The job of a stream: `<job>/algo-1-<seconds>`.
fn job_of(stream: &str) -> &str {
    stream.split_once('/').map_or(stream, |(job, _)| job)
}

fn logs(
    tx: &mut Tx<'_>,
    group: &str,
    gone: &BTreeSet<String>,
    freed: &mut Freed,
) -> Result<(), StoreError> {
    for stream in tx.children::<LogStream>(group)? {
        if !gone.contains(job_of(&stream.name)) {
            continue;
        }
        let removed = tx
            .sql()
            .prepare_cached("DELETE FROM log_event WHERE log_group = ? AND stream = ?")?
            .execute([group, &stream.name])?;
        tx.delete::<LogStream>(&stream.key())?;
        freed.log_events += removed as u64;
        freed.log_streams += 1;
    }
    Ok(())
}

/// Series whose dimensions name a job that is gone, as itself or as a host.
fn metrics(
    tx: &mut Tx<'_>,
    namespace: &str,
    gone: &BTreeSet<String>,
    freed: &mut Freed,
) -> Result<(), StoreError> {
    let series: Vec<(String, String)> = {
        let mut statement = tx
            .sql()
            .prepare_cached("SELECT DISTINCT name, dimensions FROM metric WHERE namespace = ?")?;
        let found = statement.query_map([namespace], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect::<Result<_, _>>()?
    };
    for (name, dimensions) in series {
        let values: serde_json::Value = serde_json::from_str(&dimensions).unwrap_or_default();
        let named = values.as_object().into_iter().flatten();
        let is_gone = named
            .into_iter()
            .filter_map(|(_, value)| value.as_str())
            .any(|value| gone.contains(job_of(value)));
        if is_gone {
            let removed = tx
                .sql()
                .prepare_cached(
                    "DELETE FROM metric WHERE namespace = ? AND name = ? AND dimensions = ?",
                )?
                .execute(params![namespace, name, dimensions])?;
            freed.metric_points += removed as u64;
        }
    }
    Ok(())
}
