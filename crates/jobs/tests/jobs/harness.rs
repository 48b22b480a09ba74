//! Running jobs in a fresh folder, in every way of containment, and looking for what they left behind.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jobs::{Exit, JobEvent, JobSpec, Runner, Running};
use tokio::sync::mpsc;

pub(crate) const FIXTURE: &str = env!("CARGO_BIN_EXE_jobs-fixture");

/// Every way to run a job on this machine: the best, and each that a poorer machine would leave.
pub(crate) fn runners() -> [(&'static str, Runner); 3] {
    let runner = || Runner::new(FIXTURE.into());
    [
        ("best", runner()),
        ("no cgroups", runner().without_cgroups()),
        ("nothing", runner().without_cgroups().without_namespaces()),
    ]
}

/// The best way, and the one without namespaces.
pub(crate) fn extremes() -> [(&'static str, Runner); 2] {
    let [best, _, nothing] = runners();
    [best, nothing]
}

/// A folder for a job, and a mark in its environment by which its processes are found.
pub(crate) struct Case {
    folder: tempfile::TempDir,
    mark: String,
}

impl Case {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ml")).unwrap();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            folder,
            mark: format!("{}-{number}-", std::process::id()),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    /// A job of the fixture.
    pub(crate) fn fixture(&self, args: &[&str]) -> JobSpec {
        let argv = std::iter::once(FIXTURE).chain(args.iter().copied());
        self.job(argv.map(OsString::from).collect())
    }

    /// A job of the shell.
    pub(crate) fn shell(&self, script: &str) -> JobSpec {
        self.job(["/bin/sh", "-c", script].map(OsString::from).to_vec())
    }

    pub(crate) fn job(&self, argv: Vec<OsString>) -> JobSpec {
        let mut spec = JobSpec::new("test", self.path(), argv);
        spec.env = vec![
            ("JOB_MARK".into(), self.mark.clone().into()),
            path_variable(),
        ];
        spec
    }

    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// Processes of this job that live.
    pub(crate) fn survivors(&self) -> Vec<i32> {
        let mark = format!("JOB_MARK={}", self.mark);
        pids()
            .into_iter()
            .filter(|pid| {
                let environ = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environ
                    .split(|&byte| byte == 0)
                    .any(|entry| entry == mark.as_bytes())
            })
            .collect()
    }

    /// Waits until nothing of the job lives; for ends that nobody waits for.
    pub(crate) fn assert_dies_out(&self, what: &str) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while !self.survivors().is_empty() {
            assert!(
                Instant::now() < deadline,
                "{what}: {:?} survive",
                self.survivors()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

pub(crate) fn path_variable() -> (OsString, OsString) {
    (
        "PATH".into(),
        "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".into(),
    )
}

fn pids() -> Vec<i32> {
    let entries = fs::read_dir("/proc").unwrap();
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// The parent of a process, while it lives.
pub(crate) fn parent(pid: i32) -> Option<i32> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok())
}

/// Whether a process is there at all, be it as a zombie.
pub(crate) fn exists(pid: i32) -> bool {
    fs::metadata(format!("/proc/{pid}")).is_ok()
}

/// A job that runs, with the processes above it.
pub(crate) struct Started {
    pub job: Running,
    pub events: mpsc::Receiver<JobEvent>,
    pub init: i32,
    pub shim: i32,
}

/// Starts a job that lives long enough for being looked at.
pub(crate) async fn start(runner: &Runner, spec: JobSpec) -> Started {
    let (sender, events) = mpsc::channel(64);
    let job = runner.start(spec, sender).await.unwrap();
    let init = parent(job.pid()).unwrap();
    let shim = parent(init).unwrap();
    Started {
        job,
        events,
        init,
        shim,
    }
}

/// The end of a job and everything it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub exit: Exit,
    pub events: Vec<JobEvent>,
}

impl Run {
    /// The text of all lines, in order.
    pub(crate) fn lines(&self) -> Vec<&str> {
        let line = |event: &'_ JobEvent| match event {
            JobEvent::Line { .. } => true,
            JobEvent::Sample(_) => false,
        };
        self.events
            .iter()
            .filter(|event| line(event))
            .map(|event| match event {
                JobEvent::Line { text, .. } => text.as_str(),
                JobEvent::Sample(_) => "",
            })
            .collect()
    }
}

/// Runs a job to its end.
pub(crate) async fn run(runner: &Runner, spec: JobSpec) -> Run {
    let (sender, receiver) = mpsc::channel(64);
    let job = runner.start(spec, sender).await.unwrap();
    finish(job, receiver).await
}

/// Takes what a job says until it has ended.
pub(crate) async fn finish(job: Running, mut receiver: mpsc::Receiver<JobEvent>) -> Run {
    let taken = tokio::spawn(async move {
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    });
    let exit = job.wait().await;
    Run {
        exit,
        events: taken.await.unwrap(),
    }
}

/// The next line that a job says.
pub(crate) async fn next_line(events: &mut mpsc::Receiver<JobEvent>) -> String {
    loop {
        match events.recv().await.expect("the job says something") {
            JobEvent::Line { text, .. } => return text,
            JobEvent::Sample(_) => {}
        }
    }
}
