//! Shim, init process and runner are killed without warning; the job ends all the same.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jobs::ExitReason;
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Case, FIXTURE, exists, extremes, finish, next_line, parent, run, start};

/// A tree with everything that makes ending hard.
const STUBBORN: &str = "trap '' TERM; sleep 600 & (trap '' TERM; sleep 600 & kill -STOP $!; wait) & \
                        \"$FIXTURE\" daemon; echo up; while :; do sleep 0.01; done";

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

fn stubborn(case: &Case) -> jobs::JobSpec {
    let mut spec = case.shell(STUBBORN);
    spec.env.push(("FIXTURE".into(), FIXTURE.into()));
    spec
}

async fn start_stubborn(runner: &jobs::Runner, case: &Case) -> crate::harness::Started {
    let mut started = start(runner, stubborn(case)).await;
    while next_line(&mut started.events).await != "up" {}
    assert!(case.survivors().len() >= 4, "{:?}", case.survivors());
    started
}

#[tokio::test]
async fn a_shim_that_is_killed_takes_the_tree_with_it() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let started = start_stubborn(&runner, &case).await;
        kill(started.shim);
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Lost, "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
        assert!(!exists(started.shim), "{name}");
    }
}

#[tokio::test]
async fn an_init_process_that_is_killed_takes_the_tree_with_it() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let started = start_stubborn(&runner, &case).await;
        kill(started.init);
        let run = finish(started.job, started.events).await;
        assert_eq!(run.exit.reason, ExitReason::Signal(9), "{name}");
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_program_that_kills_all_it_can_ends_nobody_else() {
    for (name, runner) in extremes() {
        let case = Case::new();
        // Its own process group: neither shim, nor init, nor this test.
        let run = run(&runner, case.shell("kill -KILL 0")).await;
        assert_eq!(run.exit.reason, ExitReason::Signal(9), "{name}");
    }
}

/// A runner in a process of its own.
fn runner_process(case: &Case, namespaces: bool) -> (Child, i32) {
    let mut child = Command::new(FIXTURE)
        .args(["runner", if namespaces { "namespaces" } else { "bare" }])
        .arg(case.path())
        .args(["/bin/sh", "-c", STUBBORN])
        .env("JOB_MARK", case.mark())
        .env("FIXTURE", FIXTURE)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, line.trim().parse().unwrap())
}

fn wait_until_up(case: &Case) {
    let deadline = Instant::now() + Duration::from_secs(5);
    let log = case.path().join("log");
    while !std::fs::read_to_string(&log)
        .unwrap_or_default()
        .contains("up\n")
    {
        assert!(Instant::now() < deadline, "the job does not come up");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_runner_that_is_killed_takes_its_jobs_with_it() {
    for namespaces in [true, false] {
        let case = Case::new();
        let (mut child, program) = runner_process(&case, namespaces);
        wait_until_up(&case);
        let init = parent(program).unwrap();
        let shim = parent(init).unwrap();
        // The runner itself carries the mark as well.
        assert!(case.survivors().len() >= 5, "{:?}", case.survivors());
        child.kill().unwrap();
        child.wait().unwrap();
        case.assert_dies_out("runner killed");
        let deadline = Instant::now() + Duration::from_secs(5);
        while [shim, init, program].into_iter().any(lives) {
            assert!(Instant::now() < deadline, "shim or init survive");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn runner_and_shim_killed_at_once_leave_nothing_behind() {
    for namespaces in [true, false] {
        let case = Case::new();
        let (mut child, program) = runner_process(&case, namespaces);
        wait_until_up(&case);
        let shim = parent(parent(program).unwrap()).unwrap();
        child.kill().unwrap();
        kill(shim);
        child.wait().unwrap();
        case.assert_dies_out("runner and shim killed");
    }
}

/// Whether a process is there and is more than a zombie that the machine's first process has not taken yet.
fn lives(pid: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .any(|line| line.starts_with("State:") && !line.contains('Z'))
}
