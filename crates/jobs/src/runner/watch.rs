//! Watching a job: its reports, its output and its owner's commands, until nothing of it is left.

use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, watch as tokio_watch};
use units::Bytes;

use super::lines::{Lines, Piece};
use super::log::{Log, Logged};
use super::start::Shim;
use crate::cgroup;
use crate::event::{JobEvent, Sample, Stream};
use crate::exit::{Exit, ExitReason, Usage};
use crate::wire::{KILL, Measured, Report, Totals};

/// How long output is still awaited when every process of the job is gone: somebody outside of the tree has the pipe.
const FOREIGN_WRITER: Duration = Duration::from_secs(1);

/// Everything that belongs to a job that runs.
#[derive(Debug)]
pub(super) struct Watched {
    pub shim: Shim,
    pub cgroups: Vec<PathBuf>,
    pub log: Log,
    pub line: u64,
    pub events: mpsc::Sender<JobEvent>,
    pub requests: mpsc::UnboundedReceiver<u8>,
}

/// Watches a job until nothing of it is left and all its output was delivered.
pub(super) async fn watch(mut job: Watched) -> io::Result<Exit> {
    let (ended, end) = tokio_watch::channel(false);
    let sink = Sink {
        log: Mutex::new(job.log),
        events: job.events.clone(),
        limit: job.line,
        end,
    };
    let stdout = job
        .shim
        .child
        .stdout
        .take()
        .ok_or(io::ErrorKind::BrokenPipe)?;
    let stderr = job
        .shim
        .child
        .stderr
        .take()
        .ok_or(io::ErrorKind::BrokenPipe)?;
    let output = async {
        tokio::join!(
            sink.pump(stdout, Stream::Stdout),
            sink.pump(stderr, Stream::Stderr)
        );
    };
    let supervision = async {
        let exit = supervise(&mut job.shim, &mut job.requests, &job.events).await;
        let _ = job.shim.child.wait().await;
        if exit.reason == ExitReason::Lost {
            let groups = job.cgroups;
            let _ = tokio::task::spawn_blocking(move || cgroup::remove(&groups)).await;
        }
        ended.send_replace(true);
        exit
    };
    let ((), exit) = tokio::join!(output, supervision);
    Ok(exit)
}

/// Passes reports and commands on until the shim and the init process are gone.
async fn supervise(
    shim: &mut Shim,
    requests: &mut mpsc::UnboundedReceiver<u8>,
    events: &mpsc::Sender<JobEvent>,
) -> Exit {
    let mut last = Measured::default();
    let mut exit = None;
    let mut owned = true;
    loop {
        tokio::select! {
            report = shim.next() => match report {
                Ok(Some(Report::Sample(sample))) => {
                    last = sample;
                    let _ = events.try_send(JobEvent::Sample(sample.into()));
                }
                Ok(Some(Report::Ended { reason, totals })) => {
                    exit = Some(Exit { reason, usage: totals.into() });
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            },
            request = requests.recv(), if owned => {
                owned = request.is_some();
                // A shim that has just ended does not read any more; its report is on the way.
                let _ = shim.control.write_all(&[request.unwrap_or(KILL)]).await;
            }
        }
    }
    exit.unwrap_or_else(|| Exit {
        reason: ExitReason::Lost,
        usage: last.into(),
    })
}

/// Where the output of a job goes.
struct Sink {
    log: Mutex<Log>,
    events: mpsc::Sender<JobEvent>,
    limit: u64,
    /// Whether every process of the job is gone.
    end: tokio_watch::Receiver<bool>,
}

impl Sink {
    /// Delivers a stream, line by line, until its end.
    async fn pump(&self, mut from: impl AsyncRead + Unpin, stream: Stream) {
        let mut lines = Lines::new(self.limit);
        let mut chunk = vec![0; 16 << 10];
        let mut end = self.end.clone();
        loop {
            let overdue = pin!(async {
                // The sender lives as long as this future: it cannot fail.
                let _ = end.wait_for(|ended| *ended).await;
                tokio::time::sleep(FOREIGN_WRITER).await;
            });
            let length = tokio::select! {
                read = from.read(&mut chunk) => read.unwrap_or(0),
                () = overdue => 0,
            };
            if length == 0 {
                break;
            }
            lines.push(&chunk[..length]);
            while let Some(piece) = lines.next() {
                self.deliver(piece, stream).await;
            }
        }
        if let Some(piece) = lines.last() {
            self.deliver(piece, stream).await;
        }
    }

    async fn deliver(&self, Piece { text, truncated }: Piece, stream: Stream) {
        let logged = self
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(&text, truncated);
        let (stream, text, truncated) = match logged {
            Logged::Written => (stream, text, truncated),
            Logged::Full(notice) => (Stream::Stderr, notice, false),
            Logged::Dropped => return,
        };
        // Without a receiver the log has it, which is enough.
        let _ = self
            .events
            .send(JobEvent::Line {
                stream,
                text,
                truncated,
                at: now(),
            })
            .await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a line is as old as its arrival, which is known here alone"
)]
fn now() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

impl From<Measured> for Sample {
    fn from(measured: Measured) -> Self {
        Self {
            at: measured.at,
            cpu: measured.cpu,
            memory: Bytes::new(measured.memory),
            read: Bytes::new(measured.read),
            written: Bytes::new(measured.written),
            threads: measured.threads,
        }
    }
}

impl From<Totals> for Usage {
    fn from(totals: Totals) -> Self {
        Self {
            wall: totals.wall,
            cpu_user: totals.user,
            cpu_system: totals.system,
            peak: Bytes::new(totals.peak),
            read: Bytes::new(totals.read),
            written: Bytes::new(totals.written),
        }
    }
}

impl From<Measured> for Usage {
    /// What is known of a job whose end nobody saw: the last sample, where user and system time are one figure.
    fn from(measured: Measured) -> Self {
        Self {
            wall: measured.at,
            cpu_user: measured.cpu,
            cpu_system: Duration::ZERO,
            peak: Bytes::new(measured.memory),
            read: Bytes::new(measured.read),
            written: Bytes::new(measured.written),
        }
    }
}
