//! Why a job could not be started.

use std::io;
use std::path::PathBuf;

/// A job did not start; nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The specification contradicts itself.
    #[error("job `{id}` cannot be started: {reason}")]
    Spec {
        /// The job.
        id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The job's folder is not there or cannot be used.
    #[error("job folder `{}` cannot be used", path.display())]
    Folder {
        /// The folder, or the part of it that is missing.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The program is missing, is not executable, or lacks its interpreter.
    #[error("program `{}` cannot be executed", path.display())]
    Program {
        /// The program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The working directory is not there or cannot be entered.
    #[error("working directory `{}` cannot be entered", path.display())]
    WorkingDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A limit was refused by the system, such as a CPU that does not exist.
    #[error("limit on {limit} cannot be set")]
    Limit {
        /// What was to be limited.
        limit: String,
        /// What the system said.
        source: io::Error,
    },
    /// The shim could not be started, or ended before it had started the job.
    #[error("shim `{}` failed", program.display())]
    Shim {
        /// The program that should have been the shim.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
