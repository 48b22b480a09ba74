//! How a job of ours fails: the reason on standard error, and in the file that becomes `FailureReason`.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::failure::chain;

/// Why a job failed, in one line or more.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

impl Failed {
    /// A failure with the code of its page.
    pub(crate) fn coded(code: &str, error: &dyn Error) -> Self {
        Self(format!("error[{code}]: {}", chain(error)))
    }

    pub(crate) fn because(what: &str, error: &dyn Error) -> Self {
        Self(format!("error: {what}: {}", chain(error)))
    }
}

/// Ends a job: writes the reason where the contract wants it.
pub(crate) fn finish(root: &Path, outcome: Result<(), Failed>) -> ExitCode {
    let Err(Failed(reason)) = outcome else {
        return ExitCode::SUCCESS;
    };
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{reason}");
    let output = root.join("output");
    // A reason that cannot be written is still in the log.
    let _ = std::fs::create_dir_all(&output)
        .and_then(|()| std::fs::write(output.join("failure"), &reason));
    ExitCode::FAILURE
}
