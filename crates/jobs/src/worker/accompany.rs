//! A task from its order to its end.

use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use units::Bytes;

use super::task::{Task, Worker};
use super::tree::move_all;
use super::{Account, MARK};
use crate::event::{JobEvent, Sample, Stream};
use crate::exit::{Exit, ExitReason, Usage};
use crate::runner::{Log, Logged};
use crate::wire::{KILL, STOP};

/// A task without a limit is looked at that seldom.
const FAR: Duration = Duration::from_hours(24 * 365);

/// Everything that belongs to a task that runs.
#[derive(Debug)]
pub(super) struct Accompanied {
    pub worker: Worker,
    pub task: Task,
    pub log: Log,
    pub events: mpsc::Sender<JobEvent>,
    pub requests: mpsc::UnboundedReceiver<u8>,
}

/// Stays with a task to its end, and gives the worker back where it can take another one.
pub(super) async fn accompany(mut job: Accompanied) -> (io::Result<Exit>, Option<Worker>) {
    let started = Instant::now();
    let (cause, account) = watch(&mut job, started).await;
    let folder = job.task.folder.join("ml");
    let tree = job.worker.tree.clone();
    if let (None, Some(account)) = (cause, account)
        && account.stays
    {
        let exit = Exit {
            reason: ExitReason::Code(i32::from(account.code)),
            usage: usage(&account, started.elapsed()),
        };
        let worker = &mut job.worker;
        worker.tasks += 1;
        worker.resident = Bytes::new(account.resident);
        worker.spent = sum(&worker.spent, &exit.usage);
        return match move_all(&tree, &folder) {
            Ok(()) => (Ok(exit), Some(job.worker)),
            Err(error) => {
                job.worker.end().await;
                (Err(error), None)
            }
        };
    }
    // The worker ends, be it by itself, with the task or for it. Nobody takes what it might still say.
    job.worker.events.close();
    let ended = job.worker.running.wait().await;
    let own = account.map(|account| usage(&account, started.elapsed()));
    let reason = match (cause, &account) {
        (Some(cause), _) => cause,
        (None, Some(account)) => ExitReason::Code(i32::from(account.code)),
        (None, None) => ended.reason,
    };
    let rest = rest(&ended.usage, &job.worker.spent, started.elapsed());
    let exit = Exit {
        reason,
        usage: own.unwrap_or(rest),
    };
    (move_all(&tree, &folder).map(|()| exit), None)
}

/// Passes on what the task says and what its owner wants. Tells why it was ended by us, and its account, if it came to one.
async fn watch(job: &mut Accompanied, started: Instant) -> (Option<ExitReason>, Option<Account>) {
    let mut cause = None;
    let (mut account, mut errors_ended) = (None, false);
    let mut owned = true;
    let base = job.worker.spent;
    let mut first: Option<Duration> = None;
    let limit = job.task.max_runtime;
    let mut overdue = pin!(sleep_until(started + limit.unwrap_or(FAR)));
    while account.is_none() || !errors_ended {
        tokio::select! {
            event = job.worker.events.recv() => match event {
                Some(JobEvent::Line { stream, text, .. }) if text.starts_with(MARK) => match stream {
                    Stream::Stdout => account = serde_json::from_str(&text[MARK.len_utf8()..]).ok(),
                    Stream::Stderr => errors_ended = true,
                },
                Some(JobEvent::Line { stream, text, truncated, at }) => {
                    let logged = job.log.write(&text, truncated);
                    let (stream, text, truncated) = match logged {
                        Logged::Written => (stream, text, truncated),
                        Logged::Full(notice) => (Stream::Stderr, notice, false),
                        Logged::Dropped => continue,
                    };
                    // Without a receiver the log has it, which is enough.
                    let _ = job.events.send(JobEvent::Line { stream, text, truncated, at }).await;
                }
                Some(JobEvent::Sample(sample)) => {
                    // A sample of the worker's first moments may be one of its time without a task.
                    let elapsed = started.elapsed();
                    let zero = *first.get_or_insert(sample.at.saturating_sub(elapsed));
                    let _ = job.events.try_send(JobEvent::Sample(since(sample, zero, &base)));
                }
                None => break,
            },
            request = job.requests.recv(), if owned => {
                owned = request.is_some();
                cause.get_or_insert(ExitReason::Stopped);
                match request.unwrap_or(KILL) {
                    STOP => job.worker.running.stop(),
                    _ => job.worker.running.kill(),
                }
            }
            () = &mut overdue, if cause.is_none() && limit.is_some() => {
                cause = Some(ExitReason::TimedOut);
                job.worker.running.stop();
            }
        }
    }
    (cause, account)
}

/// A sample of the worker as one of its task.
fn since(sample: Sample, zero: Duration, base: &Usage) -> Sample {
    let bytes = |now: Bytes, before: Bytes| Bytes::new(now.get().saturating_sub(before.get()));
    Sample {
        at: sample.at.saturating_sub(zero),
        cpu: sample.cpu.saturating_sub(base.cpu_user + base.cpu_system),
        read: bytes(sample.read, base.read),
        written: bytes(sample.written, base.written),
        ..sample
    }
}

fn usage(account: &Account, wall: Duration) -> Usage {
    Usage {
        wall,
        cpu_user: account.user,
        cpu_system: account.system,
        peak: Bytes::new(account.peak),
        read: Bytes::new(account.read),
        written: Bytes::new(account.written),
    }
}

/// What a worker used that ended without an account of its task: all of it, less what its earlier tasks used.
fn rest(all: &Usage, spent: &Usage, wall: Duration) -> Usage {
    let bytes = |all: Bytes, spent: Bytes| Bytes::new(all.get().saturating_sub(spent.get()));
    Usage {
        wall,
        cpu_user: all.cpu_user.saturating_sub(spent.cpu_user),
        cpu_system: all.cpu_system.saturating_sub(spent.cpu_system),
        peak: all.peak,
        read: bytes(all.read, spent.read),
        written: bytes(all.written, spent.written),
    }
}

fn sum(one: &Usage, other: &Usage) -> Usage {
    Usage {
        wall: one.wall + other.wall,
        cpu_user: one.cpu_user + other.cpu_user,
        cpu_system: one.cpu_system + other.cpu_system,
        peak: one.peak.max(other.peak),
        read: Bytes::new(one.read.get() + other.read.get()),
        written: Bytes::new(one.written.get() + other.written.get()),
    }
}
