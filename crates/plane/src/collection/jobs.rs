//! Removing the records of jobs that nothing shown needs, with their logs and metrics.

use std::collections::BTreeSet;

use rusqlite::params;

use super::choice::{Choice, Plan};
use super::collect::everything;
use super::objects::untag;
use super::{Freed, Policy};
use crate::Fault;
use crate::services::logs::LogStream;
use crate::services::sagemaker::{Job, JobKind, Processing, Training, Transform, Trial, TuningJob};
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
    tunings(tx, &choice.plan, since)
}

/// Tuning jobs go as their training jobs do; what was noted of a trial goes with its training job.
fn tunings(tx: &mut Tx<'_>, plan: &Plan, since: i64) -> Result<(), Fault> {
    for tuning in everything::<TuningJob>(tx)? {
        let known = Known {
            name: &tuning.name,
            run: &tuning.run,
            request: &tuning.request,
            ended: tuning
                .status
                .is_final()
                .then_some(tuning.ended.unwrap_or(tuning.modified)),
        };
        if !is_needed(&known, plan, since) {
            tx.delete::<TuningJob>(&tuning.name)?;
            untag(tx, &tuning.arn)?;
        }
    }
    for trial in everything::<Trial>(tx)? {
        if tx.get::<Job<Training>>(&trial.name)?.is_none() {
            tx.delete::<Trial>(&trial.name)?;
        }
    }
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
        // A trial's training job has the run in the name of its tuning job.
        let trial = tx.get::<Trial>(&job.name)?;
        let known = Known {
            name: trial.as_ref().map_or(&job.name, |trial| &trial.tuning_name),
            run: &job.run,
            request: &job.request,
            ended: job
                .status
                .is_final()
                .then_some(job.ended.unwrap_or(job.modified)),
        };
        if is_needed(&known, plan, since) {
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

/// What decides whether a job stays.
struct Known<'a> {
    name: &'a str,
    run: &'a str,
    request: &'a serde_json::Value,
    /// When it was final; nothing while it is under way.
    ended: Option<i64>,
}

/// A job under way stays; one of a run stays with the run, or with the step entry that it made; any other by its age.
fn is_needed(job: &Known<'_>, plan: &Plan, since: i64) -> bool {
    let Some(ended) = job.ended else {
        return true;
    };
    if plan.runs.contains(job.run) {
        return true;
    }
    let tags = job.request["Tags"].as_array().into_iter().flatten();
    let of_a_run = tags.into_iter().any(|tag| tag["Key"] == "plimsoll:run");
    if of_a_run {
        // `<workload>-<step>-<key>-<run>-<tries>`
        let key = job.name.rsplit('-').nth(2);
        return key.is_some_and(|key| plan.short_keys.contains(key));
    }
    ended > since
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
