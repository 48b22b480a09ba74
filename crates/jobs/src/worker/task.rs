//! The owner's side: a worker between its tasks.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::net::unix::pipe;
use tokio::sync::mpsc;
use units::Bytes;

use super::ORDERS;
use super::accompany::{Accompanied, accompany};
use super::tree::move_all;
use crate::error::StartError;
use crate::event::JobEvent;
use crate::exit::Usage;
use crate::runner::{Log, Runner, Running};
use crate::spec::JobSpec;

/// Events that may wait between a worker and whoever writes them down.
const EVENTS: usize = 1024;

/// One task of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The folder of the task, as that of a job: `ml` inside it is its tree, `log` beside that its log.
    pub folder: PathBuf,
    /// After this time the task is stopped, and its worker with it.
    pub max_runtime: Option<Duration>,
    /// Size of the log.
    pub log: Bytes,
}

/// A worker that has nothing to do. Dropping it ends it at once.
#[derive(Debug)]
pub struct Worker {
    pub(super) running: Running,
    pub(super) events: mpsc::Receiver<JobEvent>,
    pub(super) orders: pipe::Sender,
    pub(super) tree: PathBuf,
    /// What its earlier tasks have used.
    pub(super) spent: Usage,
    pub(super) tasks: u64,
    pub(super) resident: Bytes,
}

impl Runner {
    /// Starts a worker: a job whose program calls [`serve_tasks`](crate::serve_tasks). It has no time limit of its own.
    ///
    /// # Errors
    ///
    /// As those of a job, or where its pipe cannot be made.
    pub async fn start_worker(&self, mut spec: JobSpec) -> Result<Worker, StartError> {
        spec.max_runtime = None;
        let tree = spec.folder.join("ml");
        let path = tree.join(ORDERS);
        let orders = make_pipe(&path).map_err(|source| StartError::Folder { path, source })?;
        let (sender, events) = mpsc::channel(EVENTS);
        let running = self.start(spec, sender).await?;
        Ok(Worker {
            running,
            events,
            orders,
            tree,
            spent: Usage::default(),
            tasks: 0,
            resident: Bytes::new(0),
        })
    }
}

fn make_pipe(path: &Path) -> io::Result<pipe::Sender> {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    // Opened for both, it neither waits for the worker nor fails while that is not there yet.
    pipe::OpenOptions::new().read_write(true).open_sender(path)
}

impl Worker {
    /// How many tasks it has ended.
    pub fn tasks(&self) -> u64 {
        self.tasks
    }

    /// The memory that it kept from its last task.
    pub fn resident(&self) -> Bytes {
        self.resident
    }

    /// Whether it is there, as far as is known: one that was killed meanwhile has said so.
    pub fn is_there(&mut self) -> bool {
        loop {
            match self.events.try_recv() {
                Ok(_) => {}
                Err(mpsc::error::TryRecvError::Empty) => return true,
                Err(mpsc::error::TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Ends it, and waits until nothing of it is left.
    pub async fn end(mut self) {
        self.running.kill();
        self.events.close();
        self.running.wait().await;
    }

    /// Begins a task. What it says comes on `events`, and it is stopped, killed and waited for as a job. Before its end is
    /// told, its tree is back in its folder, and `back` has got the worker, or nothing where the worker has ended too.
    ///
    /// # Errors
    ///
    /// Where the folder of the task cannot be used; the worker has ended then.
    pub async fn begin(
        mut self,
        task: Task,
        events: mpsc::Sender<JobEvent>,
        back: impl FnOnce(Option<Self>) + Send + 'static,
    ) -> Result<Running, StartError> {
        match self.prepare(&task).await {
            Ok(log) => {
                let (commands, requests) = mpsc::unbounded_channel();
                let (pid, isolation) = (self.running.pid(), self.running.isolation().clone());
                let accompanied = Accompanied {
                    worker: self,
                    task,
                    log,
                    events,
                    requests,
                };
                let task = tokio::spawn(async move {
                    let (exit, worker) = accompany(accompanied).await;
                    back(worker);
                    exit
                });
                Ok(Running::new(pid, isolation, commands, task))
            }
            Err(source) => {
                self.end().await;
                back(None);
                let path = task.folder;
                Err(StartError::Folder { path, source })
            }
        }
    }

    async fn prepare(&mut self, task: &Task) -> io::Result<Log> {
        let log = Log::open(&task.folder.join("log"), task.log.get())?;
        move_all(&task.folder.join("ml"), &self.tree)?;
        self.orders.writable().await?;
        // One byte fits into a pipe that is empty.
        self.orders.try_write(b"\n")?;
        Ok(log)
    }
}
