//! The whole catalog planned: CPU seconds, wall seconds and memory of `plimsoll plan`, and whether two plans are the same bytes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{Row, row};
use crate::root::{binary, root, target};

const TIMES: usize = 5;
const WORKLOAD: &str = "examples/mobile-price";

pub(super) fn run() -> Result<Vec<Row>> {
    let state = target().join("bench-plan");
    if !state.join("plane.db").exists() {
        fs::create_dir_all(&state).context("cannot make the state")?;
        let mut measure = Command::new(binary());
        measure.args(["run", WORKLOAD, "--state"]).arg(&state);
        let output = measure
            .current_dir(root())
            .output()
            .context("cannot start the binary")?;
        ensure!(
            output.status.success(),
            "the run failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let (mut walls, mut peaks, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let one = once(&state)?;
        walls.push(one.wall);
        peaks.push(one.peak);
        texts.push(one.text);
    }
    ensure!(
        texts.windows(2).all(|pair| pair[0] == pair[1]),
        "two plans of the same question differ"
    );
    Ok(vec![
        row("wall of planning all offers", &walls, |value| {
            format!("{value:.2} s")
        }),
        row("peak memory", &peaks, |value| format!("{value:.1} MB")),
    ])
}

struct Planned {
    wall: f64,
    /// Megabytes.
    peak: f64,
    text: Vec<u8>,
}

fn once(state: &Path) -> Result<Planned> {
    let out = target().join("bench-plan.json");
    let mut command = Command::new(binary());
    command
        .args(["plan", WORKLOAD, "--quiet", "--out"])
        .arg(&out)
        .arg("--state")
        .arg(state)
        .current_dir(root());
    let begin = Instant::now();
    let mut child = command.spawn().context("cannot start the binary")?;
    let mut peak = 0.0;
    // The kernel keeps the highest so far; what is asked last, shortly before the end, is that of the whole.
    let status = loop {
        peak = highest(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        park_timeout(Duration::from_millis(2));
    };
    let wall = begin.elapsed().as_secs_f64();
    ensure!(status.success(), "planning failed");
    Ok(Planned {
        wall,
        peak,
        text: fs::read(&out).context("no plan was written")?,
    })
}

/// The most memory of a process so far, megabytes.
fn highest(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024.0 / 1e6)
}
