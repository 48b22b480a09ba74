//! The log for whoever operates a plane: standard error, off unless asked for, apart from what is printed for users.

use tracing_subscriber::EnvFilter;

use crate::environment::{LOG, variable};

/// Starts the log with the directives of the environment; errors alone by default.
pub(crate) fn start() {
    let directives = variable(LOG).unwrap_or_else(|| "error".to_owned());
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
