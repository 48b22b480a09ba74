//! How a job ended and what it used.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use units::Bytes;

/// The end of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// Why it ended.
    pub reason: ExitReason,
    /// What it used.
    pub usage: Usage,
}

/// Why a job ended.
///
/// What the runner did to the job stands before what the program answered to it: a program that exits with 0 after
/// `SIGTERM` was stopped, it did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExitReason {
    /// The program ended by itself with this code.
    Code(i32),
    /// The program was ended by this signal, which did not come from the runner.
    Signal(i32),
    /// The runner was told to stop or to kill it.
    Stopped,
    /// It ran longer than its limit.
    TimedOut,
    /// It used more memory than its limit.
    OutOfMemory,
    /// Its folder grew beyond its limit.
    DiskFull,
    /// It had more processes than its limit, where the kernel could not refuse them one by one.
    TooManyProcesses,
    /// The shim was killed by somebody else. The tree was ended with it; what the job did until then is unknown.
    Lost,
}

impl ExitReason {
    /// Whether the program ended by itself with code 0.
    pub fn is_success(self) -> bool {
        self == Self::Code(0)
    }

    /// The exit status that a shell would show: the code, or 128 and the number of the signal.
    pub fn status(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
            Self::Stopped | Self::TimedOut => 128 + 15,
            Self::OutOfMemory | Self::DiskFull | Self::TooManyProcesses | Self::Lost => 128 + 9,
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Stopped => f.write_str("stopped"),
            Self::TimedOut => f.write_str("longer than its maximum runtime"),
            Self::OutOfMemory => f.write_str("out of memory"),
            Self::DiskFull => f.write_str("job folder full"),
            Self::TooManyProcesses => f.write_str("too many processes"),
            Self::Lost => f.write_str("supervisor lost"),
        }
    }
}

/// What a job used, from the start of its program until nothing of its tree was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Time from the start of the program to its end.
    pub wall: Duration,
    /// CPU time in user mode of every process that was waited for.
    pub cpu_user: Duration,
    /// CPU time in the kernel.
    pub cpu_system: Duration,
    /// Largest resident memory: of the tree at any sample, or of its largest process at any moment. The page cache is
    /// no part of it, since it would grow with any machine.
    pub peak: Bytes,
    /// Bytes read by any means: files, pipes, sockets, cached or not.
    pub read: Bytes,
    /// Bytes written by any means.
    pub written: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_what_a_shell_would_show() {
        for (reason, status, words) in [
            (ExitReason::Code(0), 0, "exit code 0"),
            (ExitReason::Code(3), 3, "exit code 3"),
            (ExitReason::Signal(11), 139, "signal 11"),
            (ExitReason::Stopped, 143, "stopped"),
            (ExitReason::TimedOut, 143, "longer than its maximum runtime"),
            (ExitReason::OutOfMemory, 137, "out of memory"),
            (ExitReason::DiskFull, 137, "job folder full"),
            (ExitReason::TooManyProcesses, 137, "too many processes"),
            (ExitReason::Lost, 137, "supervisor lost"),
        ] {
            assert_eq!(
                (reason.status(), reason.to_string().as_str()),
                (status, words)
            );
            assert_eq!(reason.is_success(), status == 0, "{reason}");
        }
    }
}
