//! A pool of threads for one job: never the process's, so that a job keeps to the processors it was given.

/// The system gives no threads.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {threads} threads")]
pub struct ThreadsError {
    /// Threads asked for.
    pub threads: usize,
    /// What the system says.
    #[source]
    source: rayon::ThreadPoolBuildError,
}

impl ThreadsError {
    /// The stable code of the error.
    #[expect(clippy::unused_self, reason = "the same form as every error's")]
    pub const fn code(&self) -> &'static str {
        "P0224"
    }
}

/// A pool of so many threads, at least one.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, ThreadsError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build()
        .map_err(|source| ThreadsError { threads, source })
}
