//! Training the networks beside PyTorch and their predictions beside onnxruntime, on one thread, interleaved.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::Row;
use super::beside::{json, ratio};
use super::peers::bench;
use crate::root::{root, target};

/// A Python with numpy, pillow, torch and onnxruntime: gigabytes, which nobody else needs.
const PYTHON: &str = "PLIMSOLL_TORCH_PYTHON";
const SCRIPT: &str = "crates/learn/benches/networks.py";
const IMAGES: &str = "examples/industrial-defects/data";
const EPOCHS: &str = "2";
const ROUNDS: usize = 5;

pub(super) fn run() -> Result<Vec<Row>> {
    let python: PathBuf = std::env::var_os(PYTHON)
        .with_context(|| {
            format!("{PYTHON} names no Python with numpy, pillow, torch and onnxruntime")
        })?
        .into();
    let own = bench("networks")?;
    let images = root().join(IMAGES).display().to_string();
    let trainings: [(&str, &[&str]); 2] = [
        ("cnn", &["images", &images, EPOCHS]),
        ("lstm", &["series", EPOCHS]),
    ];
    let mut rows = Vec::new();
    for (family, words) in trainings {
        let model = target().join(format!("bench-{family}.onnx"));
        let mut ours = Command::new(&own);
        ours.args(words).env("PLIMSOLL_MODEL", &model);
        let mut theirs = peer(&python);
        theirs.args(words);
        let training = [
            ("seconds", "s", "CPU of an epoch"),
            ("kib", "KiB", "memory of training"),
        ];
        rows.extend(measured(family, (&mut ours, &mut theirs), &training)?);
        let mut ours = Command::new(&own);
        ours.arg("predict").arg(&model);
        let mut theirs = peer(&python);
        theirs.arg("predict").arg(&model);
        let predictions = [
            ("batch_ms", "ms", "CPU of 1,000 rows"),
            ("row_ms", "ms", "one row, median"),
            ("row_p99_ms", "ms", "one row, p99"),
        ];
        rows.extend(measured(family, (&mut ours, &mut theirs), &predictions)?);
    }
    Ok(rows)
}

fn peer(python: &PathBuf) -> Command {
    let mut command = Command::new(python);
    command
        .env("OMP_NUM_THREADS", "1")
        .args(["-W", "ignore"])
        .arg(root().join(SCRIPT));
    command
}

/// Runs both in turns; a row for each key of what they print.
fn measured(
    family: &str,
    (ours, theirs): (&mut Command, &mut Command),
    keys: &[(&str, &str, &str)],
) -> Result<Vec<Row>> {
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(json(ours)?);
        peer.push(json(theirs)?);
    }
    let row = |&(key, unit, words): &(&str, &str, &str)| {
        ratio(&format!("{family}, {words}"), key, unit, (&own, &peer))
    };
    keys.iter().map(row).collect()
}
