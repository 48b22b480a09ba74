//! Version 1: one hierarchy for each controller.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::mounts::Mounts;
use super::{CpuTime, Folder, Version, Wanted};

/// Makes a group below the runner's own one for each limit, and one that accounts for CPU time if `cpu` is asked.
pub(super) fn make(mounts: &Mounts, name: &str, wanted: Wanted, cpu: bool) -> Vec<Folder> {
    let mut folders = Vec::new();
    if let Some(limit) = wanted.memory
        && let Some(folder) = child(mounts, "memory", name)
    {
        let memory =
            fs::write(folder.path.join("memory.limit_in_bytes"), limit.to_string()).is_ok();
        // Where swap is accounted for, the limit is on both; elsewhere the file does not exist.
        let _ = fs::write(
            folder.path.join("memory.memsw.limit_in_bytes"),
            limit.to_string(),
        );
        keep(Folder { memory, ..folder }, memory, &mut folders);
    }
    if let Some(limit) = wanted.processes
        && let Some(folder) = child(mounts, "pids", name)
    {
        // One more, for the init process.
        let limit = limit.saturating_add(1).to_string();
        let processes = fs::write(folder.path.join("pids.max"), limit).is_ok();
        keep(
            Folder {
                processes,
                ..folder
            },
            processes,
            &mut folders,
        );
    }
    if cpu && let Some(folder) = child(mounts, "cpuacct", name) {
        folders.push(Folder {
            cpu: true,
            ..folder
        });
    }
    folders
}

/// Keeps a group that does what it is for, and removes one that does not.
fn keep(folder: Folder, useful: bool, folders: &mut Vec<Folder>) {
    if useful {
        folders.push(folder);
    } else {
        super::remove(&[folder.path]);
    }
}

fn child(mounts: &Mounts, controller: &str, name: &str) -> Option<Folder> {
    let (_, own) = mounts.controllers.iter().find(|(at, _)| at == controller)?;
    let path = own.path.join(name);
    fs::create_dir(&path).ok()?;
    Some(Folder {
        path,
        version: Version::One,
        memory: false,
        processes: false,
        cpu: false,
    })
}

/// CPU time of a group.
pub(super) fn cpu(path: &Path) -> Option<CpuTime> {
    let nanos = |file: &str| -> Option<Duration> {
        let text = fs::read_to_string(path.join(file)).ok()?;
        text.trim().parse().ok().map(Duration::from_nanos)
    };
    Some(CpuTime {
        user: nanos("cpuacct.usage_user")?,
        system: nanos("cpuacct.usage_sys")?,
    })
}
