//! Checkpoints: a folder of a job that lies in the object store too. It is restored from there before the job starts, and
//! what the job writes and deletes there follows while it runs, so that a job that is cut off loses little.
//!
//! A file is stored when it has looked the same twice: one that is being written is not cut in the middle. At the end of
//! the job everything is stored as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::executor::S3Uri;
use crate::executor::archive::Entry;
use crate::executor::objects::{self, Stored};
use crate::executor::world::World;
use crate::services::s3::object;

use super::outputs;

/// Between two looks at the folder.
const PAUSE: Duration = Duration::from_secs(1);

/// A folder that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoints {
    /// Where it lies in the object store.
    pub(crate) uri: S3Uri,
    /// The folder, relative to the tree.
    pub(crate) folder: String,
}

/// How a file looks from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Follows the folder of a job that runs.
#[derive(Debug)]
pub(crate) struct Mirror {
    task: JoinHandle<Result<(), String>>,
    ends: oneshot::Sender<()>,
}

impl Mirror {
    /// Follows a folder of the given tree.
    pub(crate) fn start(world: &Arc<World>, kept: Checkpoints, tree: &Path) -> Self {
        let (ends, mut ended) = oneshot::channel();
        let mut state = State {
            world: Arc::clone(world),
            tree: tree.to_owned(),
            looked: BTreeMap::new(),
            stored: BTreeMap::new(),
            kept,
        };
        let task = tokio::spawn(async move {
            // What was restored is there already; a look at it before the job has changed it would be too late.
            loop {
                tokio::select! {
                    // Without its owner it ends as well.
                    _ = &mut ended => return state.follow(true).await,
                    () = tokio::time::sleep(PAUSE) => {
                        if let Err(reason) = state.follow(false).await {
                            // The next look, or the one at the end, tries again.
                            tracing::warn!(reason, "checkpoints were not stored");
                        }
                    }
                }
            }
        });
        Self { task, ends }
    }

    /// Stores what is left, when the job has ended.
    pub(crate) async fn finish(self) -> Result<(), String> {
        // A task that has ended needs no word.
        let _ = self.ends.send(());
        self.task
            .await
            .unwrap_or_else(|_| Err("the upload was interrupted".to_owned()))
    }
}

struct State {
    world: Arc<World>,
    tree: PathBuf,
    kept: Checkpoints,
    /// How each file looked last time.
    looked: BTreeMap<String, Look>,
    /// How each file looked when it was stored.
    stored: BTreeMap<String, Look>,
}

impl State {
    async fn follow(&mut self, last: bool) -> Result<(), String> {
        let (tree, folder) = (self.tree.clone(), self.kept.folder.clone());
        let found = blocking(move || look(&tree, &folder)).await?;
        let due: Vec<Entry> = found
            .iter()
            .filter(|(entry, look)| {
                let settled = last || self.looked.get(&entry.path) == Some(look);
                settled && self.stored.get(&entry.path) != Some(look)
            })
            .map(|(entry, _)| entry.clone())
            .collect();
        self.looked = found
            .into_iter()
            .map(|(entry, look)| (entry.path, look))
            .collect();
        let paths: Vec<String> = due.iter().map(|entry| entry.path.clone()).collect();
        let (blobs, uri) = (self.world.deps.blobs.clone(), self.kept.uri.clone());
        let contents = blocking(move || -> Result<Vec<Stored>, String> {
            due.iter()
                .map(|entry| outputs::store(&blobs, entry, uri.join(&entry.path)))
                .collect()
        })
        .await?;
        self.enter(contents).await?;
        for path in paths {
            if let Some(&look) = self.looked.get(&path) {
                self.stored.insert(path, look);
            }
        }
        self.stored.retain(|path, _| self.looked.contains_key(path));
        Ok(())
    }

    /// One transaction with what came and what went.
    async fn enter(&self, contents: Vec<Stored>) -> Result<(), String> {
        let there = objects::present(&self.world.deps.readers, &self.kept.uri)?;
        let gone: Vec<(String, String)> = there
            .into_iter()
            .filter(|selected| !self.looked.contains_key(&selected.path))
            .map(|selected| (selected.object.bucket, selected.object.key))
            .collect();
        if contents.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let entered = self.world.run(move |tx| {
            objects::put_all(tx, &contents)?;
            for (bucket, key) in &gone {
                object::delete(tx, bucket, key)?;
            }
            Ok(())
        });
        entered.await.map_err(|fault| fault.message)
    }
}

fn look(tree: &Path, folder: &str) -> Result<Vec<(Entry, Look)>, String> {
    let entries = outputs::entries(tree, folder)?;
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        // What vanishes between two looks is gone.
        let Ok(metadata) = entry.file.symlink_metadata() else {
            continue;
        };
        let look = Look {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        };
        found.push((entry, look));
    }
    Ok(found)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err("the upload was interrupted".to_owned()))
}
