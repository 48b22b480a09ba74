//! What a job costs beyond a bare process: an empty program, started in every way in turn.
//!
//! The ways are interleaved, so that a machine that gets slower meanwhile does so for all of them.

use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jobs::{JobSpec, Runner};
use tokio::sync::mpsc;
use units::Bytes;

const FIXTURE: &str = env!("CARGO_BIN_EXE_jobs-fixture");
const ROUNDS: usize = 300;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("ml"))?;
    let spec = JobSpec::new("empty", folder.path(), vec![FIXTURE.into(), "true".into()]);
    let mut limited = spec.clone();
    limited.limits.memory = Some(Bytes::new(1 << 30));
    limited.limits.processes = Some(100);
    let best = Runner::new(FIXTURE.into());
    let bare = Runner::new(FIXTURE.into()).without_namespaces();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let isolation = runtime.block_on(best.probe(folder.path(), &limited.limits));
    let mut out = io::stdout().lock();
    writeln!(out, "{}", isolation.expect("a job starts here"))?;

    let mut ways = [
        ("bare process", Vec::new()),
        ("job", Vec::new()),
        ("job with limits", Vec::new()),
        ("job without namespaces", Vec::new()),
    ];
    for _ in 0..ROUNDS {
        ways[0].1.push(time(|| spawn().expect("it runs")));
        ways[1].1.push(time(|| runtime.block_on(run(&best, &spec))));
        ways[2]
            .1
            .push(time(|| runtime.block_on(run(&best, &limited))));
        ways[3].1.push(time(|| runtime.block_on(run(&bare, &spec))));
    }
    let base = quantile(&mut ways[0].1, 0.5);
    writeln!(
        out,
        "{ROUNDS} rounds; ms: 10 %, median, 90 %, median beyond and relative to bare"
    )?;
    for (name, times) in &mut ways {
        let [low, median, high] = [0.1, 0.5, 0.9].map(|part| quantile(times, part));
        let (beyond, ratio) = (median - base, median / base);
        writeln!(
            out,
            "{name:<24}{low:8.2}{median:8.2}{high:8.2}{beyond:8.2}{ratio:8.2}"
        )?;
    }
    Ok(())
}

fn time(run: impl FnOnce()) -> Duration {
    let before = Instant::now();
    run();
    before.elapsed()
}

/// A quantile in milliseconds.
fn quantile(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3
}

/// What a job does not do without: three streams, two of them pipes.
fn spawn() -> io::Result<()> {
    let mut command = Command::new(FIXTURE);
    command
        .arg("true")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn()?.wait_with_output().map(|_| ())
}

async fn run(runner: &Runner, spec: &JobSpec) {
    let (events, mut received) = mpsc::channel(16);
    let job = runner.start(spec.clone(), events).await.expect("it starts");
    while received.recv().await.is_some() {}
    assert!(job.wait().await.reason.is_success());
}
