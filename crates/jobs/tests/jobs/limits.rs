//! Limits hold, by the kernel where it helps and by watching elsewhere.

use std::time::Duration;

use jobs::{Enforcement, ExitReason};
use units::Bytes;

use crate::harness::{Case, extremes, finish, run, runners, start};

fn mib(count: u64) -> Bytes {
    Bytes::new(count << 20)
}

#[tokio::test]
async fn memory_beyond_the_limit_ends_the_job() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.fixture(&["allocate", "1000"]);
        spec.limits.memory = Some(mib(64));
        let run = run(&runner, spec).await;
        assert_eq!(run.exit.reason, ExitReason::OutOfMemory, "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn memory_of_the_whole_tree_counts() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec =
            case.shell("for i in 1 2 3 4; do \"$FIXTURE\" allocate 40 & done; wait; exit 1");
        spec.env
            .push(("FIXTURE".into(), crate::harness::FIXTURE.into()));
        spec.limits.memory = Some(mib(100));
        assert_eq!(
            run(&runner, spec).await.exit.reason,
            ExitReason::OutOfMemory,
            "{name}"
        );
    }
}

#[tokio::test]
async fn memory_within_the_limit_is_left_alone() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.fixture(&["allocate", "40"]);
        spec.limits.memory = Some(mib(256));
        let run = run(&runner, spec).await;
        assert_eq!(
            (run.exit.reason, run.lines()),
            (ExitReason::Code(0), vec!["allocated 40"]),
            "{name}"
        );
        let peak = run.exit.usage.peak.get() >> 20;
        assert!((40..80).contains(&peak), "{name}: {peak} MiB");
    }
}

#[tokio::test]
async fn a_fork_bomb_stays_small_and_ends() {
    for (name, runner) in runners() {
        let case = Case::new();
        // It would come to 511 processes.
        let mut spec = case.fixture(&["bomb", "8"]);
        spec.limits.processes = Some(30);
        spec.max_runtime = Some(Duration::from_millis(400));
        spec.stop_grace = Duration::from_millis(50);
        let started = start(&runner, spec).await;
        let kept_by = started.job.isolation().processes;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let size = case.survivors().len();
        let run = finish(started.job, started.events).await;
        if kept_by == Enforcement::Watched {
            assert_eq!(run.exit.reason, ExitReason::TooManyProcesses, "{name}");
        } else {
            assert_eq!(run.exit.reason, ExitReason::TimedOut, "{name}");
            assert!((20..=30).contains(&size), "{name}: {size}");
        }
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn threads_count_as_processes() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.fixture(&["threads", "50"]);
        spec.limits.processes = Some(10);
        let started = start(&runner, spec).await;
        let kept_by = started.job.isolation().processes;
        let run = finish(started.job, started.events).await;
        match kept_by {
            Enforcement::Watched => {
                assert_eq!(run.exit.reason, ExitReason::TooManyProcesses, "{name}");
            }
            // One of the ten is the program's own.
            _ => assert_eq!(run.lines(), ["threads 9"], "{name}"),
        }
    }
}

#[tokio::test]
async fn a_folder_that_grows_too_large_ends_the_job() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.fixture(&["fill", ".", "20"]);
        spec.limits.disk = Some(mib(10));
        let run = run(&runner, spec).await;
        assert_eq!(run.exit.reason, ExitReason::DiskFull, "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_file_that_grows_too_large_is_cut_off_at_once() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.shell("exec head -c 20000000 /dev/zero > file");
        spec.limits.disk = Some(mib(10));
        let run = run(&runner, spec).await;
        assert_eq!(run.exit.reason, ExitReason::DiskFull, "{name}");
        let size = std::fs::metadata(case.path().join("ml/file"))
            .unwrap()
            .len();
        assert!(size <= 10 << 20, "{name}: {size}");
    }
}

#[tokio::test]
async fn open_files_core_files_and_cpus_are_limited() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case
            .shell("ulimit -n; ulimit -Hn; ulimit -c; grep Cpus_allowed_list /proc/self/status");
        spec.limits.open_files = Some(77);
        let allowed = rustix::thread::sched_getaffinity(None).unwrap();
        let cpu = (0..1024).find(|&cpu| allowed.is_set(cpu)).unwrap();
        spec.limits.cpus = vec![cpu];
        let run = run(&runner, spec).await;
        let cpus = format!("Cpus_allowed_list:\t{cpu}");
        assert_eq!(run.lines(), ["77", "77", "0", &cpus], "{name}");
    }
}
