//! The worker's side.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use super::account::Reading;
use super::{MARK, ORDERS};

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// What a program of its own would have exited with.
    pub code: u8,
    /// Whether the worker takes another task. One that has changed what a signal means, or whose state is in doubt, does
    /// not.
    pub stays: bool,
}

/// Performs the tasks that the owner gives, until it gives no more. `tree` is where the worker sees its own tree, in
/// which that of each task lies.
///
/// # Errors
///
/// Where the process is no worker, or its owner is gone.
pub fn serve_tasks(tree: &Path, mut task: impl FnMut() -> Done) -> io::Result<()> {
    let orders = File::open(tree.join(ORDERS))?;
    for order in BufReader::new(orders).lines() {
        order?;
        let reading = Reading::begin();
        let done = task();
        let account = serde_json::to_string(&reading.end(done))?;
        // Each stream has an end of its own: what came before it was the task's.
        writeln!(io::stderr(), "{MARK}")?;
        let mut out = io::stdout().lock();
        writeln!(out, "{MARK}{account}")?;
        out.flush()?;
        if !done.stays {
            break;
        }
    }
    Ok(())
}
