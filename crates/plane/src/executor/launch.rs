//! Starting a process of a job or a replica, with what both have in common.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jobs::{JobEvent, JobSpec, Limits, Running};
use tokio::sync::mpsc;
use units::Bytes;

use super::world::World;
use crate::Credentials;

/// Events that may wait between a job and those who write them down.
const EVENTS: usize = 1024;
/// Processes and threads of a job.
const PROCESSES: u64 = 4096;
/// Open files of a process.
const OPEN_FILES: u64 = 65_536;
/// Gigabytes of a container whose request names no volume: SageMaker's default.
pub(crate) const VOLUME: u64 = 30;
/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A process to start.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) id: String,
    pub(crate) argv: Vec<OsString>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) cpus: Vec<usize>,
    pub(crate) memory: u64,
    pub(crate) max_runtime: Option<Duration>,
    pub(crate) grace: Duration,
    /// The slot whose worker performs it; `None` for a process of its own.
    pub(crate) slot: Option<String>,
}

impl World {
    /// Starts a process whose folder has been laid out; its events come from the receiver.
    pub(crate) async fn launch(
        &self,
        launch: Launch,
    ) -> Result<(Running, mpsc::Receiver<JobEvent>), String> {
        self.launch_with(launch, VOLUME).await
    }

    /// The same with a volume of so many gigabytes: what the folder of the process may hold.
    pub(crate) async fn launch_with(
        &self,
        launch: Launch,
        volume: u64,
    ) -> Result<(Running, mpsc::Receiver<JobEvent>), String> {
        let (sender, events) = mpsc::channel(EVENTS);
        let spec = JobSpec {
            folder: self.folder(&launch.id),
            id: launch.id,
            argv: launch.argv,
            env: launch
                .environment
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            working_dir: None,
            limits: Limits {
                cpus: launch.cpus,
                memory: Some(Bytes::new(launch.memory)),
                processes: Some(PROCESSES),
                open_files: Some(OPEN_FILES),
                disk: Some(Bytes::new(volume << 30)),
                ..Limits::default()
            },
            max_runtime: launch.max_runtime,
            stop_grace: launch.grace,
        };
        let started = match launch.slot {
            Some(slot) => self.workers.start(self, (slot, spec), sender).await,
            None => self.runner.start(spec, sender).await,
        };
        match started {
            Ok(running) => Ok((running, events)),
            Err(error) => Err(chain(&error)),
        }
    }

    /// Where a process in `folder` finds its tree.
    pub(crate) fn root(&self, folder: &Path) -> PathBuf {
        if self.private_tree() {
            PathBuf::from(steps::ML_ROOT)
        } else {
            folder.join("ml")
        }
    }

    /// What every process is told: where programs, its tree and the plane are, and with which key to ask.
    pub(crate) fn base_environment(
        &self,
        root: &Path,
        key: &Credentials,
    ) -> BTreeMap<String, String> {
        let root = root.display().to_string();
        let region = self.deps.region.clone();
        let mut environment: BTreeMap<String, String> = [
            ("PATH", PATH.to_owned()),
            ("HOME", root.clone()),
            ("LANG", "C.UTF-8".to_owned()),
            ("AWS_REGION", region.clone()),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_ENDPOINT_URL", self.url().to_owned()),
            ("AWS_ACCESS_KEY_ID", key.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", key.secret_key.clone()),
            ("SAGEMAKER_BASE_DIR", root.clone()),
            ("PLIMSOLL_ML_ROOT", root),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if let Some(token) = &key.session_token {
            environment.insert("AWS_SESSION_TOKEN".to_owned(), token.clone());
        }
        environment
    }
}

/// An error with its sources, for a reason that people read.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
