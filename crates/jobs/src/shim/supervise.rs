//! Supervising a job that runs: commands, limits and samples, until nothing of it is left.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, pidfd_send_signal, setpriority_process};

use super::init::PRIORITY;
use super::launch::Job;
use super::schedule::{Due, Schedule};
use super::verdict::{Evidence, verdict};
use super::{disk, measure};
use crate::exit::ExitReason;
use crate::isolation::Enforcement;
use crate::kernel::{self, Whose};
use crate::proc::Traffic;
use crate::tree;
use crate::wire::{InitReport, KILL, Measured, Order, Report, STOP, Totals, send};

/// Supervises a job to its end and reports that. `commands` are those that came together with the order.
pub(super) fn supervise(job: Job, order: &Order, control: &UnixStream, commands: &[u8]) {
    let watches = [job.memory, job.processes].contains(&Enforcement::Watched);
    let mut shim = Supervisor {
        schedule: Schedule::new(watches, order.disk.is_some(), order.max_runtime),
        job,
        order,
        control,
        cause: None,
        program: None,
        peak: 0,
        last: Measured::default(),
        owned: true,
    };
    // If we may: see the init process.
    let _ = setpriority_process(None, PRIORITY);
    shim.obey(commands);
    while shim.wait() {
        let due = shim.schedule.take(shim.now());
        shim.act(due);
    }
    shim.finish();
}

struct Supervisor<'a> {
    job: Job,
    order: &'a Order,
    control: &'a UnixStream,
    schedule: Schedule,
    /// Why the job is being ended by us.
    cause: Option<ExitReason>,
    /// What the init process said at the end.
    program: Option<Ended>,
    /// The largest memory of any sample.
    peak: u64,
    last: Measured,
    /// Whether the runner is there.
    owned: bool,
}

/// The end of the program, as the init process has seen it.
struct Ended {
    reason: ExitReason,
    wall: Duration,
    /// What init itself has used.
    own_user: Duration,
    own_system: Duration,
    traffic: Traffic,
}

impl Supervisor<'_> {
    fn now(&self) -> Duration {
        self.job.started.elapsed()
    }

    /// Waits for what comes first and hears what is said. Returns whether the init process is there.
    fn wait(&mut self) -> bool {
        let timeout = self.schedule.next().saturating_sub(self.now());
        let timeout = Timespec::try_from(timeout).unwrap_or(Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        });
        let mut ready = [
            PollFd::new(&self.job.init.handle, PollFlags::IN),
            PollFd::new(self.control, PollFlags::IN),
        ];
        // A runner that is gone would be reported again and again.
        let heard = if self.owned { 2 } else { 1 };
        if poll(&mut ready[..heard], Some(&timeout)).is_err() {
            return true;
        }
        let [ended, says] = ready.map(|one| !one.revents().is_empty());
        if says {
            self.hear();
        }
        !ended
    }

    fn hear(&mut self) {
        let mut commands = [0; 64];
        match self.control.read(&mut commands) {
            Ok(0) | Err(_) => {
                self.owned = false;
                self.kill(ExitReason::Stopped);
            }
            Ok(length) => self.obey(&commands[..length]),
        }
    }

    fn obey(&mut self, commands: &[u8]) {
        for &command in commands {
            match command {
                STOP => self.stop(ExitReason::Stopped),
                KILL => self.kill(ExitReason::Stopped),
                _ => {}
            }
        }
    }

    fn act(&mut self, due: Due) {
        if due.kill {
            self.kill(ExitReason::Stopped);
        }
        if due.force {
            // Its namespace ends with it. Without one the rest is ended afterwards.
            let _ = pidfd_send_signal(&self.job.init.handle, Signal::KILL);
        }
        if due.stop {
            self.stop(ExitReason::TimedOut);
        }
        if due.sample || due.watch {
            let measured = measure::measure(self.job.init.pid, self.now());
            self.keep_limits(measured);
            if due.sample {
                self.report(measured);
            }
        }
        if due.disk {
            self.look_at_disk();
        }
    }

    fn keep_limits(&mut self, measured: Measured) {
        self.peak = self.peak.max(measured.memory);
        self.last = measured;
        let beyond = |enforcement, value, limit: Option<u64>| {
            enforcement == Enforcement::Watched && limit.is_some_and(|limit| value > limit)
        };
        if beyond(self.job.memory, measured.memory, self.order.memory) {
            self.kill(ExitReason::OutOfMemory);
        }
        if beyond(self.job.processes, measured.threads, self.order.processes) {
            self.kill(ExitReason::TooManyProcesses);
        }
    }

    fn look_at_disk(&mut self) {
        let Some(limit) = self.order.disk else { return };
        let before = Instant::now();
        let size = disk::size(&self.order.folder.to_path());
        self.schedule.disk_seen(self.now(), before.elapsed());
        if size > limit {
            self.kill(ExitReason::DiskFull);
        }
    }

    /// Tells a sample, unless the runner is so slow that it would hold us up.
    fn report(&mut self, measured: Measured) {
        let mut room = [PollFd::new(self.control, PollFlags::OUT)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        if poll(&mut room, Some(&now)).is_ok() && room[0].revents() == PollFlags::OUT {
            // A failure means that the runner is gone, which the next wait will see.
            let _ = send(self.control, &Report::Sample(measured));
        }
    }

    /// Asks the whole tree to end, and gives it its grace.
    fn stop(&mut self, cause: ExitReason) {
        if self.cause.is_some() || self.program_has_ended() {
            return;
        }
        self.cause = Some(cause);
        let grace = self.order.stop_grace;
        self.schedule.stopping(self.now(), grace);
        let everyone = tree::descendants(self.job.init.pid);
        tree::signal(&everyone, Signal::TERM);
        // What is stopped would not hear it.
        tree::signal(&everyone, Signal::CONT);
    }

    /// Ends the tree now. The init process does it, which keeps the accounts; should something hold it, it is killed.
    fn kill(&mut self, cause: ExitReason) {
        if !self.program_has_ended() {
            self.cause.get_or_insert(cause);
        }
        self.schedule.killing(self.now());
        let _ = (&self.job.init.socket).write_all(&[KILL]);
    }

    /// Whether the init process has already said how the program ended: what comes now was not its reason.
    fn program_has_ended(&self) -> bool {
        let mut said = [PollFd::new(&self.job.init.socket, PollFlags::IN)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut said, Some(&now)).is_ok_and(|ready| ready > 0)
    }

    /// Ends and reaps whatever is left, and reports the end.
    fn finish(mut self) {
        tree::end_all();
        self.hear_init();
        let account = kernel::account(Whose::Children);
        let (mut user, mut system) = (account.user, account.system);
        let mut totals = Totals {
            wall: self.now(),
            read: self.last.read,
            written: self.last.written,
            peak: self.peak.max(account.peak),
            ..Totals::default()
        };
        if let Some(program) = &self.program {
            user = user.saturating_sub(program.own_user);
            system = system.saturating_sub(program.own_system);
            totals.wall = program.wall;
            totals.read = program.traffic.read;
            totals.written = program.traffic.written;
        }
        if let Some(group) = self.job.groups.cpu()
            && group.user + group.system > user + system
        {
            // It knows of processes that nobody has waited for.
            (user, system) = (group.user, group.system);
        }
        (totals.user, totals.system) = (user, system);
        let reason = verdict(Evidence {
            cause: self.cause,
            program: self.program.map(|program| program.reason),
            out_of_memory: self.job.groups.out_of_memory(),
            has_disk_limit: self.order.disk.is_some(),
        });
        // The groups go first: at the report nothing of the job may be left.
        drop(self.job.groups);
        let _ = send(self.control, &Report::Ended { reason, totals });
    }

    /// Takes the last message of the init process, if it lived to send one.
    fn hear_init(&mut self) {
        let init = &mut self.job.init;
        if let Ok(Some(InitReport::Exited {
            reason,
            wall,
            own_user,
            own_system,
            read,
            written,
        })) = init.inbox.receive(&init.socket)
        {
            let traffic = Traffic { read, written };
            self.program = Some(Ended {
                reason,
                wall,
                own_user,
                own_system,
                traffic,
            });
        }
    }
}
