//! `status --cache`: the entries of the step cache.

use std::collections::BTreeMap;

use plane::services::s3::Bucket;
use plane::store::{Query, StoreError};
use serde_json::{Value, json};
use steps::{CacheLooks, Document};

use crate::cache::{Entry, entries, run_of_job};
use crate::clock::wall_ms;
use crate::failure::Failure;
use crate::state::{Records, State};
use crate::verbs::Context;
use crate::view::{age, size, table};

/// Most runs whose hits are counted.
const RUNS: usize = 100_000;

/// An entry with its use.
#[derive(Debug)]
struct Row {
    bucket: String,
    /// Step, and candidate where it is one.
    name: String,
    entry: Entry,
    /// The run that made it.
    run: Option<String>,
    hits: u64,
    /// When a run last found or made it, milliseconds.
    used: i64,
}

pub(super) fn show(context: &Context, state: &State, records: &Records) -> Result<(), Failure> {
    let rows = rows(records).map_err(|error| state.store_failure(&error))?;
    let bytes: u64 = rows.iter().map(|row| row.entry.bytes).sum();
    let hits: u64 = rows.iter().map(|row| row.hits).sum();
    if context.printer.is_json() {
        context.printer.document(&json!({
            "schema": "plimsoll.cache-status/1",
            "state": state.folder.display().to_string(),
            "entries": rows.iter().map(document).collect::<Vec<_>>(),
            "bytes": bytes,
            "hits": hits,
        }));
        return Ok(());
    }
    let now = wall_ms();
    let mut table = table(&["step", "key", "size", "made", "by run", "hits", "last used"]);
    for row in &rows {
        let ago = |moment: i64| format!("{} ago", age(now - moment));
        let made = match row.entry.finished {
            Some(moment) => ago(moment),
            None if row.entry.is_rest() => "kept for a package".to_owned(),
            None => "unfinished".to_owned(),
        };
        table.add_row(vec![
            row.name.clone(),
            row.entry.key.chars().take(8).collect(),
            size(row.entry.bytes),
            made,
            row.run.clone().unwrap_or_default(),
            row.hits.to_string(),
            ago(row.used),
        ]);
    }
    let text = table.to_string();
    for line in text.lines() {
        context.printer.data(line.trim_end());
    }
    let total = format!(
        "\n{} entries, {}, found {hits} times",
        rows.len(),
        size(bytes)
    );
    context.printer.data(&total);
    Ok(())
}

fn document(row: &Row) -> Value {
    let seconds = |moment: i64| moment as f64 / 1000.0;
    json!({
        "bucket": row.bucket,
        "step": row.name,
        "key": row.entry.key,
        "bytes": row.entry.bytes,
        "finished": row.entry.finished.map(seconds),
        "run": row.run,
        "hits": row.hits,
        "last_used": seconds(row.used),
    })
}

/// All entries of all workloads: by workload, step and age.
fn rows(records: &Records) -> Result<Vec<Row>, StoreError> {
    let query = Query {
        key_contains: Some("plimsoll-".to_owned()),
        limit: u64::from(u32::MAX),
        ..Query::default()
    };
    let buckets = records
        .read(|snapshot| snapshot.list::<Bucket>(&query))?
        .rows;
    let mut rows = Vec::new();
    for bucket in buckets {
        let uses = uses(records, &bucket.name)?;
        for entry in entries(records, &bucket.name)? {
            // Keys that only name things have no results.
            if matches!(entry.step.as_str(), "Model" | "Deploy") {
                continue;
            }
            let (hits, used) = uses.get(&entry.key).copied().unwrap_or((0, entry.wanted));
            let complete = entry.complete(records);
            let run = complete
                .as_ref()
                .and_then(|complete| run_of_job(&complete.job));
            rows.push(Row {
                bucket: bucket.name.clone(),
                name: name(records, &entry),
                run: run.map(str::to_owned),
                hits,
                used,
                entry,
            });
        }
    }
    rows.sort_by(|left, right| {
        let place = |row: &Row| (row.bucket.clone(), row.name.clone(), row.entry.finished);
        place(left).cmp(&place(right))
    });
    Ok(rows)
}

/// The step of an entry, with the candidate where its key names one.
fn name(records: &Records, entry: &Entry) -> String {
    let step = entry.ingredients(records).map(|made| made.step);
    step.map_or_else(|| entry.step.clone(), |step| step.replacen('.', " ", 1))
}

/// By key: how often runs found it, and when one last looked for it.
fn uses(records: &Records, bucket: &str) -> Result<BTreeMap<String, (u64, i64)>, StoreError> {
    let mut uses: BTreeMap<String, (u64, i64)> = BTreeMap::new();
    for object in records.objects(bucket, "runs/", RUNS)? {
        if !object.key.ends_with("/cache.json") {
            continue;
        }
        let content = records.content(&object.blob.sha256)?;
        let Ok(looks) = CacheLooks::from_slice(&content) else {
            continue;
        };
        for look in looks.steps.into_values() {
            let (hits, used) = uses.entry(look.key.into()).or_default();
            *hits += u64::from(look.hit);
            *used = (*used).max(object.modified);
        }
    }
    Ok(uses)
}
