//! Every way to end leaves nothing behind.

use std::time::{Duration, Instant};

use jobs::ExitReason;

use crate::harness::{Case, Run, exists, extremes, finish, next_line, run, start};

/// What a shell said, without its own remarks on children that were ended.
fn said(run: &Run) -> Vec<&str> {
    run.lines()
        .into_iter()
        .filter(|line| *line != "Terminated")
        .collect()
}

#[tokio::test]
async fn codes_and_signals_are_told_apart() {
    for (name, runner) in extremes() {
        for (script, expected) in [
            ("exit 0", ExitReason::Code(0)),
            ("exit 3", ExitReason::Code(3)),
            ("exit 255", ExitReason::Code(255)),
            ("kill -TERM $$", ExitReason::Signal(15)),
            ("kill -KILL $$", ExitReason::Signal(9)),
            ("kill -SEGV $$", ExitReason::Signal(11)),
        ] {
            let case = Case::new();
            let run = run(&runner, case.shell(script)).await;
            assert_eq!(run.exit.reason, expected, "{name}: {script}");
        }
    }
}

#[tokio::test]
async fn children_in_the_background_end_with_the_program() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let run = run(
            &runner,
            case.shell("sleep 600 & sleep 600 & echo two; exit 4"),
        )
        .await;
        assert_eq!(run.exit.reason, ExitReason::Code(4), "{name}");
        assert_eq!(run.lines(), ["two"], "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_daemon_in_a_session_of_its_own_ends_with_the_program() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let run = run(&runner, case.fixture(&["daemon"])).await;
        assert_eq!(run.exit.reason, ExitReason::Code(0), "{name}");
        assert!(
            run.lines()[0].starts_with("daemon "),
            "{name}: {:?}",
            run.lines()
        );
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn shim_and_init_are_gone_when_waiting_is_over() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let started = start(&runner, case.shell("read _; sleep 0.05; true")).await;
        let (program, init, shim) = (started.job.pid(), started.init, started.shim);
        finish(started.job, started.events).await;
        for pid in [program, init, shim] {
            assert!(!exists(pid), "{name}: {pid} of {program}, {init}, {shim}");
        }
    }
}

#[tokio::test]
async fn stopping_asks_the_whole_tree_and_gives_it_time() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let script = "(trap 'echo child; exit' TERM; echo up; while :; do sleep 0.01; done) & \
                      trap 'wait; echo parent; exit 0' TERM; echo up; while :; do sleep 0.01; done";
        let mut started = start(&runner, case.shell(script)).await;
        for _ in 0..2 {
            assert_eq!(next_line(&mut started.events).await, "up", "{name}");
        }
        started.job.stop();
        started.job.stop();
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Stopped, "{name}");
        assert_eq!(said(&run), ["child", "parent"], "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn who_does_not_stop_is_killed_after_the_grace() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.shell("trap '' TERM; echo deaf; while :; do sleep 0.01; done");
        spec.stop_grace = Duration::from_millis(100);
        let mut started = start(&runner, spec).await;
        assert_eq!(next_line(&mut started.events).await, "deaf", "{name}");
        let before = Instant::now();
        started.job.stop();
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Stopped, "{name}");
        let took = before.elapsed();
        assert!(
            took >= Duration::from_millis(100) && took < Duration::from_secs(2),
            "{took:?}"
        );
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_tree_that_is_suspended_hears_the_stop() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.shell("trap 'exit 0' TERM; echo here; kill -STOP $$; sleep 600");
        spec.stop_grace = Duration::from_secs(30);
        let mut started = start(&runner, spec).await;
        assert_eq!(next_line(&mut started.events).await, "here", "{name}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        let before = Instant::now();
        started.job.stop();
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Stopped, "{name}");
        assert!(
            before.elapsed() < Duration::from_secs(5),
            "{name}: {:?}",
            before.elapsed()
        );
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn killing_does_not_wait() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let script =
            "trap '' TERM; sleep 600 & kill -STOP $!; echo here; while :; do sleep 0.01; done";
        let mut started = start(&runner, case.shell(script)).await;
        assert_eq!(next_line(&mut started.events).await, "here", "{name}");
        started.job.stop();
        started.job.stopper().kill();
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Stopped, "{name}");
        assert!(run.exit.usage.wall < Duration::from_secs(5), "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn the_maximum_runtime_ends_a_job() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.shell("trap 'echo late; exit 0' TERM; while :; do sleep 0.01; done");
        spec.max_runtime = Some(Duration::from_millis(150));
        let run = run(&runner, spec).await;
        assert_eq!(run.exit.reason, ExitReason::TimedOut, "{name}");
        assert_eq!(said(&run), ["late"], "{name}");
        let wall = run.exit.usage.wall;
        assert!(
            wall >= Duration::from_millis(150) && wall < Duration::from_secs(2),
            "{wall:?}"
        );
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_job_that_is_dropped_ends() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut started = start(&runner, case.shell("trap '' TERM; echo up; sleep 600")).await;
        assert_eq!(next_line(&mut started.events).await, "up", "{name}");
        drop(started.job);
        // The channel is closed when all is over.
        while started.events.recv().await.is_some() {}
        assert_eq!(case.survivors(), [0; 0], "{name}");
        assert!(!exists(started.shim), "{name}");
    }
}

#[tokio::test]
async fn a_stopper_of_a_job_that_is_over_does_nothing() {
    let case = Case::new();
    let [(_, runner), _] = extremes();
    let started = start(&runner, case.shell("sleep 0.05")).await;
    let stopper = started.job.stopper();
    let run = finish(started.job, started.events).await;
    stopper.stop();
    stopper.kill();
    assert_eq!(run.exit.reason, ExitReason::Code(0));
}
