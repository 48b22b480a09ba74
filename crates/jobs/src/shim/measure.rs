//! What the tree of a job uses, read from `/proc`.

use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};

use crate::proc::{self, Traffic};
use crate::tree;
use crate::wire::Measured;

/// Measures everything below the init process.
///
/// CPU time and traffic of processes that have ended are with whoever has waited for them, in the end with init. What
/// ended unseen by its parent (a parent that ignores `SIGCHLD`) is in no sum but the control group's.
pub(super) fn measure(init: i32, at: Duration) -> Measured {
    let mut ticks = proc::stat(init).map_or(0, |stat| stat.children_ticks);
    let mut traffic = proc::traffic(init).unwrap_or_default();
    let (mut pages, mut threads) = (0, 0);
    for pid in tree::descendants(init) {
        let Some(stat) = proc::stat(pid) else {
            continue;
        };
        ticks += stat.own_ticks + stat.children_ticks;
        if !stat.zombie {
            pages += stat.pages;
            threads += stat.threads;
        }
        traffic += proc::traffic(pid).unwrap_or_default();
    }
    let Traffic { read, written } = traffic;
    let memory = pages * page_size() as u64;
    Measured {
        at,
        cpu: from_ticks(ticks),
        memory,
        read,
        written,
        threads,
    }
}

fn from_ticks(ticks: u64) -> Duration {
    let second = clock_ticks_per_second().max(1);
    Duration::from_secs(ticks / second)
        + Duration::from_nanos(ticks % second * (1_000_000_000 / second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_parts_of_a_second() {
        let second = clock_ticks_per_second();
        assert_eq!(from_ticks(0), Duration::ZERO);
        assert_eq!(from_ticks(second * 3), Duration::from_secs(3));
        assert_eq!(from_ticks(second / 2), Duration::from_millis(500));
    }

    #[test]
    fn a_child_is_measured_and_the_root_is_not() {
        let mut child = std::process::Command::new("/bin/sh")
            .args(["-c", "echo; read _"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let measured = measure(child.id().cast_signed(), Duration::from_secs(1));
        assert_eq!((measured.threads, measured.memory), (0, 0));
        // A program that is just being loaded has no memory yet: it is measured when it has said something.
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0]).unwrap();
        let own = measure(std::process::id().cast_signed(), Duration::from_secs(1));
        assert!(own.threads >= 1 && own.memory > 0, "{own:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
