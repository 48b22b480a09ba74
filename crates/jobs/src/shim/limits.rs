//! What a program inherits: CPUs, resource limits, and no way to gain privileges.

use std::io;

use rustix::process::{Resource, Rlimit, Uid, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity, set_no_new_privs};

use crate::level::Level;
use crate::wire::{Failure, Order, Stage};

/// The init process counts as well.
const INIT: u64 = 1;
/// Where the user's other processes count, a limit that leaves room for them keeps a tree that grows without end from
/// filling the machine before it is seen.
const STRANGERS: u64 = 8192;

/// Sets the limits of an order on the calling process and whatever it starts.
pub(super) fn apply(order: &Order, level: Level, user: Uid) -> Result<(), Failure> {
    affinity(&order.cpus).map_err(|error| refused("cpus", &error))?;
    // A core of a job that used much memory fills the disk, and nobody asked for it.
    limit(Resource::Core, 0).map_err(|error| refused("core files", &error))?;
    if let Some(files) = order.open_files {
        limit(Resource::Nofile, files).map_err(|error| refused("open files", &error))?;
    }
    if let Some(bytes) = order.disk {
        limit(Resource::Fsize, bytes).map_err(|error| refused("disk", &error))?;
    }
    if let Some(processes) = order.processes {
        let others = if kernel_counts_processes(level, user) {
            INIT
        } else {
            INIT + STRANGERS
        };
        let processes = processes.saturating_add(others);
        limit(Resource::Nproc, processes).map_err(|error| refused("processes", &error))?;
    }
    set_no_new_privs(true).map_err(|error| refused("privileges", &error.into()))
}

fn refused(limit: &str, error: &io::Error) -> Failure {
    let errno = error.raw_os_error().unwrap_or(libc::EINVAL);
    Failure {
        stage: Stage::Limit(limit.to_owned()),
        errno,
    }
}

/// Lowers a limit. A value above what is allowed anyway changes nothing.
fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let value = getrlimit(resource)
        .maximum
        .map_or(value, |allowed| allowed.min(value));
    Ok(setrlimit(
        resource,
        Rlimit {
            current: Some(value),
            maximum: Some(value),
        },
    )?)
}

/// Keeps this process on some CPUs. The kernel passes over those that do not exist, which here is an error.
fn affinity(cpus: &[usize]) -> io::Result<()> {
    if cpus.is_empty() {
        return Ok(());
    }
    let mut wanted = CpuSet::new();
    for &cpu in cpus {
        if cpu >= CpuSet::MAX_CPU {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        wanted.set(cpu);
    }
    sched_setaffinity(None, &wanted)?;
    if sched_getaffinity(None)? != wanted {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    Ok(())
}

/// Whether the resource limit on processes counts those of the job alone: in a user namespace, for anybody but root,
/// since Linux 5.14. Elsewhere it counts everything that the user runs, or nothing at all.
pub(super) fn kernel_counts_processes(level: Level, user: Uid) -> bool {
    level.user_namespace() && !user.is_root() && counts_by_namespace(&kernel_release())
}

fn kernel_release() -> String {
    rustix::system::uname()
        .release()
        .to_string_lossy()
        .into_owned()
}

fn counts_by_namespace(release: &str) -> bool {
    let mut numbers = release
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (5, 14),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_as_numbers() {
        for (release, expected) in [
            ("5.14.0-503.el9.x86_64", true),
            ("6.1", true),
            ("10.0.1", true),
            ("5.9.16", false),
            ("5.4.0-150-generic", false),
            ("4.18.0", false),
            ("6", false),
            ("", false),
            ("next", false),
        ] {
            assert_eq!(counts_by_namespace(release), expected, "{release}");
        }
    }

    #[test]
    fn cpus_that_do_not_exist_are_refused() {
        // Affinity is one of the thread: that of the test only.
        for cpu in [CpuSet::MAX_CPU - 1, CpuSet::MAX_CPU, usize::MAX] {
            let error = affinity(&[cpu]).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::EINVAL), "{cpu}");
        }
        affinity(&[]).unwrap();
    }

    #[test]
    fn affinity_is_what_was_asked() {
        let allowed = sched_getaffinity(None).unwrap();
        let first = (0..CpuSet::MAX_CPU)
            .find(|&cpu| allowed.is_set(cpu))
            .unwrap();
        affinity(&[first]).unwrap();
        let now = sched_getaffinity(None).unwrap();
        assert_eq!((now.count(), now.is_set(first)), (1, true));
        assert!(
            affinity(&[first, CpuSet::MAX_CPU - 1]).is_err(),
            "one of the two does not exist"
        );
    }

    #[test]
    fn only_a_user_in_a_namespace_is_counted_alone() {
        let (root, user) = (Uid::ROOT, Uid::from_raw(1000));
        let modern = counts_by_namespace(&kernel_release());
        for (level, who, expected) in [
            (Level::User, user, modern),
            (Level::UserMounts, user, modern),
            (Level::User, root, false),
            (Level::Privileged, root, false),
            (Level::Bare, user, false),
        ] {
            assert_eq!(
                kernel_counts_processes(level, who),
                expected,
                "{level} {who:?}"
            );
        }
    }
}
