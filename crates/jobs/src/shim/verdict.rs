//! Why a job ended, from what was done to it and what was seen of it.

use crate::exit::ExitReason;

/// What is known at the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// Why the shim has ended the job, if it has.
    pub cause: Option<ExitReason>,
    /// How the program ended, if the init process lived to see it.
    pub program: Option<ExitReason>,
    /// Whether the kernel has killed a process of the job for its memory.
    pub out_of_memory: bool,
    pub has_disk_limit: bool,
}

/// Gives the reason. A program that succeeded although one of its processes was killed for memory has succeeded.
pub(super) fn verdict(evidence: Evidence) -> ExitReason {
    match (evidence.cause, evidence.program) {
        (Some(cause), _) => cause,
        (None, Some(ExitReason::Code(0))) => ExitReason::Code(0),
        (None, _) if evidence.out_of_memory => ExitReason::OutOfMemory,
        // The kernel's answer to a file that grows beyond its limit.
        (None, Some(ExitReason::Signal(libc::SIGXFSZ))) if evidence.has_disk_limit => {
            ExitReason::DiskFull
        }
        (None, Some(reason)) => reason,
        // Nobody but a stranger kills an init process, and there is one signal that surely does it.
        (None, None) => ExitReason::Signal(libc::SIGKILL),
    }
}

#[cfg(test)]
mod tests {
    use super::ExitReason::{Code, DiskFull, OutOfMemory, Signal, Stopped, TimedOut};
    use super::*;

    #[test]
    fn what_was_done_stands_before_what_was_seen() {
        let cases = [
            // cause, program, out of memory, disk limit, expected
            (None, Some(Code(0)), false, false, Code(0)),
            (None, Some(Code(3)), false, true, Code(3)),
            (None, Some(Signal(15)), false, false, Signal(15)),
            (None, None, false, false, Signal(9)),
            (Some(Stopped), Some(Code(0)), false, false, Stopped),
            (Some(TimedOut), None, true, false, TimedOut),
            (
                Some(OutOfMemory),
                Some(Signal(9)),
                false,
                false,
                OutOfMemory,
            ),
            (None, Some(Signal(9)), true, false, OutOfMemory),
            (None, Some(Code(1)), true, false, OutOfMemory),
            (None, None, true, false, OutOfMemory),
            (None, Some(Code(0)), true, false, Code(0)),
            (None, Some(Signal(libc::SIGXFSZ)), false, true, DiskFull),
            (
                None,
                Some(Signal(libc::SIGXFSZ)),
                false,
                false,
                Signal(libc::SIGXFSZ),
            ),
        ];
        for (cause, program, out_of_memory, has_disk_limit, expected) in cases {
            let evidence = Evidence {
                cause,
                program,
                out_of_memory,
                has_disk_limit,
            };
            assert_eq!(verdict(evidence), expected, "{evidence:?}");
        }
    }
}
