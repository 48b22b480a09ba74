//! The few calls of the kernel that have no safe form elsewhere. All unsafe code of the project stands in this file.

#![expect(unsafe_code, reason = "system calls without a safe wrapper")]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;

use rustix::process::Pid;

use crate::level::Level;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It ended by itself.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// Which side of a fork this is.
#[derive(Debug)]
pub(crate) enum Fork {
    /// The calling process; the child's id.
    Parent(Pid),
    /// The new process.
    Child,
}

/// Forks a process into the namespaces of a level.
///
/// The calling process must have one thread: [`single_threaded`] is checked here, since everything that the child does
/// afterwards (allocation above all) relies on it.
pub(crate) fn fork(level: Level) -> io::Result<Fork> {
    if !single_threaded() {
        return Err(io::Error::other(
            "the shim was called after a thread was started",
        ));
    }
    let mut flags = libc::SIGCHLD;
    if level.user_namespace() {
        flags |= libc::CLONE_NEWUSER;
    }
    if level.pid_namespace() {
        flags |= libc::CLONE_NEWPID;
    }
    if level.mount_namespace() {
        flags |= libc::CLONE_NEWNS;
    }
    // SAFETY: without CLONE_VM and without a new stack this is fork: the child gets a copy of everything. The caller
    // has one thread (checked above), so no lock of the allocator or of std is held by a thread that the child lacks.
    let pid = unsafe { libc::syscall(libc::SYS_clone, libc::c_long::from(flags), 0, 0, 0, 0) };
    match i32::try_from(pid) {
        Ok(0) => Ok(Fork::Child),
        Ok(pid) if pid > 0 => Pid::from_raw(pid)
            .map(Fork::Parent)
            .ok_or_else(io::Error::last_os_error),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Whether the calling process has one thread.
fn single_threaded() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// Which children to wait for, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    /// One child, or any.
    pub pid: Option<i32>,
    /// Wait until one has ended, instead of looking.
    pub block: bool,
}

/// Reaps a child that has ended. `None` when it would have to block; an error of `ECHILD` when there is no child.
pub(crate) fn wait(what: Wait) -> io::Result<Option<(i32, Ending)>> {
    let (kind, id) = match what.pid {
        Some(pid) => (libc::P_PID, libc::id_t::from(pid.unsigned_abs())),
        None => (libc::P_ALL, 0),
    };
    let mut options = libc::WEXITED | libc::__WALL;
    if !what.block {
        options |= libc::WNOHANG;
    }
    loop {
        // SAFETY: a siginfo_t is plain data, for which zeroes are valid.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: `info` is valid for writes for the whole call.
        if unsafe { libc::waitid(kind, id, &raw mut info, options) } != 0 {
            let error = io::Error::last_os_error();
            if error.kind() == io::ErrorKind::Interrupted {
                continue;
            }
            return Err(error);
        }
        // SAFETY: waitid succeeded, so the fields of SIGCHLD are filled in, or all of them are zero.
        let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
        if pid == 0 {
            return Ok(None);
        }
        let ending = match info.si_code {
            libc::CLD_EXITED => Ending::Code(status),
            _ => Ending::Signal(status),
        };
        return Ok(Some((pid, ending)));
    }
}

/// CPU time and the largest resident set, as the kernel accounts for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub user: Duration,
    pub system: Duration,
    /// Bytes of the largest process.
    pub peak: u64,
}

/// Whose account to read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    /// That of the calling process.
    Own,
    /// That of the children that it has waited for, with theirs.
    Children,
}

/// Reads the kernel's account.
pub(crate) fn account(whose: Whose) -> Account {
    let who = match whose {
        Whose::Own => libc::RUSAGE_SELF,
        Whose::Children => libc::RUSAGE_CHILDREN,
    };
    // SAFETY: a rusage is plain data, for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is valid for writes for the whole call. It cannot fail with these arguments.
    unsafe { libc::getrusage(who, &raw mut usage) };
    Account {
        user: duration(usage.ru_utime),
        system: duration(usage.ru_stime),
        // The kernel counts it in KiB.
        peak: u64::try_from(usage.ru_maxrss).unwrap_or(0) << 10,
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Blocks `SIGCHLD` and returns a descriptor that becomes readable when one comes.
///
/// What is executed afterwards inherits the mask, so this comes last; a child that has ended before is announced by
/// nobody, and is there to be waited for.
pub(crate) fn child_signals() -> io::Result<OwnedFd> {
    // SAFETY: a sigset_t is plain data; sigemptyset makes it a valid empty set, and the pointers are valid.
    let descriptor = unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGCHLD);
        if libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
    };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just given us this descriptor, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Gives every signal its default meaning, and blocks none: what the runner's own parent ignores or blocks would
/// otherwise come down to the job, and children of a process that ignores `SIGCHLD` cannot be waited for.
pub(crate) fn reset_signals() {
    // `SIGPIPE` stays ignored here: a runner that is gone is an error of a write, not our end.
    for signal in (1..32).filter(|&signal| signal != libc::SIGPIPE) {
        // SAFETY: SIG_DFL is a valid meaning for every signal. For the two that have no other the call fails.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    // SAFETY: a sigset_t is plain data; sigemptyset makes it a valid empty set, and the pointers are valid.
    unsafe {
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// Closes every file but the three standard ones.
///
/// To be called first in a process that has just been executed: what is open then was left over by whoever started
/// the runner, and nothing in this process knows of it.
pub(crate) fn close_inherited() {
    // SAFETY: the caller has opened no file yet, so no owned descriptor is closed behind its owner's back. Kernels
    // without the call (before 5.9) answer with an error, and the leftovers stay open as they would without it.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}

/// Kills every process of the PID namespace whose first process is the calling one. Elsewhere it does nothing.
pub(crate) fn kill_namespace() {
    // Anywhere else the call would end the machine.
    if std::process::id() == 1 {
        let _ = rustix::process::kill_process_group(Pid::INIT, rustix::process::Signal::KILL);
    }
}
