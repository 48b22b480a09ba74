//! Where the control groups of this process are.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the calling process's own groups.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mounts {
    /// The group of the unified hierarchy, and where that hierarchy is mounted.
    pub unified: Option<Own>,
    /// The groups of version 1, by controller.
    pub controllers: Vec<(String, Own)>,
}

/// A group and the mount it is seen through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub path: PathBuf,
    pub mount: PathBuf,
}

/// Finds the groups of the calling process; `None` without `/proc`.
pub(super) fn read() -> Option<Mounts> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    Some(parse(&mounts, &groups))
}

fn parse(mountinfo: &str, groups: &str) -> Mounts {
    let mut found = Mounts::default();
    // A line of `groups` is `id:controllers:path`; version 2 has neither number nor controllers.
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
            continue;
        };
        if controllers.is_empty() {
            found.unified = own(mountinfo, "cgroup2", None, path);
            continue;
        }
        for controller in controllers.split(',') {
            if let Some(own) = own(mountinfo, "cgroup", Some(controller), path) {
                found.controllers.push((controller.to_owned(), own));
            }
        }
    }
    found
}

/// Where a group's path in a hierarchy is seen: the mount may show a part of the hierarchy only.
fn own(mountinfo: &str, kind: &str, controller: Option<&str>, group: &str) -> Option<Own> {
    mountinfo.lines().find_map(|line| {
        let (place, source) = line.split_once(" - ")?;
        let mut source = source.split(' ');
        let options = (source.next()? == kind).then(|| source.nth(1))??;
        if controller.is_some_and(|name| !options.split(',').any(|option| option == name)) {
            return None;
        }
        let mut place = place.split(' ').skip(3);
        let (root, mount) = (place.next()?, Path::new(place.next()?));
        let below = Path::new(group).strip_prefix(root).ok()?;
        // Joining an empty path would add a slash.
        let path = if below.as_os_str().is_empty() {
            mount.into()
        } else {
            mount.join(below)
        };
        Some(Own {
            path,
            mount: mount.to_path_buf(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIFIED: &str =
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
    const HYBRID: &str = "\
23 1 0:21 / /proc rw shared:5 - proc proc rw
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
36 31 0:33 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";

    fn own(path: &str, mount: &str) -> Own {
        Own {
            path: path.into(),
            mount: mount.into(),
        }
    }

    #[test]
    fn a_unified_hierarchy_is_found() {
        let mounts = parse(UNIFIED, "0::/user.slice/session-1.scope\n");
        let path = "/sys/fs/cgroup/user.slice/session-1.scope";
        assert_eq!(mounts.unified, Some(own(path, "/sys/fs/cgroup")));
        assert_eq!(mounts.controllers, []);
    }

    #[test]
    fn the_controllers_of_version_1_are_found_each_at_its_mount() {
        let mounts = parse(HYBRID, "9:memory:/box\n2:cpu,cpuacct:/\n8:pids:/\n0::/\n");
        let named = |name: &str, path: &str, mount: &str| (name.to_owned(), own(path, mount));
        assert_eq!(
            mounts.controllers,
            [
                named(
                    "memory",
                    "/sys/fs/cgroup/memory/box",
                    "/sys/fs/cgroup/memory"
                ),
                named(
                    "cpu",
                    "/sys/fs/cgroup/cpu,cpuacct",
                    "/sys/fs/cgroup/cpu,cpuacct"
                ),
                named(
                    "cpuacct",
                    "/sys/fs/cgroup/cpu,cpuacct",
                    "/sys/fs/cgroup/cpu,cpuacct"
                ),
            ]
        );
        let unified = "/sys/fs/cgroup/unified";
        assert_eq!(mounts.unified, Some(own(unified, unified)));
    }

    #[test]
    fn a_container_sees_a_part_of_the_hierarchy() {
        let mount = "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory";
        let mounts = parse(mount, "9:memory:/docker/abc\n");
        assert_eq!(
            mounts.controllers[0].1.path,
            Path::new("/sys/fs/cgroup/memory")
        );
        // A group outside of what is mounted cannot be reached.
        assert_eq!(parse(mount, "9:memory:/docker/xyz\n").controllers, []);
    }

    #[test]
    fn broken_lines_are_passed_over() {
        assert_eq!(parse("", ""), Mounts::default());
        assert_eq!(
            parse("nonsense\n1 2 3 - cgroup2\n", "0\n0::\n:::\n"),
            Mounts::default()
        );
    }

    #[test]
    fn this_machine_can_be_read() {
        let mounts = read().unwrap();
        for (name, own) in mounts.controllers {
            assert!(own.path.join("cgroup.procs").exists(), "{name}: {own:?}");
        }
    }
}
