//! Whether runs use a state: each holds a shared lock from before it looks for earlier results to its end, so that
//! nothing is removed under it. The lock goes with its process, however that ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::failure::Failure;
use crate::state::State;

/// Name of the file.
const FILE: &str = "runs.lock";
/// How long a run waits for a collection to end.
const PATIENCE: Duration = Duration::from_mins(2);
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock; dropped, it is free again.
#[derive(Debug)]
pub(crate) struct InUse(#[expect(dead_code, reason = "the open file is the lock")] File);

impl InUse {
    /// Says that a run uses the state; waits while a collection works on it.
    pub(crate) async fn by_a_run(state: &State) -> Result<Self, Failure> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = take(state, FlockOperation::NonBlockingLockShared)? {
                return Ok(lock);
            }
            if tokio::time::Instant::now() >= deadline {
                let message = format!("`plimsoll gc` works on the state `{}`", state.shown());
                return Err(Failure::environment(message).code("P0304"));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Keeps runs away; nothing where one uses the state.
    pub(crate) fn by_nobody(state: &State) -> Result<Option<Self>, Failure> {
        take(state, FlockOperation::NonBlockingLockExclusive)
    }
}

fn take(state: &State, operation: FlockOperation) -> Result<Option<InUse>, Failure> {
    let path = state.folder.join(FILE);
    let fail = |error: io::Error| {
        Failure::environment(format!("`{}` cannot be used: {error}", path.display())).code("P0301")
    };
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(false).write(true);
    let file = options.open(&path).map_err(fail)?;
    match flock(&file, operation) {
        Ok(()) => Ok(Some(InUse(file))),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(fail(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn runs_share_the_state_and_a_collection_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = State {
            folder: folder.path().to_owned(),
        };
        let first = InUse::by_a_run(&state).await.unwrap();
        let second = InUse::by_a_run(&state).await.unwrap();
        drop(first);
        assert!(InUse::by_nobody(&state).unwrap().is_none());
        drop(second);
        let alone = InUse::by_nobody(&state).unwrap();
        assert!(alone.is_some());
        let waiting = tokio::time::timeout(PAUSE * 3, InUse::by_a_run(&state));
        assert!(waiting.await.is_err(), "a run waits for the collection");
        drop(alone);
        InUse::by_a_run(&state).await.unwrap();
    }
}
