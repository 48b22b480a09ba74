//! `plimsoll up` until it listens against a bare start of the binary, in one interleaved run, and the plane's resident
//! memory before and after ten thousand requests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{Row, row};
use crate::root::{binary, target};

const ROUNDS: usize = 40;
const REQUESTS: usize = 10_000;

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
    plane.ask(REQUESTS)?;
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
    address: String,
    ready: f64,
}

impl Plane {
    fn start(folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let begin = Instant::now();
        let mut child = Command::new(binary())
            .args(["up", "--quiet", "--port", "0", "--state"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the plane")?;
        let mut line = String::new();
        let output = child.stdout.take().context("the plane has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let ready = milliseconds(begin);
        let address = line.trim().trim_start_matches("http://").to_owned();
        ensure!(
            !address.is_empty(),
            "the plane did not say where it listens"
        );
        Ok(Self {
            child,
            address,
            ready,
        })
    }

    /// Requests of one client on one connection; an unsigned one is answered as AWS would, through the whole gateway.
    fn ask(&self, count: usize) -> Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        let body = "{}";
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWSStepFunctions.ListStateMachines\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        for _ in 0..count {
            stream.write_all(request.as_bytes())?;
            answer(&mut stream)?;
        }
        Ok(())
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

/// Reads one answer with a content length to its end.
fn answer(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let mut body = vec![0; length(&head)];
    stream.read_exact(&mut body)?;
    Ok(())
}

fn length(head: &str) -> usize {
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    value
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or_default()
}

fn milliseconds(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_length_of_an_answer_is_read() {
        assert_eq!(
            super::length("http/1.1 200 ok\r\ncontent-length: 12\r\n\r\n"),
            12
        );
        assert_eq!(super::length("http/1.1 204 no content\r\n\r\n"), 0);
    }
}
