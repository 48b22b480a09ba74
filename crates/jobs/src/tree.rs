//! The tree below a process: who belongs to it and how it is ended.
//!
//! The tree changes while it is walked. A walk is therefore a best effort; whoever needs certainty (the end of a job)
//! repeats it until the kernel says that there is no child left.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, getpgrp, kill_process, kill_process_group, pidfd_open,
};

use crate::kernel::{self, Wait};
use crate::proc::{self, Stat};

/// Every process below `root`, parents before children, without `root` itself.
pub(crate) fn descendants(root: i32) -> Vec<i32> {
    if proc::lists_children() {
        return walk(root, |pid| proc::listed_children(pid).unwrap_or_default());
    }
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for pid in proc::all() {
        if let Some(Stat { parent, .. }) = proc::stat(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    walk(root, |pid| children.get(&pid).cloned().unwrap_or_default())
}

fn walk(root: i32, children: impl Fn(i32) -> Vec<i32>) -> Vec<i32> {
    // A process that gets a new parent during the walk may be met twice.
    let mut met = BTreeSet::from([root]);
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        found.extend(
            children(found[next])
                .into_iter()
                .filter(|&child| met.insert(child)),
        );
        next += 1;
    }
    found.remove(0);
    found
}

/// Sends a signal to every process of a list. Those that have ended meanwhile are no concern.
pub(crate) fn signal(pids: &[i32], signal: Signal) {
    for pid in pids.iter().filter_map(|&pid| Pid::from_raw(pid)) {
        let _ = kill_process(pid, signal);
    }
}

/// Ends everything below the calling process and reaps it, until the kernel says that nothing is left. The caller has
/// to be a subreaper, so that orphans come to it.
///
/// A tree that forks as fast as it dies would win against a walk. Whole process groups are therefore killed first, in
/// which no process can fork meanwhile, and what is in groups of its own is stopped before any of it is killed.
pub(crate) fn end_all() {
    let own = std::process::id().cast_signed();
    loop {
        let left = descendants(own);
        for group in groups(&left).into_iter().filter_map(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        signal(&left, Signal::STOP);
        signal(&left, Signal::KILL);
        if let Some(&first) = left.first() {
            await_end(first, Duration::from_millis(10));
        }
        loop {
            match kernel::wait(Wait {
                pid: None,
                block: false,
            }) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

/// The process groups of some descendants, without the caller's own. All of them are inside of the tree: a group does
/// not go beyond its session, and the tree began with one of its own.
fn groups(pids: &[i32]) -> BTreeSet<i32> {
    let own = getpgrp().as_raw_pid();
    let groups = pids.iter().filter_map(|&pid| Some(proc::stat(pid)?.group));
    groups.filter(|&group| group != own).collect()
}

/// Waits until a process has ended, but not for long: a walk may have missed the one that matters.
fn await_end(pid: i32, at_most: Duration) {
    let Some(pid) = Pid::from_raw(pid) else {
        return;
    };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
        return;
    };
    let timeout = Timespec::try_from(at_most).ok();
    let _ = poll(&mut [PollFd::new(&handle, PollFlags::IN)], timeout.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_meets_everyone_once_and_parents_first() {
        let children = |pid| match pid {
            1 => vec![2, 3],
            2 => vec![4],
            // Two lists name 4, and one names the root: both happen when processes move during a walk.
            3 => vec![4, 5, 1],
            _ => vec![],
        };
        assert_eq!(walk(1, children), [2, 3, 4, 5]);
        assert_eq!(walk(9, children), [0; 0]);
    }

    #[test]
    fn a_child_and_its_child_are_found() {
        let mut child = std::process::Command::new("/bin/sh")
            .args(["-c", "sleep 100 & echo $!; read _"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(
            &mut std::io::BufReader::new(child.stdout.take().unwrap()),
            &mut line,
        )
        .unwrap();
        let grandchild: i32 = line.trim().parse().unwrap();
        let found = descendants(child.id().cast_signed());
        assert_eq!(found, [grandchild]);
        assert!(descendants(std::process::id().cast_signed()).contains(&grandchild));
        signal(&found, Signal::KILL);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
