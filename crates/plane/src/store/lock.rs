//! Who owns a state folder: an OS file lock held for the life of the owner, and `plane.json` that says where it listens.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// What an owner writes once it listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Process id.
    pub pid: u32,
    /// Milliseconds since the epoch.
    pub started: i64,
    /// Where it listens, such as `http://127.0.0.1:4566`; absent until it does.
    pub url: Option<String>,
    /// Version of the program.
    pub version: String,
}

/// The lock on a state folder; dropped, it is free again.
#[derive(Debug)]
pub struct StateLock {
    folder: PathBuf,
    file: File,
}

impl StateLock {
    /// Takes the lock or names the holder.
    pub fn acquire(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(|source| StoreError::file(folder, source))?;
        let path = folder.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| StoreError::file(&path, source))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                // What a killed owner left would send clients to an address where nobody listens.
                let _ = fs::remove_file(folder.join("plane.json"));
                Ok(Self {
                    folder: folder.to_owned(),
                    file,
                })
            }
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::Held {
                path: folder.to_owned(),
                pid: Self::owner(folder).map_or(0, |owner| owner.pid),
            }),
            Err(error) => Err(StoreError::file(path, error.into())),
        }
    }

    /// Publishes where the owner listens.
    pub fn publish(&self, owner: &Owner) -> Result<(), StoreError> {
        let path = self.folder.join("plane.json");
        let pending = self.folder.join("plane.json.pending");
        let text = serde_json::to_string_pretty(owner).expect("an owner always prints");
        fs::write(&pending, text).map_err(|source| StoreError::file(&pending, source))?;
        fs::rename(&pending, &path).map_err(|source| StoreError::file(&path, source))
    }

    /// What the last owner published; it may be gone.
    pub fn owner(folder: &Path) -> Option<Owner> {
        let text = fs::read(folder.join("plane.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// What the owner published, if it still lives: a killed one leaves its page, and its process id may be another's.
    pub fn live_owner(folder: &Path) -> Option<Owner> {
        Self::owner(folder).filter(|owner| has_open(owner.pid, &folder.join("lock")))
    }
}

/// Whether a process has a file open.
fn has_open(pid: u32, path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else {
        return false;
    };
    let files = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    files
        .map(|file| file.path())
        .any(|file| fs::read_link(file).is_ok_and(|target| target == path))
}

impl Drop for StateLock {
    fn drop(&mut self) {
        // A stale file would only name a process that is gone.
        let _ = fs::remove_file(self.folder.join("plane.json"));
        // Closing alone is not enough: a child that is just being started holds the file until it executes its program.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_that_has_the_lock_open_is_a_live_owner() {
        let folder = tempfile::tempdir().unwrap();
        let owner = |pid| Owner {
            pid,
            started: 1,
            url: Some("http://127.0.0.1:1".to_owned()),
            version: "1.0.0".to_owned(),
        };
        let lock = StateLock::acquire(folder.path()).unwrap();
        lock.publish(&owner(std::process::id())).unwrap();
        let live = StateLock::live_owner(folder.path());
        assert_eq!(live, Some(owner(std::process::id())));
        // Process 1 lives, but has nothing to do with this state.
        lock.publish(&owner(1)).unwrap();
        assert_eq!(StateLock::live_owner(folder.path()), None);
        assert_eq!(StateLock::owner(folder.path()), Some(owner(1)));
    }

    #[test]
    fn a_new_owner_removes_the_page_of_a_killed_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plane.json"), "{}").unwrap();
        let _lock = StateLock::acquire(folder.path()).unwrap();
        assert!(!folder.path().join("plane.json").exists());
    }
}
