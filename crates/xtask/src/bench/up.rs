//! `plimsoll up` until it listens against a bare start of the binary, in one interleaved run, and the plane's resident
//! memory before and after ten thousand signed requests of boto3.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{Row, row};
use crate::parts::execute;
use crate::root::{binary, target};
use crate::test::python::environments;

const ROUNDS: usize = 40;
const REQUESTS: usize = 10_000;
/// What asks.
const CLIENT: &str = include_str!("requests.py");
/// Name and secret of the key.
const KEY: &str = "bench";

pub(super) fn run() -> Result<Vec<Row>> {
    let mut bare = Vec::new();
    let mut ready = Vec::new();
    let mut idle = Vec::new();
    for round in 0..ROUNDS {
        let begin = Instant::now();
        let output = Command::new(binary()).arg("--version").output()?;
        bare.push(milliseconds(begin));
        ensure!(output.status.success(), "`--version` failed");
        let folder = target().join(format!("bench-up/{round}"));
        let plane = Plane::start(&folder)?;
        ready.push(plane.ready);
        idle.push(plane.resident()?);
    }
    let plane = Plane::start(&target().join("bench-up/requests"))?;
    plane.ask(&environments()?.clients, REQUESTS)?;
    let busy = plane.resident()?;
    let time = |value: f64| format!("{value:.1} ms");
    let memory = |value: f64| format!("{value:.1} MB");
    let ratios: Vec<f64> = bare.iter().zip(&ready).map(|(b, r)| r / b).collect();
    Ok(vec![
        row("bare start, `--version`", &bare, time),
        row("`up` on a fresh state until it listens", &ready, time),
        row("ratio of the two", &ratios, |value| format!("{value:.2}")),
        row("resident, idle", &idle, memory),
        row(
            &format!("resident after {REQUESTS} requests"),
            &[busy],
            memory,
        ),
    ])
}

/// A plane that ends with its value.
struct Plane {
    child: Child,
    url: String,
    ready: f64,
}

impl Plane {
    fn start(folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let begin = Instant::now();
        let mut child = Command::new(binary())
            .args(["up", "--quiet", "--port", "0"])
            .args(["--access-key", KEY, "--secret-key", KEY, "--state"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the plane")?;
        let mut line = String::new();
        let output = child.stdout.take().context("the plane has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let ready = milliseconds(begin);
        let url = line.trim().to_owned();
        ensure!(!url.is_empty(), "the plane did not say where it listens");
        Ok(Self { child, url, ready })
    }

    /// Signed requests of boto3, the puts of objects among them.
    fn ask(&self, python: &Path, count: usize) -> Result<()> {
        let mut client = Command::new(python);
        client.args(["-c", CLIENT, &count.to_string()]);
        client.env("AWS_ENDPOINT_URL", &self.url);
        client.envs([("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", KEY)]);
        client.env("AWS_DEFAULT_REGION", "us-east-1");
        execute(&mut client)
    }

    /// Resident megabytes, as the kernel counts them.
    fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        let kilobytes: f64 = kilobytes.context("no VmRSS")?.parse()?;
        Ok(kilobytes * 1024.0 / 1e6)
    }
}

impl Drop for Plane {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn milliseconds(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}
