//! What a collection keeps.

use serde::{Deserialize, Serialize};

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;
/// Runs of each machine that are kept unless told otherwise.
const RUNS: u64 = 10;
/// Days that anything is kept unless told otherwise.
const DAYS: i64 = 30;
/// Days that the usage of jobs is kept, for costs of a year and a month.
const USAGE_DAYS: i64 = 400;
/// Days that events of stacks and deleted stacks are kept, as on AWS.
const STACK_DAYS: i64 = 90;

/// What to keep. A run is kept where it is among the newest of its machine, or young enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Newest runs of each machine; where only the age is given, 1.
    pub keep_runs: Option<u64>,
    /// Milliseconds since its end in which a run is kept; where only the number is given, 0.
    pub older_than_ms: Option<i64>,
    /// Most bytes of objects that our runs made: older runs go until that holds, never the newest of a machine.
    pub max_bytes: Option<u64>,
    /// Whether nothing is removed.
    pub dry_run: bool,
}

impl Policy {
    /// Runs of each machine that are kept whatever their age.
    pub(super) fn newest(&self) -> u64 {
        match (self.keep_runs, self.older_than_ms) {
            (Some(runs), _) => runs,
            (None, Some(_)) => 1,
            (None, None) => RUNS,
        }
    }

    /// Runs that ended after this moment are kept.
    pub(super) fn runs_since(&self, now: i64) -> i64 {
        let age = match (self.keep_runs, self.older_than_ms) {
            (_, Some(age)) => age,
            (Some(_), None) => 0,
            (None, None) => DAYS * DAY_MS,
        };
        now.saturating_sub(age)
    }

    /// What belongs to no run, such as a client's own jobs, is kept where it ended after this moment.
    pub(super) fn others_since(&self, now: i64) -> i64 {
        now.saturating_sub(self.older_than_ms.unwrap_or(DAYS * DAY_MS))
    }

    /// Usage is kept from this moment on.
    pub(super) fn usage_since(now: i64) -> i64 {
        now.saturating_sub(USAGE_DAYS * DAY_MS)
    }

    /// Events of stacks are kept from this moment on.
    pub(super) fn stacks_since(now: i64) -> i64 {
        now.saturating_sub(STACK_DAYS * DAY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_follows_from_what_is() {
        let of = |keep_runs, older_than_ms| Policy {
            keep_runs,
            older_than_ms,
            ..Policy::default()
        };
        let now = 100 * DAY_MS;
        for (policy, newest, since) in [
            (of(None, None), 10, 70 * DAY_MS),
            (of(Some(3), None), 3, now),
            (of(None, Some(DAY_MS)), 1, 99 * DAY_MS),
            (of(Some(3), Some(DAY_MS)), 3, 99 * DAY_MS),
        ] {
            assert_eq!(
                (policy.newest(), policy.runs_since(now)),
                (newest, since),
                "{policy:?}"
            );
        }
        assert_eq!(of(Some(1), None).others_since(now), 70 * DAY_MS);
    }
}
