//! What every part of the executor needs.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jobs::{Limits, Runner};
use tokio::sync::watch;

use super::host::Host;
use super::image::{Images, Interpreter};
use super::slots::Slots;
use super::workers::{self, Workers};
use crate::store::{BlobStore, Readers, StoreError, Tx, Writer};
use crate::{Clock, Fault};

/// The principal of the executor's own commands.
const PRINCIPAL: &str = "plane";

/// What an executor is made of.
#[derive(Debug, Clone)]
pub struct Deps {
    /// Takes commands.
    pub writer: Writer,
    /// Answers questions.
    pub readers: Readers,
    /// Bytes of objects.
    pub blobs: BlobStore,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// The program: shim of jobs and entry points of our images.
    pub program: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// Region of the plane.
    pub region: String,
    /// Version of the program: the tag of its image.
    pub version: String,
    /// The interpreter of framework images.
    pub interpreter: Interpreter,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) deps: Deps,
    pub(crate) runner: Runner,
    pub(crate) host: Host,
    pub(crate) slots: Arc<Slots>,
    pub(super) workers: Arc<Workers>,
    jobs: PathBuf,
    url: OnceLock<String>,
    private_tree: OnceLock<bool>,
    closing: watch::Sender<bool>,
}

impl World {
    pub(super) fn new(deps: Deps) -> Self {
        let host = Host::detect();
        Self {
            runner: Runner::new(deps.program.clone()),
            slots: Slots::new(&host.cpus, host.memory),
            host,
            workers: Arc::default(),
            jobs: deps.state.join("jobs"),
            deps,
            url: OnceLock::new(),
            private_tree: OnceLock::new(),
            closing: watch::Sender::new(false),
        }
    }

    /// Learns where jobs reach the plane.
    pub(super) fn open(&self, url: &str) -> Result<(), Fault> {
        std::fs::create_dir_all(&self.jobs)
            .and_then(|()| workers::clear(&self.jobs))
            .map_err(|source| StoreError::file(&self.jobs, source))?;
        self.url.get_or_init(|| url.to_owned());
        Ok(())
    }

    /// Learns what the kernel allows jobs, by running one that does nothing. Before the first job starts.
    pub(super) async fn probe(&self) {
        let private = match self.runner.probe(&self.jobs, &Limits::default()).await {
            Ok(isolation) => {
                tracing::info!(%isolation, "isolation of jobs");
                isolation.private_tree
            }
            Err(error) => {
                tracing::warn!(%error, "the isolation of jobs cannot be probed");
                false
            }
        };
        self.private_tree.get_or_init(|| private);
    }

    /// The images of this machine.
    pub(crate) fn images(&self) -> Images {
        Images {
            version: self.deps.version.clone(),
            program: self.deps.program.clone(),
            interpreter: self.deps.interpreter.clone(),
            environments: self.deps.state.join("environments"),
        }
    }

    /// The folder of a job or a replica.
    pub(crate) fn folder(&self, id: &str) -> PathBuf {
        self.jobs.join(id)
    }

    /// Where jobs reach the plane.
    pub(crate) fn url(&self) -> &str {
        self.url.get().map_or("", String::as_str)
    }

    /// Whether a job sees its own tree at `/opt/ml`.
    pub(crate) fn private_tree(&self) -> bool {
        self.private_tree.get().copied().unwrap_or(false)
    }

    /// Milliseconds since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.deps.clock.wall_ms()
    }

    /// Runs a command of the executor itself.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.deps.writer.run(PRINCIPAL, work).await
    }

    /// Tells everyone that the plane ends.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether the plane ends.
    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Waits until the plane ends.
    pub(crate) async fn closed(&self) {
        until(&mut self.closing.subscribe()).await;
    }
}

/// Waits until a switch is on. One whose owner is gone stays off for ever.
pub(crate) async fn until(switch: &mut watch::Receiver<bool>) {
    if switch.wait_for(|&on| on).await.is_err() {
        std::future::pending::<()>().await;
    }
}
