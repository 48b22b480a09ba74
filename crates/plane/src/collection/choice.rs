//! Which runs stay, and what follows from that for the objects.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Policy;
use super::needs::{Live, RunNeeds, covers};
use crate::Fault;
use crate::services::s3::object;
use crate::services::states::Execution;
use crate::store::{Snapshot, StoreError};

/// What our runs put into the bucket of a workload. Everything else there is the user's.
const OURS: [&str; 4] = ["steps/", "data/", "batch/", "runs/"];

/// What was decided.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    /// Executions that stay.
    pub(super) kept: Vec<&'a Execution>,
    /// Executions that go.
    pub(super) removed: Vec<&'a Execution>,
    /// What becomes of objects, models and configurations.
    pub(super) plan: Plan,
}

/// What follows from the runs that stay.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Objects that go: bucket, key, bytes.
    pub(super) objects: Vec<(String, String, u64)>,
    /// Bytes of the objects of our runs that stay.
    pub(super) bytes_left: u64,
    /// Models that go.
    pub(super) models: BTreeSet<String>,
    /// Endpoint configurations that go.
    pub(super) configs: BTreeSet<String>,
    /// Names of the runs that stay.
    pub(super) runs: HashSet<String>,
    /// First digits of the keys that stay, as the names of jobs have them.
    pub(super) short_keys: HashSet<String>,
}

/// An object that a run of ours has made.
struct Made {
    bucket: String,
    key: String,
    bytes: u64,
}

pub(super) fn choose<'a>(
    snapshot: &Snapshot<'_>,
    runs: &'a [Execution],
    policy: &Policy,
    now: i64,
) -> Result<Choice<'a>, Fault> {
    let needs: BTreeMap<&str, RunNeeds> = runs
        .iter()
        .filter_map(|run| Some((run.arn.as_str(), RunNeeds::of(run)?)))
        .collect();
    let objects = made(snapshot, needs.values())?;
    let (mut kept, mut removed, droppable) = by_age(runs, policy, now);
    let mut plan = plan(snapshot, &needs, &objects, (&kept, &removed))?;
    if let Some(most) = policy.max_bytes {
        // The more runs are dropped the less is needed: the fewest that suffice are found by halving.
        let (mut low, mut high) = (0, droppable.len());
        if plan.bytes_left <= most {
            high = 0;
        }
        while low < high {
            let middle = low.midpoint(high);
            let (kept, removed) = without(&kept, &removed, &droppable[..middle]);
            let tried = self::plan(snapshot, &needs, &objects, (&kept, &removed))?;
            if tried.bytes_left <= most {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (kept, removed) = without(&kept, &removed, &droppable[..high]);
        plan = self::plan(snapshot, &needs, &objects, (&kept, &removed))?;
    }
    Ok(Choice {
        kept,
        removed,
        plan,
    })
}

/// Kept, removed, and of the kept those that may go where room is short: oldest first, never the newest of a machine.
fn by_age<'a>(
    runs: &'a [Execution],
    policy: &Policy,
    now: i64,
) -> (Vec<&'a Execution>, Vec<&'a Execution>, Vec<&'a Execution>) {
    let since = policy.runs_since(now);
    let mut ranks: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut kept, mut removed, mut droppable) = (Vec::new(), Vec::new(), Vec::new());
    for run in runs.iter().rev() {
        let Some(stopped) = run.stopped.filter(|_| run.status != Execution::RUNNING) else {
            kept.push(run);
            continue;
        };
        let rank = ranks.entry(run.machine.as_str()).or_default();
        *rank += 1;
        if *rank <= policy.newest() || stopped > since {
            kept.push(run);
            if *rank > 1 {
                droppable.push(run);
            }
        } else {
            removed.push(run);
        }
    }
    droppable.reverse();
    (kept, removed, droppable)
}

/// The same with some more runs removed.
fn without<'a>(
    kept: &[&'a Execution],
    removed: &[&'a Execution],
    dropped: &[&'a Execution],
) -> (Vec<&'a Execution>, Vec<&'a Execution>) {
    let is_dropped = |run: &&Execution| dropped.iter().any(|other| other.arn == run.arn);
    let (gone, kept): (Vec<&Execution>, Vec<&Execution>) =
        kept.iter().partition(|run| is_dropped(run));
    let removed = removed.iter().copied().chain(gone).collect();
    (kept, removed)
}

fn plan(
    snapshot: &Snapshot<'_>,
    needs: &BTreeMap<&str, RunNeeds>,
    objects: &[Made],
    (kept, removed): (&[&Execution], &[&Execution]),
) -> Result<Plan, Fault> {
    let of = |runs: &[&Execution]| -> Vec<&RunNeeds> {
        let found = runs.iter().filter_map(|run| needs.get(run.arn.as_str()));
        found.collect()
    };
    let (kept, removed) = (of(kept), of(removed));
    let only = |names: fn(&RunNeeds) -> &BTreeSet<String>| -> BTreeSet<String> {
        let all = |runs: &[&RunNeeds]| -> BTreeSet<String> {
            runs.iter()
                .flat_map(|run| names(run).iter().cloned())
                .collect()
        };
        all(&removed).difference(&all(&kept)).cloned().collect()
    };
    let (mut models, mut configs) = (only(|run| &run.models), only(|run| &run.configs));
    let live = Live::read(snapshot, &models, &configs)?;
    models.retain(|name| !live.models.contains(name));
    configs.retain(|name| !live.configs.contains(name));
    let uris = kept.iter().flat_map(|run| &run.uris).chain(&live.uris);
    let uris: HashSet<&str> = uris.map(String::as_str).collect();
    let keys = kept.iter().flat_map(|run| {
        let bucket = run.bucket.as_str();
        run.keys.iter().map(move |key| (bucket, key.as_str()))
    });
    let keys: HashSet<(&str, &str)> = keys.collect();
    let names: Vec<&String> = kept
        .iter()
        .flat_map(|run| run.models.iter().chain(&run.configs))
        .collect();
    let runs: HashSet<String> = kept.iter().map(|run| run.run.clone()).collect();
    let mut plan = Plan {
        short_keys: keys
            .iter()
            .filter_map(|(_, key)| key.get(..8))
            .map(str::to_owned)
            .collect(),
        models,
        configs,
        ..Plan::default()
    };
    for object in objects {
        let mut parts = object.key.split('/');
        let needed = match (parts.next(), parts.next(), parts.next()) {
            // Keys that only name things are not in the input; the names are.
            (Some("steps"), Some("Model" | "Deploy"), Some(key)) => key
                .get(..8)
                .is_some_and(|short| names.iter().any(|name| name.contains(short))),
            (Some("steps"), Some(_), Some(key)) => keys.contains(&(object.bucket.as_str(), key)),
            (Some("runs"), Some(run), _) => runs.contains(run),
            _ => false,
        };
        if needed || covers(&uris, &object.bucket, &object.key) {
            plan.bytes_left = plan.bytes_left.saturating_add(object.bytes);
        } else {
            let row = (object.bucket.clone(), object.key.clone(), object.bytes);
            plan.objects.push(row);
        }
    }
    plan.runs = runs;
    Ok(plan)
}

/// What our runs have made in the buckets of their workloads.
fn made<'a>(
    snapshot: &Snapshot<'_>,
    needs: impl Iterator<Item = &'a RunNeeds>,
) -> Result<Vec<Made>, StoreError> {
    let buckets: BTreeSet<&str> = needs.map(|run| run.bucket.as_str()).collect();
    let mut found = Vec::new();
    for bucket in buckets {
        for prefix in OURS {
            let listing = object::list(snapshot, bucket, prefix, None, usize::MAX >> 1)?;
            found.extend(listing.objects.into_iter().map(|object| Made {
                bucket: object.bucket,
                key: object.key,
                bytes: object.blob.bytes,
            }));
        }
    }
    Ok(found)
}
