//! Getting a job to run: the best level that the machine allows, the groups, the program.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rustix::process::{Pid, PidfdFlags, geteuid, pidfd_open};

use super::entry::release_output;
use super::{init, limits};
use crate::cgroup::{Groups, Wanted};
use crate::isolation::{Containment, Enforcement, Isolation};
use crate::kernel::{self, Fork, Wait};
use crate::level::Level;
use crate::proc;
use crate::wire::{Failure, GO, Inbox, InitReport, Octets, Order, Report, Stage, send};

/// What this process has become.
pub(super) enum Launch {
    /// The job's init process, whose work is done.
    Init(ExitCode),
    /// The shim of a job that runs.
    Running(Box<Job>),
    /// The shim of nothing: the job could not be started, or was only a probe. The runner knows.
    Over,
}

/// A job that runs, as its shim sees it.
#[derive(Debug)]
pub(super) struct Job {
    pub init: Init,
    pub groups: Groups,
    pub memory: Enforcement,
    pub processes: Enforcement,
    pub started: Instant,
}

/// The job's init process.
#[derive(Debug)]
pub(super) struct Init {
    pub pid: i32,
    /// Becomes readable when the process has ended.
    pub handle: OwnedFd,
    pub socket: UnixStream,
    pub inbox: Inbox,
}

/// Starts the job of an order and tells the runner.
pub(super) fn launch(order: &Order, control: &UnixStream) -> io::Result<Launch> {
    let mut groups = make_groups(order);
    let mut refusals = Vec::new();
    let mut level = order.level.possible(geteuid().is_root());
    let (mut init, private_tree, notes) = loop {
        match attempt(order, level, &mut groups)? {
            Attempt::Init(code) => return Ok(Launch::Init(code)),
            Attempt::Ready {
                init,
                private_tree,
                notes,
            } => break (init, private_tree, notes),
            Attempt::Refused(reason) => refusals.push(reason),
        }
        let next = level.next().ok_or(io::ErrorKind::Unsupported)?;
        level = next.possible(geteuid().is_root());
    };
    let isolation = isolation(order, level, &groups, private_tree, notes);
    let started = |pid| Report::Started {
        pid,
        level,
        refusals: refusals.clone(),
        isolation: isolation.clone(),
        cgroups: groups.paths().map(Octets::from).collect(),
    };
    let over = |report| {
        let _ = kernel::wait(Wait {
            pid: Some(init.pid),
            block: true,
        });
        send(control, &report).map(|()| Launch::Over)
    };
    if order.probe {
        drop(init.socket);
        return over(started(0));
    }
    release_output()?;
    init.socket.write_all(&[GO])?;
    match init.inbox.receive(&init.socket)? {
        Some(InitReport::Spawned) => {}
        Some(InitReport::Failed(failure)) => return over(Report::Failed(failure)),
        _ => {
            return over(Report::Failed(Failure {
                stage: Stage::Shim,
                errno: libc::EIO,
            }));
        }
    }
    let begun = Instant::now();
    let program = proc::listed_children(init.pid).and_then(|pids| pids.first().copied());
    send(control, &started(program.unwrap_or(init.pid)))?;
    let (memory, processes) = (isolation.memory, isolation.processes);
    Ok(Launch::Running(Box::new(Job {
        init,
        groups,
        memory,
        processes,
        started: begun,
    })))
}

/// What came of one level.
enum Attempt {
    Init(ExitCode),
    Ready {
        init: Init,
        private_tree: bool,
        notes: Vec<String>,
    },
    Refused(String),
}

fn attempt(order: &Order, level: Level, groups: &mut Groups) -> io::Result<Attempt> {
    let (ours, theirs) = UnixStream::pair()?;
    let identity = init::Identity::current();
    let pid = match kernel::fork(level) {
        Ok(Fork::Child) => {
            drop(ours);
            return Ok(Attempt::Init(init::run(order, level, identity, &theirs)));
        }
        Ok(Fork::Parent(pid)) => pid,
        Err(error) if level.mount_namespace() => {
            return Ok(Attempt::Refused(format!("{level}: {error}")));
        }
        Err(error) => return Err(error),
    };
    drop(theirs);
    // While the child makes its mounts.
    groups.add(pid.as_raw_pid());
    let mut inbox = Inbox::default();
    match inbox.receive(&ours)? {
        Some(InitReport::Ready {
            private_tree,
            notes,
        }) => {
            let init = Init {
                pid: pid.as_raw_pid(),
                handle: handle(pid)?,
                socket: ours,
                inbox,
            };
            Ok(Attempt::Ready {
                init,
                private_tree,
                notes,
            })
        }
        answer => {
            kernel::wait(Wait {
                pid: Some(pid.as_raw_pid()),
                block: true,
            })?;
            Ok(Attempt::Refused(match answer {
                Some(InitReport::Refused { step, errno }) => {
                    format!("{level}: {step}: {}", io::Error::from_raw_os_error(errno))
                }
                _ => format!("{level}: the init process ended"),
            }))
        }
    }
}

fn handle(pid: Pid) -> io::Result<OwnedFd> {
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a name that was not there before"
)]
fn make_groups(order: &Order) -> Groups {
    if !order.cgroups {
        return Groups::default();
    }
    // The time makes the name differ from one that a killed process with the same id has left behind.
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    let name = format!("plimsoll-{}-{time:x}", std::process::id());
    Groups::make(
        &name,
        Wanted {
            memory: order.memory,
            processes: order.processes,
        },
    )
}

fn isolation(
    order: &Order,
    level: Level,
    groups: &Groups,
    private_tree: bool,
    mut notes: Vec<String>,
) -> Isolation {
    let memory = match order.memory {
        None => Enforcement::Unlimited,
        Some(_) if groups.limits_memory() => Enforcement::Cgroup,
        Some(_) => Enforcement::Watched,
    };
    let processes = match order.processes {
        None => Enforcement::Unlimited,
        Some(_) if groups.limits_processes() => Enforcement::Cgroup,
        Some(_) if limits::kernel_counts_processes(level, geteuid()) => Enforcement::Rlimit,
        Some(_) => Enforcement::Watched,
    };
    if order.cgroups && [memory, processes].contains(&Enforcement::Watched) {
        notes
            .push("cgroup: no writable group with the controllers that the limits need".to_owned());
    }
    Isolation {
        containment: if level.pid_namespace() {
            Containment::PidNamespace
        } else {
            Containment::Subreaper
        },
        user_namespace: level.user_namespace(),
        private_tree,
        memory,
        processes,
        notes,
    }
}
