//! One process, many tasks: each of them is a job of its own to whoever began it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use jobs::{Exit, ExitReason, JobEvent, Runner, Running, Stream, Task, Worker};
use tokio::sync::{mpsc, oneshot};
use units::Bytes;

use crate::harness::{Case, exists, extremes, finish, next_line, runners};

/// A task that runs.
struct Begun {
    job: Running,
    events: mpsc::Receiver<JobEvent>,
    back: oneshot::Receiver<Option<Worker>>,
    folder: PathBuf,
}

/// What came of it.
struct Ended {
    exit: Exit,
    lines: Vec<(Stream, String)>,
    worker: Option<Worker>,
    /// What it left in its tree.
    answer: Option<String>,
    log: String,
}

async fn worker(runner: &Runner, case: &Case) -> Worker {
    runner
        .start_worker(case.fixture(&["worker"]))
        .await
        .unwrap()
}

async fn begin(case: &Case, worker: Worker, told: &str, max_runtime: Option<Duration>) -> Begun {
    let number = worker.tasks();
    let folder = case.path().join(format!("task-{number}"));
    fs::create_dir_all(folder.join("ml/deep")).unwrap();
    fs::write(folder.join("ml/task"), told).unwrap();
    let task = Task {
        folder: folder.clone(),
        max_runtime,
        log: Bytes::new(1 << 20),
    };
    let (sender, events) = mpsc::channel(64);
    let (give, back) = oneshot::channel();
    let job = worker.begin(task, sender, |worker| drop(give.send(worker)));
    Begun {
        job: job.await.unwrap(),
        events,
        back,
        folder,
    }
}

async fn end(begun: Begun) -> Ended {
    let run = finish(begun.job, begun.events).await;
    let lines = run.events.into_iter().filter_map(|event| match event {
        JobEvent::Line { stream, text, .. } => Some((stream, text)),
        JobEvent::Sample(_) => None,
    });
    let tree = begun.folder.join("ml");
    assert!(tree.join("deep").is_dir() && tree.join("task").is_file());
    Ended {
        exit: run.exit,
        lines: lines.collect(),
        worker: begun.back.await.unwrap(),
        answer: fs::read_to_string(tree.join("answer")).ok(),
        log: fs::read_to_string(begun.folder.join("log")).unwrap(),
    }
}

async fn perform(case: &Case, worker: Worker, told: &str) -> Ended {
    end(begin(case, worker, told, None).await).await
}

#[tokio::test]
async fn each_task_has_its_own_lines_log_tree_and_end() {
    for (name, runner) in runners() {
        let case = Case::new();
        let first = perform(&case, worker(&runner, &case).await, "complain aloud").await;
        assert_eq!(first.exit.reason, ExitReason::Code(0), "{name}");
        assert_eq!(first.answer.as_deref(), Some("aloud"), "{name}");
        assert_eq!(first.lines.len(), 2, "{name}: {:?}", first.lines);
        assert!(
            first.lines.contains(&(Stream::Stderr, "aloud".to_owned())),
            "{name}"
        );
        let second = perform(&case, first.worker.unwrap(), "fail 7").await;
        assert_eq!(second.exit.reason, ExitReason::Code(7), "{name}");
        let [(Stream::Stdout, line)] = &second.lines[..] else {
            panic!("{name}: {:?}", second.lines)
        };
        assert_eq!(second.log, format!("{line}\n"), "{name}");
        let pid = |lines: &[(Stream, String)]| {
            let mut texts = lines.iter().filter_map(|(_, text)| text.split_once(" in "));
            texts.next().unwrap().1.to_owned()
        };
        assert_eq!(pid(&first.lines), pid(&second.lines), "{name}: one process");
        let mut kept = second.worker.unwrap();
        assert!(kept.is_there() && kept.tasks() == 2 && kept.resident().get() > 0);
        kept.end().await;
        assert_eq!(case.survivors(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn each_task_is_charged_what_it_used() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let mut kept = worker(&runner, &case).await;
        for told in [
            ("burn 200", 200),
            ("burn 50", 50),
            ("allocate 64", 0),
            ("burn 50", 50),
        ] {
            let ended = perform(&case, kept, told.0).await;
            let usage = ended.exit.usage;
            let cpu = (usage.cpu_user + usage.cpu_system).as_millis();
            assert!(
                (told.1..told.1 + 60).contains(&cpu),
                "{name}, {told:?}: {usage:?}"
            );
            let large = usage.peak.get() >= 64 << 20;
            assert_eq!(large, told.1 == 0, "{name}, {told:?}: {usage:?}");
            kept = ended.worker.unwrap();
        }
    }
}

#[tokio::test]
async fn what_ends_a_task_early_ends_its_worker_and_nothing_else() {
    for (name, runner) in extremes() {
        for (told, does, expected) in [
            ("sleep", "stop", ExitReason::Stopped),
            ("sleep", "kill", ExitReason::Stopped),
            ("sleep", "wait", ExitReason::TimedOut),
            ("abort", "", ExitReason::Signal(6)),
            ("leave", "", ExitReason::Code(0)),
        ] {
            let case = Case::new();
            let first = perform(&case, worker(&runner, &case).await, "say").await;
            let limit = (does == "wait").then_some(Duration::from_millis(80));
            let mut begun = begin(&case, first.worker.unwrap(), told, limit).await;
            next_line(&mut begun.events).await;
            match does {
                "stop" => begun.job.stop(),
                "kill" => begun.job.kill(),
                _ => {}
            }
            let ended = end(begun).await;
            assert_eq!(ended.exit.reason, expected, "{name}, {told} {does}");
            assert!(ended.worker.is_none(), "{name}, {told} {does}");
            assert_eq!(case.survivors(), [0; 0], "{name}, {told} {does}");
            assert_eq!(first.exit.reason, ExitReason::Code(0));
        }
    }
}

#[tokio::test]
async fn a_task_beyond_the_memory_of_its_worker_fails_as_such() {
    for (name, runner) in runners() {
        let case = Case::new();
        let mut spec = case.fixture(&["worker"]);
        spec.limits.memory = Some(Bytes::new(48 << 20));
        let kept = runner.start_worker(spec).await.unwrap();
        let first = perform(&case, kept, "allocate 8").await;
        let second = perform(&case, first.worker.unwrap(), "allocate 200").await;
        assert_eq!(second.exit.reason, ExitReason::OutOfMemory, "{name}");
        assert!(second.worker.is_none(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_worker_ends_with_its_owner_and_a_dead_one_is_known() {
    for (name, runner) in extremes() {
        let case = Case::new();
        drop(worker(&runner, &case).await);
        case.assert_dies_out(name);
        let case = Case::new();
        let begun = begin(&case, worker(&runner, &case).await, "sleep", None).await;
        drop(begun.job);
        let back = begun.back.await.unwrap();
        assert!(back.is_none(), "{name}");
        case.assert_dies_out(name);
        let case = Case::new();
        let first = perform(&case, worker(&runner, &case).await, "say").await;
        let mut kept = first.worker.unwrap();
        let [pid] = case.survivors()[..] else {
            panic!("{name}: {:?}", case.survivors())
        };
        let of = rustix::process::Pid::from_raw(pid).unwrap();
        rustix::process::kill_process(of, rustix::process::Signal::KILL).unwrap();
        while kept.is_there() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(!exists(pid), "{name}");
    }
}
