//! Why each step was found or not: what the run saw before it began, held against what the machine then did.

use std::collections::BTreeMap;

use serde_json::Value;
use steps::{CacheLook, CacheLooks, Document, cache_object_key};

use super::super::report::CacheRow;
use super::super::{Progress, StepState, Timeline};
use crate::state::Records;

/// Steps that are never looked for.
const NEVER: [&str; 3] = ["Gate", "Register", "Deploy"];

/// What a run saw of earlier results.
#[derive(Debug)]
pub(super) struct Cache {
    looks: BTreeMap<String, CacheLook>,
    /// Whether a candidate failed, so that what follows is this run's own.
    partial: bool,
}

impl Cache {
    /// Reads what the run wrote down; nothing for an execution that was started by another client.
    pub(super) fn read(records: &Records, state: &Value) -> Self {
        let text = |member: &str| state[member].as_str().unwrap_or_default();
        let uri = format!("s3://{}/{}", text("bucket"), cache_object_key(text("run")));
        let found = records.object(&uri).ok().flatten();
        let looks = found.and_then(|bytes| CacheLooks::from_slice(&bytes).ok());
        Self {
            looks: looks.unwrap_or_default().steps,
            partial: state["partial"]["suffix"]
                .as_str()
                .is_some_and(|suffix| !suffix.is_empty()),
        }
    }

    /// A step, and each candidate where it is Train.
    pub(super) fn of_step(
        &self,
        progress: &Progress,
        timeline: &Timeline,
    ) -> (Option<CacheRow>, BTreeMap<String, CacheRow>) {
        let name = progress.shape.name;
        if matches!(progress.state, StepState::Waiting | StepState::Running) {
            return (None, BTreeMap::new());
        }
        if NEVER.contains(&name) {
            let why = "never looked for: the same key asks for what is there already";
            return (Some(expected(why)), BTreeMap::new());
        }
        let hit = progress.state == StepState::Hit;
        if name != "Train" {
            return (Some(self.row(name, hit)), BTreeMap::new());
        }
        let branches = timeline.candidates.iter();
        let branches: BTreeMap<String, CacheRow> = branches
            .map(|(name, branch)| (name.clone(), self.row(&format!("Train.{name}"), branch.hit)))
            .collect();
        (Some(together(hit, &branches)), branches)
    }

    fn row(&self, name: &str, hit: bool) -> CacheRow {
        let other = |why: &str| CacheRow {
            hit,
            why: why.to_owned(),
            expected: false,
        };
        match self.looks.get(name) {
            Some(look) if look.hit == hit => CacheRow {
                hit,
                why: look.why.clone(),
                expected: look.expected,
            },
            Some(_) if hit => other("another run finished it meanwhile"),
            Some(_) if self.partial => other("a candidate failed: what follows is this run's own"),
            Some(_) => other("its proof was gone when the step began"),
            None if hit => expected("an earlier run finished this key").found(),
            None => expected("no finished step has this key"),
        }
    }
}

fn expected(why: &str) -> CacheRow {
    CacheRow {
        hit: false,
        why: why.to_owned(),
        expected: true,
    }
}

impl CacheRow {
    fn found(self) -> Self {
        Self { hit: true, ..self }
    }
}

/// Train as a whole: what all its candidates have in common, or those that were trained with their reasons.
fn together(hit: bool, branches: &BTreeMap<String, CacheRow>) -> CacheRow {
    let told: Vec<_> = branches.iter().filter(|(_, row)| row.hit == hit).collect();
    let mut reasons: Vec<&str> = told.iter().map(|(_, row)| row.why.as_str()).collect();
    reasons.dedup();
    let why = match reasons[..] {
        [one] if told.len() > 1 => one.to_owned(),
        _ => {
            let each = told
                .iter()
                .map(|(name, row)| format!("{name}: {}", row.why));
            each.collect::<Vec<_>>().join(" \u{b7} ")
        }
    };
    CacheRow {
        hit,
        why,
        expected: told.iter().all(|(_, row)| row.expected),
    }
}

#[cfg(test)]
mod tests {
    use steps::Key;

    use super::*;

    fn cache(partial: bool) -> Cache {
        let look = |hit: bool| CacheLook {
            key: Key::from_hex(&"0".repeat(64)).unwrap(),
            hit,
            why: "as it was seen".to_owned(),
            run: None,
            expected: false,
        };
        let looks = [("Select", true), ("Test", false)];
        Cache {
            looks: looks
                .into_iter()
                .map(|(name, hit)| (name.to_owned(), look(hit)))
                .collect(),
            partial,
        }
    }

    #[test]
    fn what_was_seen_before_is_held_against_what_happened() {
        for (name, hit, partial, expected) in [
            ("Select", true, false, "as it was seen"),
            ("Test", false, true, "as it was seen"),
            (
                "Select",
                false,
                true,
                "a candidate failed: what follows is this run's own",
            ),
            (
                "Select",
                false,
                false,
                "its proof was gone when the step began",
            ),
            ("Test", true, false, "another run finished it meanwhile"),
            ("Refit", true, false, "an earlier run finished this key"),
            ("Refit", false, false, "no finished step has this key"),
        ] {
            let row = cache(partial).row(name, hit);
            assert_eq!((row.hit, row.why.as_str()), (hit, expected), "{name}");
        }
    }

    #[test]
    fn train_says_once_what_all_candidates_share() {
        let row = |hit: bool, why: &str| CacheRow {
            hit,
            why: why.to_owned(),
            expected: false,
        };
        let branches = |rows: [CacheRow; 2]| -> BTreeMap<String, CacheRow> {
            ["a", "b"]
                .into_iter()
                .map(str::to_owned)
                .zip(rows)
                .collect()
        };
        let same = branches([row(true, "x"), row(true, "x")]);
        assert_eq!(together(true, &same).why, "x");
        let one = branches([row(true, "x"), row(false, "y")]);
        assert_eq!(together(false, &one).why, "b: y");
        let two = branches([row(false, "x"), row(false, "y")]);
        assert_eq!(together(false, &two).why, "a: x \u{b7} b: y");
    }
}
