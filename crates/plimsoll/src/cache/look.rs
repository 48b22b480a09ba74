//! Looking for every step of a run before it begins.

use std::collections::BTreeMap;

use blueprint::Blueprint;
use plane::store::StoreError;
use steps::{CacheLook, CacheLooks, Complete, Ingredients, Key, complete_object_key};

use super::reason::{Words, hit};
use super::verify::verify;
use super::{Entry, entries, run_of_job};
use crate::state::Records;

/// Earlier entries of a step that a miss is compared with, newest first.
const COMPARED: usize = 64;

/// Steps whose keys are names of things, not of results.
const NO_RESULT: [&str; 2] = ["Model", "Deploy"];

/// What was found.
#[derive(Debug)]
pub(crate) struct Looked {
    /// By step.
    pub(crate) looks: CacheLooks,
    /// Proofs that must be gone before the machine looks: object keys.
    pub(crate) remove: Vec<String>,
}

/// Looks for the steps of a blueprint; `fresh` finds nothing. `contents` are the files of this run by their hash.
pub(crate) fn look(
    records: &Records,
    blueprint: &Blueprint,
    contents: &BTreeMap<&str, &[u8]>,
    fresh: bool,
) -> Result<Looked, StoreError> {
    let entries = entries(records, &blueprint.bucket)?;
    let keys = blueprint.ingredients.iter();
    let steps: BTreeMap<Key, String> = keys
        .map(|(name, made)| (made.key(), name.clone()))
        .collect();
    let search = Search {
        records,
        entries: &entries,
        words: Words {
            records,
            contents,
            steps: &steps,
        },
    };
    let mut looked = Looked {
        looks: CacheLooks::default(),
        remove: Vec::new(),
    };
    for (name, made) in &blueprint.ingredients {
        if NO_RESULT.contains(&name.as_str()) {
            continue;
        }
        let look = if fresh {
            missed(made.key(), "`--fresh`", true)
        } else {
            search.step(name, made)?
        };
        let folder = name.split('.').next().unwrap_or(name);
        let has_proof = search
            .entry(folder, &look.key)
            .is_some_and(|entry| entry.finished.is_some());
        if !look.hit && has_proof {
            looked.remove.push(complete_object_key(folder, &look.key));
        }
        looked.looks.steps.insert(name.clone(), look);
    }
    Ok(looked)
}

fn missed(key: Key, why: &str, expected: bool) -> CacheLook {
    CacheLook {
        key,
        hit: false,
        why: why.to_owned(),
        run: None,
        expected,
    }
}

struct Search<'a> {
    records: &'a Records,
    entries: &'a [Entry],
    words: Words<'a>,
}

impl Search<'_> {
    fn entry(&self, folder: &str, key: &Key) -> Option<&Entry> {
        let mut all = self.entries.iter();
        all.find(|entry| entry.step == folder && entry.key == key.as_str())
    }

    fn step(&self, name: &str, made: &Ingredients) -> Result<CacheLook, StoreError> {
        let key = made.key();
        let folder = name.split('.').next().unwrap_or(name);
        let own = self.entry(folder, &key);
        if let Some(entry) = own.filter(|entry| entry.finished.is_some()) {
            return Ok(match verify(self.records, entry)? {
                Ok(complete) => found(name, key, &complete.job),
                Err(broken) => missed(key, &broken, false),
            });
        }
        let partial = format!("{key}-");
        let failed = self.entries.iter().find_map(|entry| {
            let run = entry.key.strip_prefix(&partial)?;
            (entry.step == folder).then_some(run)
        });
        if let Some(run) = failed {
            let why = format!("a candidate failed in run {run}, whose results are its own");
            return Ok(missed(key, &why, false));
        }
        if let Some(own) = own {
            let why = if own.is_rest() {
                "its result was removed by `plimsoll gc`"
            } else {
                "no earlier run finished it"
            };
            return Ok(missed(key, why, false));
        }
        Ok(self.nearest(folder, made).map_or_else(
            || missed(key.clone(), "first run of this step", true),
            |why| missed(key.clone(), &why, false),
        ))
    }

    /// What sets the step apart from the earlier one that is most like it; of several, from the newest. Those that
    /// were finished go first.
    fn nearest(&self, folder: &str, made: &Ingredients) -> Option<String> {
        let of_step = self.entries.iter();
        let of_step = of_step.filter(|entry| entry.step == folder && !entry.is_partial());
        let mut earlier: Vec<&Entry> = of_step.collect();
        earlier.sort_by_key(|entry| std::cmp::Reverse((entry.finished.is_some(), entry.wanted)));
        let mut best: Option<(bool, usize, Vec<steps::Difference>)> = None;
        let mut compared = 0;
        for entry in earlier {
            let Some(ingredients) = entry.ingredients(self.records) else {
                continue;
            };
            if ingredients.step != made.step {
                continue;
            }
            let differences = made.differences(&ingredients);
            let unfinished = entry.finished.is_none();
            let rank = (unfinished, differences.len());
            let is_nearer = best
                .as_ref()
                .is_none_or(|(unfinished, count, _)| rank < (*unfinished, *count));
            if is_nearer {
                best = Some((unfinished, differences.len(), differences));
            }
            compared += 1;
            if compared == COMPARED {
                break;
            }
        }
        best.map(|(_, _, differences)| self.words.of(&differences))
    }
}

fn found(name: &str, key: Key, job: &str) -> CacheLook {
    let run = run_of_job(job).map(str::to_owned);
    let why = match &run {
        Some(run) => format!("{} as run {run}", hit(name)),
        None if job == Complete::NO_JOB => hit(name).to_owned(),
        None => format!("{} as job {job}", hit(name)),
    };
    CacheLook {
        key,
        hit: true,
        why,
        run,
        expected: true,
    }
}
