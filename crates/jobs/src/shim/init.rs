//! The init process of a job: the first of its PID namespace, or a subreaper where there is none.
//!
//! It lives as long as the program, adopts and reaps what the program leaves behind, and ends the rest with it. When
//! the shim is gone, which the end of their socket shows, it ends everything.

use std::env;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    Gid, Uid, getegid, geteuid, getpid, set_child_subreaper, setpriority_process, setsid,
};

use super::entry::release_output;
use super::{limits, mounts, namespaces};
use crate::exit::ExitReason;
use crate::kernel::{self, Account, Ending, Wait, Whose};
use crate::level::Level;
use crate::proc::{self, Traffic};
use crate::tree;
use crate::wire::{Failure, GO, InitReport, Octets, Order, Stage, send};

/// The priority of shim and init process where they may choose one.
pub(super) const PRIORITY: i32 = -20;

/// Who the job is, taken before it may look like somebody else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub user: Uid,
    pub group: Gid,
}

impl Identity {
    pub(super) fn current() -> Self {
        Self {
            user: geteuid(),
            group: getegid(),
        }
    }
}

/// Runs the init process until its end.
pub(super) fn run(order: &Order, level: Level, identity: Identity, shim: &UnixStream) -> ExitCode {
    if live(order, level, identity, shim).is_ok() {
        return ExitCode::SUCCESS;
    }
    // The shim is gone, or will see by our end that something went wrong.
    end_all(level);
    ExitCode::FAILURE
}

fn live(order: &Order, level: Level, identity: Identity, mut shim: &UnixStream) -> io::Result<()> {
    if let Err((step, error)) = contain(level, identity) {
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        return send(
            shim,
            &InitReport::Refused {
                step: step.to_owned(),
                errno,
            },
        );
    }
    let tree = order.tree.to_path();
    let private = if level.mount_namespace() {
        mounts::private_tree(&tree)
    } else {
        Err("it needs a mount namespace".to_owned())
    };
    let private_tree = private.is_ok();
    let notes = private
        .err()
        .map(|reason| format!("/opt/ml is not private: {reason}"));
    send(
        shim,
        &InitReport::Ready {
            private_tree,
            notes: notes.into_iter().collect(),
        },
    )?;
    let mut go = [0];
    if shim.read(&mut go)? == 0 || go != [GO] {
        return Ok(());
    }
    let base = if private_tree {
        PathBuf::from(mounts::POINT)
    } else {
        tree
    };
    let started = Instant::now();
    let program = match start(order, level, identity, base) {
        Ok(program) => program,
        Err(failure) => return send(shim, &InitReport::Failed(failure)),
    };
    let children = kernel::child_signals()?;
    release_output()?;
    send(shim, &InitReport::Spawned)?;
    // A high priority, if we may: against a tree that forks without end, who adopts and ends has to come first.
    let _ = setpriority_process(None, PRIORITY);
    let ending = attend(program, &children, shim)?;
    let wall = started.elapsed();
    end_all(level);
    let reason = match ending {
        Ending::Code(code) => ExitReason::Code(code),
        Ending::Signal(signal) => ExitReason::Signal(signal),
    };
    let Account {
        user: own_user,
        system: own_system,
        ..
    } = kernel::account(Whose::Own);
    // It has those of everyone that was reaped here in it. Nobody but root may read them when this process has ended.
    let Traffic { read, written } = proc::own_traffic().unwrap_or_default();
    send(
        shim,
        &InitReport::Exited {
            reason,
            wall,
            own_user,
            own_system,
            read,
            written,
        },
    )
}

/// Completes the namespaces that this process was made in.
fn contain(level: Level, identity: Identity) -> Result<(), (&'static str, io::Error)> {
    if level.user_namespace() {
        namespaces::keep_identity(identity).map_err(|error| ("mapping the user", error))?;
    }
    if level.mount_namespace() {
        namespaces::own_mounts().map_err(|error| ("making mounts private", error))?;
    }
    if level.pid_namespace() {
        namespaces::own_proc().map_err(|error| ("mounting /proc", error))?;
    } else {
        set_child_subreaper(Some(getpid())).map_err(|error| ("adopting orphans", error.into()))?;
    }
    Ok(())
}

/// Sets what the program inherits, and starts it.
fn start(order: &Order, level: Level, identity: Identity, base: PathBuf) -> Result<i32, Failure> {
    let failed = |stage| {
        move |error: io::Error| Failure {
            stage,
            errno: error.raw_os_error().unwrap_or(libc::EINVAL),
        }
    };
    // No terminal, and no signal to a process group that the job does not know.
    setsid().map_err(|error| failed(Stage::Shim)(error.into()))?;
    let working_dir = order.working_dir.as_ref().map_or(base, Octets::to_path);
    env::set_current_dir(working_dir).map_err(failed(Stage::WorkingDir))?;
    limits::apply(order, level, identity.user)?;
    let mut words = order.argv.iter().map(Octets::as_os_str);
    let program = words.next().unwrap_or_default();
    let child = Command::new(program)
        .args(words)
        .env_clear()
        .envs(
            order
                .env
                .iter()
                .map(|(name, value)| (name.as_os_str(), value.as_os_str())),
        )
        .process_group(0)
        .stdin(Stdio::inherit())
        .spawn()
        .map_err(failed(Stage::Program))?;
    Ok(child.id().cast_signed())
}

/// Reaps until the program has ended, by itself or because the shim has told so or is gone.
fn attend(program: i32, children: &impl AsFd, shim: &UnixStream) -> io::Result<Ending> {
    loop {
        while let Some((pid, ending)) = kernel::wait(Wait {
            pid: None,
            block: false,
        })? {
            if pid == program {
                return Ok(ending);
            }
        }
        let mut ready = [
            PollFd::new(children, PollFlags::IN),
            PollFd::new(shim, PollFlags::IN),
        ];
        match poll(&mut ready, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let [signalled, told] = ready.map(|one| !one.revents().is_empty());
        if told {
            // There is one thing left to be told, and its end says the same.
            return Ok(Ending::Signal(libc::SIGKILL));
        }
        if signalled {
            // One signal stands for any number of children, so what it says is of no use.
            let _ = rustix::io::read(children, &mut [0_u8; 128]);
        }
    }
}

/// Ends every other process of the job and reaps it.
fn end_all(level: Level) {
    if level.pid_namespace() {
        // No process can escape: the kernel signals all of them before any can fork again.
        kernel::kill_namespace();
        while kernel::wait(Wait {
            pid: None,
            block: true,
        })
        .is_ok()
        {}
    } else {
        tree::end_all();
    }
}
