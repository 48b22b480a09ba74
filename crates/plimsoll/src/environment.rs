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

/// Every variable whose name begins with a prefix.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub(crate) fn variables(prefix: &str) -> Vec<(String, String)> {
    let texts = env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    });
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
