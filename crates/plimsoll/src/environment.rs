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
/// The interpreter of framework images; else the first `python3` of the path.
pub(crate) const PYTHON: &str = "PLIMSOLL_PYTHON";
/// Where environments of requirements are kept; set for jobs of framework images.
pub(crate) const PYTHON_ENVIRONMENTS: &str = "PLIMSOLL_ENVIRONMENTS";
/// The framework of a job's image.
pub(crate) const FRAMEWORK: &str = "PLIMSOLL_FRAMEWORK";
/// The module of that framework.
pub(crate) const FRAMEWORK_MODULE: &str = "PLIMSOLL_FRAMEWORK_MODULE";
/// What to install to have it.
pub(crate) const FRAMEWORK_PACKAGE: &str = "PLIMSOLL_FRAMEWORK_PACKAGE";
/// Program of a serving container, in script mode.
pub(crate) const PROGRAM: &str = "SAGEMAKER_PROGRAM";
/// Where its source is.
pub(crate) const SUBMIT_DIRECTORY: &str = "SAGEMAKER_SUBMIT_DIRECTORY";
/// Python processes that serve a model; as many as CPUs, unless it says otherwise.
pub(crate) const WORKERS: &str = "SAGEMAKER_MODEL_SERVER_WORKERS";
/// Threads of numeric libraries in a worker that serves a model; one, unless it says otherwise.
pub(crate) const THREADS: &str = "OMP_NUM_THREADS";
/// Names of the channels of a job, as JSON.
pub(crate) const CHANNELS: &str = "SM_CHANNELS";
/// Name of a training job.
pub(crate) const TRAINING_JOB: &str = "TRAINING_JOB_NAME";
/// Where programs are looked for.
pub(crate) const PATH: &str = "PATH";
/// Variables of the user that a job of a framework image keeps, so that packages can be installed.
pub(crate) const KEPT_FOR_PACKAGES: &[&str] = &[
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "https_proxy",
    "http_proxy",
    "no_proxy",
];
/// Those of `pip` are kept all.
pub(crate) const PIP: &str = "PIP_";

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
    read(
        PYTHON,
        "`run`, `up`, framework images",
        "the interpreter of framework images; else the first `python3` of the path",
    ),
    read(
        PYTHON_ENVIRONMENTS,
        "framework images",
        "where environments of requirements are kept",
    ),
    read(
        FRAMEWORK,
        "framework images",
        "the framework of a job's image",
    ),
    read(
        FRAMEWORK_MODULE,
        "framework images",
        "the module of that framework",
    ),
    read(
        FRAMEWORK_PACKAGE,
        "framework images",
        "what to install to have it",
    ),
    read(
        PROGRAM,
        "framework images",
        "program of a serving container, in script mode",
    ),
    read(SUBMIT_DIRECTORY, "framework images", "where its source is"),
    read(
        WORKERS,
        "framework images",
        "Python processes that serve a model; as many as CPUs, unless it says otherwise",
    ),
    read(
        THREADS,
        "framework images",
        "threads of numeric libraries in a worker that serves a model; one, unless it says otherwise",
    ),
    read(
        CHANNELS,
        "framework images",
        "names of the channels of a job, as JSON",
    ),
    read(TRAINING_JOB, "framework images", "name of a training job"),
    read(
        PATH,
        "`run`, `up`, framework images",
        "where programs are looked for",
    ),
    read(
        PIP,
        "`run`, `up`",
        "every variable that begins so is handed to jobs of framework images",
    ),
    read(
        "HTTPS_PROXY",
        "`run`, `up`",
        "handed to jobs of framework images, so that packages can be installed",
    ),
    read(
        "HTTP_PROXY",
        "`run`, `up`",
        "handed to jobs of framework images, so that packages can be installed",
    ),
    read(
        "NO_PROXY",
        "`run`, `up`",
        "handed to jobs of framework images, so that packages can be installed",
    ),
    read(
        "SSL_CERT_FILE",
        "`run`, `up`",
        "handed to jobs of framework images, so that packages can be installed",
    ),
    read(
        "REQUESTS_CA_BUNDLE",
        "`run`, `up`",
        "handed to jobs of framework images, so that packages can be installed",
    ),
];

/// Every variable whose name begins with a prefix.
pub(crate) fn variables(prefix: &str) -> Vec<(String, String)> {
    let texts = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| name.starts_with(prefix)).collect()
}

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
