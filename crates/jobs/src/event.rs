//! What a running job says: lines of its output and samples of what it uses.

use std::time::Duration;

use units::Bytes;

/// Where a line was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error, and notices of the runner itself.
    Stderr,
}

/// Something that a running job said or that was measured of it.
#[derive(Debug, Clone, PartialEq)]
pub enum JobEvent {
    /// One line of output, without its line ending.
    Line {
        /// Where it was written to.
        stream: Stream,
        /// The text; bytes that are not UTF-8 are replaced.
        text: String,
        /// Whether the line was longer than the limit: it was cut here and goes on in the stream's next event.
        truncated: bool,
        /// When it was read, in milliseconds since 1970.
        at: i64,
    },
    /// A sample of what the job uses. Samples are dropped rather than delaying a job.
    Sample(Sample),
}

/// What the tree of a job uses at one moment, and what it has used so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Time since the job's program was started.
    pub at: Duration,
    /// CPU time, user and system, of the whole tree until now.
    pub cpu: Duration,
    /// Resident memory of the whole tree now. Pages shared between its processes count in each.
    pub memory: Bytes,
    /// Bytes read until now, by any means: files, pipes, sockets, cached or not.
    pub read: Bytes,
    /// Bytes written until now.
    pub written: Bytes,
    /// Threads of the tree now; at least one a process.
    pub threads: u64,
}
