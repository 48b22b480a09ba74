//! Every environment variable that the binary reads.

use std::env::{self, VarError};
use std::path::PathBuf;

/// State folder, where `--state` is not given.
pub(crate) const STATE: &str = "PLIMSOLL_STATE";
/// Directives of the log, such as `info` or `plane=debug`; goes to standard error.
pub(crate) const LOG: &str = "PLIMSOLL_LOG";
/// Access key of `up`, where `--access-key` is not given.
pub(crate) const UP_ACCESS_KEY: &str = "PLIMSOLL_ACCESS_KEY";
/// Secret key that goes with it.
pub(crate) const UP_SECRET_KEY: &str = "PLIMSOLL_SECRET_KEY";
/// No colour, where set.
pub(crate) const NO_COLOR: &str = "NO_COLOR";
/// No colour, where it is 0.
pub(crate) const CLICOLOR: &str = "CLICOLOR";
/// Colour without a terminal too, where it is set and not 0.
pub(crate) const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";
/// Kind of the terminal; `dumb` means no colour and no redrawn lines.
pub(crate) const TERM: &str = "TERM";
/// Root of a job's tree, where `/opt/ml` cannot be private.
pub(crate) const ML_ROOT: &str = "PLIMSOLL_ML_ROOT";
/// Port that a serving job listens on; SageMaker's contract says 8080.
pub(crate) const SERVE_PORT: &str = "SAGEMAKER_BIND_TO_PORT";
/// Where a job reaches the plane; absent on AWS.
pub(crate) const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
/// Region of a job.
pub(crate) const REGION: &str = "AWS_REGION";
/// Key of a job.
pub(crate) const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
/// Secret of a job.
pub(crate) const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
/// Session token of a job.
pub(crate) const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// Number of CPUs of a job.
pub(crate) const CPUS: &str = "SM_NUM_CPUS";

/// A variable for the reference page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// Who reads it.
    pub(crate) reader: &'static str,
    pub(crate) meaning: &'static str,
}

const fn read(name: &'static str, reader: &'static str, meaning: &'static str) -> Variable {
    Variable {
        name,
        reader,
        meaning,
    }
}

/// All of them.
pub(crate) const VARIABLES: &[Variable] = &[
    read(
        STATE,
        "every verb",
        "state folder, where `--state` is not given",
    ),
    read(
        LOG,
        "every verb",
        "directives of the log, such as `info` or `plane=debug`; goes to standard error",
    ),
    read(
        UP_ACCESS_KEY,
        "`up`",
        "access key of `up`, where `--access-key` is not given",
    ),
    read(UP_SECRET_KEY, "`up`", "secret key that goes with it"),
    read(NO_COLOR, "every verb", "no colour, where set"),
    read(CLICOLOR, "every verb", "no colour, where it is 0"),
    read(
        CLICOLOR_FORCE,
        "every verb",
        "colour without a terminal too, where it is set and not 0",
    ),
    read(
        TERM,
        "every verb",
        "kind of the terminal; `dumb` means no colour and no redrawn lines",
    ),
    read(
        ML_ROOT,
        "the image",
        "root of a job's tree, where `/opt/ml` cannot be private",
    ),
    read(
        SERVE_PORT,
        "the image",
        "port that a serving job listens on; SageMaker's contract says 8080",
    ),
    read(
        ENDPOINT_URL,
        "the image",
        "where a job reaches the plane; absent on AWS",
    ),
    read(REGION, "the image", "region of a job"),
    read(ACCESS_KEY, "the image", "key of a job"),
    read(SECRET_KEY, "the image", "secret of a job"),
    read(SESSION_TOKEN, "the image", "session token of a job"),
    read(CPUS, "the image", "number of CPUs of a job"),
];

/// A variable that is set, not empty, and text.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    match env::var(name) {
        Ok(text) if !text.is_empty() => Some(text),
        Ok(_) | Err(VarError::NotPresent | VarError::NotUnicode(_)) => None,
    }
}

/// Root of the job's tree.
pub(crate) fn ml_root() -> PathBuf {
    variable(ML_ROOT).map_or_else(|| PathBuf::from(steps::ML_ROOT), PathBuf::from)
}
