//! Workers of tuning slots: a process that trains one trial after the other, so that a trial costs no process of its own.
//!
//! A slot is what trials share: their tuning job and definition, and with it program, environment and limits. A worker is
//! taken by the next trial of its slot that gets the same place, and ends when none came for a while. What a trial is told
//! alone, such as its name and its key, no worker has in its environment; the trainings of ours need none of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jobs::{JobEvent, JobSpec, Limits, Running, StartError, Task, Worker};
use tokio::sync::mpsc;

use super::world::World;

/// How long a worker waits for the next trial.
const IDLE: Duration = Duration::from_secs(2);
/// Trials of one worker: what a process gathers over time, it loses with its end.
const TASKS: u64 = 200;
/// The part of its memory that a worker may keep from a trial.
const KEPT: u64 = 4;
/// How the folders of workers begin; no job's does.
const PREFIX: &str = "worker.";
/// Variables that speak of one trial alone.
const OF_A_TRIAL: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "TRAINING_JOB_NAME",
    "TRAINING_JOB_ARN",
    "SM_HPS",
    "SM_HP_",
];

/// What a worker can be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    slot: String,
    limits: Limits,
}

#[derive(Debug)]
struct Idle {
    number: u64,
    of: Use,
    worker: Worker,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Idle>,
    started: u64,
    closed: bool,
}

/// The workers that wait for a trial.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    state: Mutex<State>,
}

/// Removes what workers of an earlier plane left.
pub(super) fn clear(jobs: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(jobs)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

impl Workers {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker that waits, or a number for a new one.
    fn take(&self, of: &Use) -> Result<(u64, Worker), u64> {
        let mut state = self.lock();
        while let Some(place) = state.idle.iter().position(|idle| idle.of == *of) {
            let mut found = state.idle.swap_remove(place);
            if found.worker.is_there() {
                return Ok((found.number, found.worker));
            }
        }
        state.started += 1;
        Err(state.started)
    }

    /// Starts a trial with a worker of its slot.
    pub(super) async fn start(
        self: &Arc<Self>,
        world: &World,
        (slot, spec): (String, JobSpec),
        events: mpsc::Sender<JobEvent>,
    ) -> Result<Running, StartError> {
        let of = Use {
            slot,
            limits: spec.limits.clone(),
        };
        let task = Task {
            folder: spec.folder.clone(),
            max_runtime: spec.max_runtime,
            log: spec.limits.log,
        };
        let (number, worker) = match self.take(&of) {
            Ok(found) => found,
            Err(number) => (number, start(world, number, spec).await?),
        };
        let folder = world.folder(&format!("{PREFIX}{number}"));
        let workers = Arc::clone(self);
        let back = move |worker: Option<Worker>| workers.put(Back { number, of, folder }, worker);
        worker.begin(task, events, back).await
    }

    /// Keeps a worker for the next trial, or lets it go.
    fn put(self: &Arc<Self>, back: Back, worker: Option<Worker>) {
        let Back { number, of, folder } = back;
        let most = of
            .limits
            .memory
            .map_or(u64::MAX, |memory| memory.get() / KEPT);
        let fit = |worker: &Worker| worker.tasks() < TASKS && worker.resident().get() <= most;
        let mut state = self.lock();
        match worker {
            Some(worker) if !state.closed && fit(&worker) => {
                state.idle.push(Idle { number, of, worker });
                drop(state);
                let workers = Arc::clone(self);
                tokio::spawn(async move { workers.expire(number, folder).await });
            }
            worker => {
                drop(state);
                tokio::spawn(retire(worker, folder));
            }
        }
    }

    /// Lets a worker go that nobody took for a while. One that came back meanwhile waits anew, with a later call of this.
    async fn expire(&self, number: u64, folder: PathBuf) {
        let tasks = self.tasks_of(number);
        tokio::time::sleep(IDLE).await;
        if self.tasks_of(number) != tasks {
            return;
        }
        let place = {
            let mut state = self.lock();
            let place = state.idle.iter().position(|idle| idle.number == number);
            place.map(|place| state.idle.swap_remove(place))
        };
        if let Some(idle) = place {
            retire(Some(idle.worker), folder).await;
        }
    }

    fn tasks_of(&self, number: u64) -> Option<u64> {
        let state = self.lock();
        let found = state.idle.iter().find(|idle| idle.number == number);
        found.map(|idle| idle.worker.tasks())
    }

    /// Ends every worker that waits, and keeps none any more.
    pub(super) async fn end(&self, world: &World) {
        let idle = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.idle)
        };
        for idle in idle {
            let folder = world.folder(&format!("{PREFIX}{}", idle.number));
            retire(Some(idle.worker), folder).await;
        }
    }
}

/// A worker that comes back: which one it is, what for, and where it lives.
struct Back {
    number: u64,
    of: Use,
    folder: PathBuf,
}

async fn start(world: &World, number: u64, trial: JobSpec) -> Result<Worker, StartError> {
    let folder = world.folder(&format!("{PREFIX}{number}"));
    let tree = folder.join("ml");
    let made = fs::create_dir_all(&tree);
    made.map_err(|source| StartError::Folder { path: tree, source })?;
    let trials = trial.folder.clone();
    let mut spec = JobSpec {
        id: format!("{PREFIX}{number}"),
        folder,
        ..trial
    };
    spec.argv.push("--worker".into());
    spec.env.retain(|(name, _)| {
        let name = name.to_string_lossy();
        !OF_A_TRIAL
            .iter()
            .any(|one| name == *one || (one.ends_with('_') && name.starts_with(one)))
    });
    // Where a tree is not at the same place for everyone, paths lead to the worker's own.
    let root = |folder: &Path| world.root(folder).display().to_string();
    let (theirs, own) = (root(&trials), root(&spec.folder));
    for (_, value) in &mut spec.env {
        if let Some(text) = value.to_str().filter(|text| text.contains(&theirs)) {
            *value = text.replace(&theirs, &own).into();
        }
    }
    world.runner.start_worker(spec).await
}

async fn retire(worker: Option<Worker>, folder: PathBuf) {
    if let Some(worker) = worker {
        worker.end().await;
    }
    let shown = folder.display().to_string();
    let removed = tokio::task::spawn_blocking(move || fs::remove_dir_all(folder));
    if let Ok(Err(error)) = removed.await {
        tracing::warn!(%error, folder = shown, "the folder of a worker cannot be removed");
    }
}
