//! What a job sees of the machine, and that it is what the isolation claims.

use std::fs;
use std::path::Path;

use jobs::{Containment, Enforcement, ExitReason, Isolation, Limits};
use units::Bytes;

use crate::harness::{Case, extremes, finish, run, runners, start};

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[tokio::test]
async fn the_environment_is_the_one_that_was_given() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.job(vec!["/usr/bin/env".into()]);
        spec.env = vec![("B".into(), "2".into()), ("A".into(), "\u{e4} 1".into())];
        let run = run(&runner, spec).await;
        let mut lines = run.lines();
        lines.sort_unstable();
        assert_eq!(lines, ["A=\u{e4} 1", "B=2"], "{name}");
    }
}

#[tokio::test]
async fn arguments_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let odd = std::ffi::OsStr::from_bytes(b"\xff \n\"");
    let argv = ["/bin/sh", "-c", "printf %s \"$1\" > odd", "sh"].map(Into::into);
    let run = run(
        &runner,
        case.job(argv.into_iter().chain([odd.into()]).collect()),
    )
    .await;
    assert_eq!(run.exit.reason, ExitReason::Code(0));
    assert_eq!(
        fs::read(case.path().join("ml/odd")).unwrap(),
        odd.as_bytes()
    );
}

#[tokio::test]
async fn a_job_has_three_open_files_and_no_input() {
    // This one is open, and left open for whatever is started.
    let file = fs::File::open("/dev/null").unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    for (name, runner) in extremes() {
        let case = Case::new();
        let run = run(
            &runner,
            case.shell("cd /proc/self/fd; echo *; cat; echo $?"),
        )
        .await;
        // The shell has one more open while it lists them.
        let files: Vec<&str> = run.lines()[0].split(' ').take(3).collect();
        assert_eq!(files, ["0", "1", "2"], "{name}");
        assert!(
            run.lines()[0].split(' ').count() <= 4,
            "{name}: {:?}",
            run.lines()
        );
        assert_eq!(run.lines()[1], "0", "{name}");
    }
}

#[tokio::test]
async fn privileges_cannot_be_gained_and_no_terminal_is_there() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let script = "grep NoNewPrivs /proc/self/status; (: < /dev/tty) 2>/dev/null || echo no terminal; id -u";
        let run = run(&runner, case.shell(script)).await;
        let user = rustix::process::geteuid().as_raw().to_string();
        assert_eq!(
            run.lines(),
            ["NoNewPrivs:\t1", "no terminal", &user],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_pid_namespace_is_one() {
    let [(_, best), (_, bare)] = extremes();
    let case = Case::new();
    let started = start(
        &best,
        case.shell("echo $$; readlink /proc/self/ns/pid; ls -d /proc/[0-9]*; sleep 0.1"),
    )
    .await;
    let claimed = started.job.isolation().clone();
    let run = finish(started.job, started.events).await;
    let ours = fs::read_link("/proc/self/ns/pid").unwrap();
    let theirs = Path::new(run.lines()[1]);
    match claimed.containment {
        Containment::PidNamespace => {
            assert_ne!(theirs, ours);
            assert_eq!(run.lines()[0], "2", "the program comes after init");
            // Init, the shell and `ls`, by their numbers inside.
            assert!(run.lines()[2..].contains(&"/proc/1"), "{:?}", run.lines());
            assert!(run.lines().len() <= 2 + 4, "{:?}", run.lines());
        }
        Containment::Subreaper => {
            assert_eq!(theirs, ours);
            assert!(!claimed.notes.is_empty(), "a reason is given");
        }
    }
    let case = Case::new();
    let started = start(&bare, case.shell("readlink /proc/self/ns/pid; sleep 0.1")).await;
    assert_eq!(started.job.isolation().containment, Containment::Subreaper);
    assert!(!started.job.isolation().private_tree && !started.job.isolation().user_namespace);
    assert_eq!(
        started.job.isolation().notes[0],
        "namespaces are not wanted"
    );
    let run = finish(started.job, started.events).await;
    assert_eq!(Path::new(run.lines()[0]), ours);
}

#[tokio::test]
async fn concurrent_jobs_see_their_own_trees() {
    let existed = Path::new("/opt/ml").exists();
    for (name, runner) in extremes() {
        let cases: Vec<Case> = (0..3).map(|_| Case::new()).collect();
        let mut jobs = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            fs::write(case.path().join("ml/number"), number.to_string()).unwrap();
            let mut spec = case.shell(
                "cat \"$BASE/number\"; echo; sleep 0.05; echo $$ > \"$BASE/own\"; pwd; ls \"$BASE\"",
            );
            let isolation = runner.probe(&case.path(), &spec.limits).await.unwrap();
            let base = isolation.base(&case.path());
            assert_eq!(
                base == Path::new("/opt/ml"),
                isolation.private_tree,
                "{name}"
            );
            spec.env.push(("BASE".into(), base.clone().into()));
            jobs.push((base, start(&runner, spec).await));
        }
        for (number, (base, started)) in jobs.into_iter().enumerate() {
            assert_eq!(
                started.job.isolation().private_tree,
                base == Path::new("/opt/ml")
            );
            let run = finish(started.job, started.events).await;
            let number = number.to_string();
            let base = base.to_str().unwrap();
            assert_eq!(run.lines(), [&number, base, "number", "own"], "{name}");
        }
        assert!(
            cases.iter().all(|case| case.path().join("ml/own").exists()),
            "{name}"
        );
    }
    assert_eq!(
        Path::new("/opt/ml").exists(),
        existed,
        "the machine is as it was"
    );
}

#[tokio::test]
async fn the_rest_of_opt_is_as_it_was() {
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let run = run(
        &runner,
        case.shell("ls -A /opt; ls -A /opt/* > /dev/null; echo $?"),
    )
    .await;
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let mut expected = names("/opt");
    let lines = run.lines();
    let (status, seen) = lines.split_last().unwrap();
    let isolation = runner
        .probe(&case.path(), &Limits::default())
        .await
        .unwrap();
    if isolation.private_tree && !expected.contains(&"ml".to_owned()) {
        expected.push("ml".to_owned());
    }
    expected.sort();
    let mut seen = seen.to_vec();
    seen.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(*status, "0");
}

#[tokio::test]
async fn a_probe_tells_what_a_job_gets() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.shell("sleep 0.05");
        spec.limits.memory = Some(Bytes::new(256 << 20));
        spec.limits.processes = Some(20);
        let probed = runner.probe(&case.path(), &spec.limits).await.unwrap();
        let started = start(&runner, spec).await;
        assert_eq!(*started.job.isolation(), probed, "{name}");
        finish(started.job, started.events).await;
        assert_consistent(name, &probed);
    }
}

/// What the isolation says has to fit together.
fn assert_consistent(name: &str, isolation: &Isolation) {
    let Isolation {
        containment,
        user_namespace,
        private_tree,
        memory,
        processes,
        notes,
    } = isolation;
    if name == "nothing" {
        assert!(!private_tree && !user_namespace && *containment == Containment::Subreaper);
    }
    if name != "best" {
        assert_eq!(*memory, Enforcement::Watched, "{name}");
        assert_ne!(*processes, Enforcement::Cgroup, "{name}");
    }
    assert_ne!(*memory, Enforcement::Unlimited);
    assert_ne!(*processes, Enforcement::Unlimited);
    if *processes == Enforcement::Rlimit {
        assert!(*user_namespace && !is_root());
    }
    if !private_tree || *containment == Containment::Subreaper {
        assert!(!notes.is_empty(), "{name}: a reason is given");
    }
    let words = isolation.to_string();
    assert!(
        notes.iter().all(|note| words.contains(note.as_str())),
        "{words}"
    );
}
