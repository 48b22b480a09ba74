//! Version 2: one hierarchy, where a group has the controllers that its parent hands down.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mounts::Mounts;
use super::{CpuTime, Folder, Version, Wanted, value};

/// Makes a group below or beside the runner's own one, if it can limit something that is wanted.
pub(super) fn make(mounts: &Mounts, name: &str, wanted: Wanted) -> Option<Folder> {
    let own = mounts.unified.as_ref()?;
    let beside = own.path.parent().filter(|_| own.path != own.mount);
    std::iter::once(own.path.as_path())
        .chain(beside)
        .find_map(|parent| child(parent, name, wanted))
}

fn child(parent: &Path, name: &str, wanted: Wanted) -> Option<Folder> {
    let path = parent.join(name);
    fs::create_dir(&path).ok()?;
    let folder = limit(&path, wanted);
    if folder.is_none() {
        super::remove(&[path]);
    }
    folder
}

/// Sets the limits of a group as far as its controllers go; `None` when that is not far at all.
fn limit(path: &Path, wanted: Wanted) -> Option<Folder> {
    // A file that is there belongs to a controller that is there. The group is a folder of files that exist or do not:
    // writing must never make one.
    let set = |file: &str, value: String| {
        let file: PathBuf = path.join(file);
        file.exists() && fs::write(file, value).is_ok()
    };
    let memory = wanted
        .memory
        .is_some_and(|limit| set("memory.max", limit.to_string()));
    if memory {
        set("memory.swap.max", "0".to_owned());
        set("memory.oom.group", "1".to_owned());
    }
    // One more, for the init process.
    let processes = wanted
        .processes
        .is_some_and(|limit| set("pids.max", limit.saturating_add(1).to_string()));
    let cpu = path.join("cpu.stat").exists();
    let path = path.to_path_buf();
    (memory || processes).then_some(Folder {
        path,
        version: Version::Two,
        memory,
        processes,
        cpu,
    })
}

/// CPU time of a group.
pub(super) fn cpu(path: &Path) -> Option<CpuTime> {
    let file = path.join("cpu.stat");
    Some(CpuTime {
        user: Duration::from_micros(value(&file, "user_usec")?),
        system: Duration::from_micros(value(&file, "system_usec")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    const BOTH: Wanted = Wanted {
        memory: Some(1 << 20),
        processes: Some(5),
    };

    #[test]
    fn limits_are_set_where_the_controllers_are() {
        let group = group(&[
            ("memory.max", "max"),
            ("memory.swap.max", "max"),
            ("memory.oom.group", "0"),
            ("pids.max", "max"),
            ("cpu.stat", ""),
        ]);
        let folder = limit(group.path(), BOTH).unwrap();
        assert!(folder.memory && folder.processes && folder.cpu);
        let read = |name: &str| fs::read_to_string(group.path().join(name)).unwrap();
        assert_eq!(read("memory.max"), "1048576");
        assert_eq!(read("memory.swap.max"), "0");
        assert_eq!(read("memory.oom.group"), "1");
        assert_eq!(read("pids.max"), "6");
    }

    #[test]
    fn a_group_without_controllers_is_of_no_use_and_gets_no_files() {
        let group = group(&[("cpu.stat", "")]);
        assert!(limit(group.path(), BOTH).is_none());
        assert_eq!(fs::read_dir(group.path()).unwrap().count(), 1);
    }

    #[test]
    fn cpu_time_is_read_in_microseconds() {
        let group = group(&[("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\n")]);
        let expected = CpuTime {
            user: Duration::from_micros(10),
            system: Duration::from_micros(20),
        };
        assert_eq!(cpu(group.path()), Some(expected));
    }
}
