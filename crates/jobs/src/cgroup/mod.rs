//! Control groups of a job, where the machine lets us make some.
//!
//! Often it does not: the groups belong to systemd, or a container sees them read-only. Everything here is therefore an
//! attempt, and what did not succeed is kept in another way by the shim. Groups are made below the runner's own one, or
//! beside it (version 2 forbids limits below a group that has processes of its own).

mod mounts;
mod v1;
mod v2;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// What is to be limited.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    pub memory: Option<u64>,
    pub processes: Option<u64>,
}

/// CPU time of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CpuTime {
    pub user: Duration,
    pub system: Duration,
}

/// The groups of one job. They are removed when this is dropped, at which time no process may be left in them. A copy
/// that a fork has made removes nothing.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    folders: Vec<Folder>,
    owner: u32,
}

/// One group: a folder with what it can do.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    version: Version,
    memory: bool,
    processes: bool,
    cpu: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Groups {
    /// Makes the groups that are wanted and possible.
    pub(crate) fn make(name: &str, wanted: Wanted) -> Self {
        let mut groups = Self {
            folders: Vec::new(),
            owner: std::process::id(),
        };
        if wanted.memory.is_none() && wanted.processes.is_none() {
            return groups;
        }
        let Some(mounts) = mounts::read() else {
            return groups;
        };
        groups.folders.extend(v2::make(&mounts, name, wanted));
        let missing = Wanted {
            memory: wanted.memory.filter(|_| !groups.limits_memory()),
            processes: wanted.processes.filter(|_| !groups.limits_processes()),
        };
        let cpu = !groups.folders.iter().any(|folder| folder.cpu);
        groups.folders.extend(v1::make(&mounts, name, missing, cpu));
        groups
    }

    pub(crate) fn limits_memory(&self) -> bool {
        self.folders.iter().any(|folder| folder.memory)
    }

    pub(crate) fn limits_processes(&self) -> bool {
        self.folders.iter().any(|folder| folder.processes)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|folder| folder.path.as_path())
    }

    /// Moves a process into the groups. A group that does not take it is given up.
    pub(crate) fn add(&mut self, pid: i32) {
        self.folders.retain(|folder| {
            let taken = fs::write(folder.path.join("cgroup.procs"), pid.to_string()).is_ok();
            if !taken {
                remove(std::slice::from_ref(&folder.path));
            }
            taken
        });
    }

    /// Whether the kernel has killed a process of the job for its memory.
    pub(crate) fn out_of_memory(&self) -> bool {
        self.folders
            .iter()
            .filter(|folder| folder.memory)
            .any(|folder| {
                let file = match folder.version {
                    Version::One => "memory.oom_control",
                    Version::Two => "memory.events",
                };
                value(&folder.path.join(file), "oom_kill").is_some_and(|kills| kills > 0)
            })
    }

    /// CPU time of everything that ever ran in the job's group, waited for or not.
    pub(crate) fn cpu(&self) -> Option<CpuTime> {
        let folder = self.folders.iter().find(|folder| folder.cpu)?;
        match folder.version {
            Version::One => v1::cpu(&folder.path),
            Version::Two => v2::cpu(&folder.path),
        }
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        if self.owner == std::process::id() {
            let paths: Vec<PathBuf> = self.paths().map(Path::to_path_buf).collect();
            remove(&paths);
        }
    }
}

/// Removes groups. The kernel may still be busy with the last process of one; that takes a moment at most. Blocks.
#[expect(
    clippy::disallowed_methods,
    reason = "no event tells that a group may be removed"
)]
pub(crate) fn remove(paths: &[PathBuf]) {
    for path in paths {
        for _ in 0..100 {
            match fs::remove_dir(path) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                    thread::sleep(Duration::from_millis(1));
                }
                _ => break,
            }
        }
    }
}

/// The number behind a name in a file of lines `name number`.
fn value(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| {
        line.strip_prefix(name)?
            .strip_prefix(' ')?
            .trim()
            .parse()
            .ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_whole_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("memory.events");
        fs::write(&file, "low 0\noom 7\noom_kill 3\noom_group_kill 1\n").unwrap();
        assert_eq!(value(&file, "oom_kill"), Some(3));
        assert_eq!(value(&file, "oom"), Some(7));
        assert_eq!(value(&file, "high"), None);
        assert_eq!(value(&folder.path().join("none"), "oom"), None);
    }

    #[test]
    fn nothing_wanted_makes_nothing() {
        assert_eq!(
            Groups::make("plimsoll-test-nothing", Wanted::default())
                .paths()
                .count(),
            0
        );
    }

    #[test]
    fn groups_that_could_be_made_are_gone_afterwards() {
        let wanted = Wanted {
            memory: Some(64 << 20),
            processes: Some(10),
        };
        let name = format!("plimsoll-test-{}", std::process::id());
        let groups = Groups::make(&name, wanted);
        let paths: Vec<PathBuf> = groups.paths().map(Path::to_path_buf).collect();
        assert!(paths.iter().all(|path| path.is_dir()));
        assert_eq!(
            groups.limits_memory() || groups.limits_processes(),
            !paths.is_empty()
        );
        assert!(!groups.out_of_memory());
        drop(groups);
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
