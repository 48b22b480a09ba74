//! A job that runs, as its owner holds it.

use std::io;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::exit::{Exit, ExitReason, Usage};
use crate::isolation::Isolation;
use crate::wire;

/// A job that was started. Dropping it ends the job at once.
#[derive(Debug)]
pub struct Running {
    pid: i32,
    isolation: Isolation,
    commands: mpsc::UnboundedSender<u8>,
    task: JoinHandle<io::Result<Exit>>,
}

impl Running {
    pub(crate) fn new(
        pid: i32,
        isolation: Isolation,
        commands: mpsc::UnboundedSender<u8>,
        task: JoinHandle<io::Result<Exit>>,
    ) -> Self {
        Self {
            pid,
            isolation,
            commands,
            task,
        }
    }

    /// The process id of the program, as this process sees it.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// How the job is contained.
    pub fn isolation(&self) -> &Isolation {
        &self.isolation
    }

    /// Ends the job as `docker stop` would: `SIGTERM` to the whole tree, the grace of the specification, `SIGKILL`.
    /// More than once is the same as once; a job that has ended is left alone.
    pub fn stop(&self) {
        let _ = self.commands.send(wire::STOP);
    }

    /// Ends the job at once.
    pub fn kill(&self) {
        let _ = self.commands.send(wire::KILL);
    }

    /// A handle to stop the job with while something else waits for it.
    pub fn stopper(&self) -> Stopper {
        Stopper {
            commands: self.commands.downgrade(),
        }
    }

    /// Waits until nothing of the job is left and every line has been delivered. The events have to be taken
    /// meanwhile: a full channel holds the job.
    pub async fn wait(self) -> Exit {
        match self.task.await {
            Ok(Ok(exit)) => exit,
            // The task neither panics nor is aborted; should it be, the lifeline was closed and the tree with it.
            Ok(Err(_)) | Err(_) => Exit {
                reason: ExitReason::Lost,
                usage: Usage::default(),
            },
        }
    }
}

/// Stops a job from elsewhere. It does not keep the job alive.
#[derive(Debug, Clone)]
pub struct Stopper {
    commands: mpsc::WeakUnboundedSender<u8>,
}

impl Stopper {
    /// As [`Running::stop`].
    pub fn stop(&self) {
        self.send(wire::STOP);
    }

    /// As [`Running::kill`].
    pub fn kill(&self) {
        self.send(wire::KILL);
    }

    fn send(&self, command: u8) {
        if let Some(commands) = self.commands.upgrade() {
            let _ = commands.send(command);
        }
    }
}
