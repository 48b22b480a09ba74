//! What a job used is what it did.

use std::time::Duration;

use jobs::{JobEvent, Sample};

use crate::harness::{Case, FIXTURE, extremes, finish, next_line, run, runners, start};

#[tokio::test]
async fn cpu_time_of_the_whole_tree_is_counted() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.shell("\"$FIXTURE\" burn 150 & (\"$FIXTURE\" burn 150); wait");
        spec.env.push(("FIXTURE".into(), FIXTURE.into()));
        let usage = run(&runner, spec).await.exit.usage;
        let cpu = usage.cpu_user + usage.cpu_system;
        assert!(cpu >= Duration::from_millis(300), "{name}: {usage:?}");
        assert!(cpu < Duration::from_millis(400), "{name}: {usage:?}");
    }
}

#[tokio::test]
async fn cpu_time_of_a_job_that_is_killed_is_counted() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut started = start(&runner, case.fixture(&["burn-and-wait", "100"])).await;
        assert_eq!(next_line(&mut started.events).await, "burnt");
        started.job.kill();
        let usage = finish(started.job, started.events).await.exit.usage;
        let cpu = usage.cpu_user + usage.cpu_system;
        assert!(cpu >= Duration::from_millis(100), "{name}: {usage:?}");
        assert!(cpu < Duration::from_millis(150), "{name}: {usage:?}");
        assert!(
            usage.wall >= Duration::from_millis(100),
            "{name}: {usage:?}"
        );
    }
}

#[tokio::test]
async fn bytes_are_counted_to_the_end() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let script =
            "head -c 3000000 /dev/zero > a; (cat a > b) & wait; head -c 1000000 a > /dev/null";
        let usage = run(&runner, case.shell(script)).await.exit.usage;
        let (read, written) = (usage.read.get(), usage.written.get());
        // `head` reads what it writes; the shell and the loader read a little.
        assert!((7_000_000..7_500_000).contains(&read), "{name}: {read}");
        assert!(
            (7_000_000..7_100_000).contains(&written),
            "{name}: {written}"
        );
    }
}

#[tokio::test]
async fn samples_are_dense_at_first_and_only_grow() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let run = run(&runner, case.shell("exec sleep 0.9")).await;
        let samples: Vec<Sample> = run
            .events
            .iter()
            .filter_map(|event| match event {
                JobEvent::Sample(sample) => Some(*sample),
                JobEvent::Line { .. } => None,
            })
            .collect();
        assert!((3..=5).contains(&samples.len()), "{name}: {samples:?}");
        assert!(
            samples[0].at < Duration::from_millis(200),
            "{name}: {:?}",
            samples[0]
        );
        for pair in samples.windows(2) {
            assert!(
                pair[0].at < pair[1].at && pair[0].cpu <= pair[1].cpu,
                "{name}: {pair:?}"
            );
            assert!(pair[0].read <= pair[1].read, "{name}: {pair:?}");
        }
        let last = samples.last().unwrap();
        assert_eq!(last.threads, 1, "{name}");
        assert!(last.memory.get() > 100_000, "{name}: {last:?}");
        assert!(
            last.cpu <= run.exit.usage.wall + Duration::from_millis(20),
            "{name}: {last:?}"
        );
    }
}
