//! How the binary becomes a shim.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use rustix::process::{getpid, set_child_subreaper, setsid};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::launch::{Launch, launch};
use super::supervise::supervise;
use crate::kernel;
use crate::wire::{Failure, Inbox, Order, Report, Stage, send};

/// Runs the verb `shim`. The binary calls it first of all, before any thread is started or any file is opened, and
/// ends with the code that it returns.
///
/// `args` are the arguments after the verb; there are none. Standard input is the socket to the runner, the other two
/// become the job's own.
pub fn shim_main(args: impl Iterator<Item = OsString>) -> ExitCode {
    kernel::close_inherited();
    kernel::reset_signals();
    let outcome = if args.count() == 0 {
        run()
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "`shim` takes no arguments",
        ))
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "shim: {error}");
        ExitCode::from(2)
    })
}

fn run() -> io::Result<ExitCode> {
    let control = take_control()?;
    let mut inbox = Inbox::default();
    let Some(order) = inbox.receive::<Order>(&control)? else {
        return Ok(ExitCode::SUCCESS);
    };
    // A signal from the runner's terminal is the runner's business.
    setsid()?;
    set_child_subreaper(Some(getpid()))?;
    match launch(&order, &control) {
        Ok(Launch::Init(code)) => Ok(code),
        Ok(Launch::Over) => Ok(ExitCode::SUCCESS),
        Ok(Launch::Running(job)) => {
            supervise(*job, &order, &control, &inbox.rest());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(libc::EIO);
            send(
                &control,
                &Report::Failed(Failure {
                    stage: Stage::Shim,
                    errno,
                }),
            )?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Takes the socket to the runner away from standard input, which the job inherits.
fn take_control() -> io::Result<UnixStream> {
    let stdin = io::stdin();
    let control = stdin.as_fd().try_clone_to_owned()?;
    if rustix::net::getsockname(&control).is_err() {
        let reason = "standard input is no socket: the shim is started by the runner, not by hand";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    dup2_stdin(File::open("/dev/null")?)?;
    Ok(UnixStream::from(control))
}

/// Lets go of the job's output, so that its end is seen when the job is gone.
pub(super) fn release_output() -> io::Result<()> {
    let null = File::options().write(true).open("/dev/null")?;
    dup2_stdout(&null)?;
    dup2_stderr(&null)?;
    Ok(())
}
