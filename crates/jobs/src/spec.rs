//! What a job is told to be: its command, its folder and its limits.
//!
//! A specification is complete. Nothing of the caller's own environment, working directory or open files reaches a job
//! unless it stands here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use units::Bytes;

/// A job to be started.
///
/// The caller makes [`folder`](Self::folder) with an `ml` folder inside. The log of the job is written to `log` beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSpec {
    /// The name of the job in messages; it has no effect on how the job runs.
    pub id: String,
    /// The program, by absolute path, and its arguments. Paths below `/opt/ml` are allowed where that tree is private.
    pub argv: Vec<OsString>,
    /// The complete environment.
    pub env: Vec<(OsString, OsString)>,
    /// The folder of the job; `ml/` inside it is the tree that the job sees at `/opt/ml`.
    pub folder: PathBuf,
    /// Where the program starts; by default the job's own `ml` tree.
    pub working_dir: Option<PathBuf>,
    /// What the job may use.
    pub limits: Limits,
    /// After this time the job is stopped and ends as [`TimedOut`](crate::ExitReason::TimedOut).
    pub max_runtime: Option<Duration>,
    /// How long a job may go on after `SIGTERM`; `SIGKILL` follows.
    pub stop_grace: Duration,
}

impl JobSpec {
    /// The grace of the platform's own contract between `SIGTERM` and `SIGKILL`.
    pub const STOP_GRACE: Duration = Duration::from_mins(2);

    /// Describes a job that runs `argv` in `folder` with an empty environment and the default limits.
    pub fn new(id: impl Into<String>, folder: impl Into<PathBuf>, argv: Vec<OsString>) -> Self {
        Self {
            id: id.into(),
            argv,
            env: Vec::new(),
            folder: folder.into(),
            working_dir: None,
            limits: Limits::default(),
            max_runtime: None,
            stop_grace: Self::STOP_GRACE,
        }
    }
}

/// What a job may use. `None` is no limit beyond the machine's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The CPUs that the job may run on; empty for all.
    pub cpus: Vec<usize>,
    /// Memory of the whole tree; above it the job ends as [`OutOfMemory`](crate::ExitReason::OutOfMemory).
    pub memory: Option<Bytes>,
    /// Processes and threads of the whole tree.
    pub processes: Option<u64>,
    /// Open files of each process.
    pub open_files: Option<u64>,
    /// Size of the job's folder; above it the job ends as [`DiskFull`](crate::ExitReason::DiskFull). No single file may
    /// grow beyond it either.
    pub disk: Option<Bytes>,
    /// Size of the log; what a job writes beyond it is dropped after one notice.
    pub log: Bytes,
    /// Length of a line; a longer one is delivered in pieces.
    pub line: Bytes,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpus: Vec::new(),
            memory: None,
            processes: None,
            open_files: None,
            disk: None,
            log: Bytes::new(64 << 20),
            line: Bytes::new(64 << 10),
        }
    }
}
