//! Starting a job: the order goes to a fresh shim, and its first report is awaited.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use units::Bytes;

use super::check::{check, check_folder};
use super::log::Log;
use super::running::Running;
use super::watch::{Watched, watch};
use crate::error::StartError;
use crate::event::JobEvent;
use crate::isolation::Isolation;
use crate::level::Level;
use crate::spec::{JobSpec, Limits};
use crate::wire::{self, Failure, Inbox, Octets, Order, Report, Stage};

/// Starts jobs. Cheap to share: it holds no process.
#[derive(Debug)]
pub struct Runner {
    program: PathBuf,
    cgroups: bool,
    known: Mutex<Known>,
}

/// What earlier jobs have found out, so that the next one does not try what is not possible here.
#[derive(Debug, Clone)]
struct Known {
    level: Level,
    /// Why no better one is possible.
    refusals: Vec<String>,
}

impl Runner {
    /// Makes a runner whose shims are `program` with the single argument `shim`: our own binary, by absolute path.
    pub fn new(program: PathBuf) -> Self {
        let known = Known {
            level: Level::BEST,
            refusals: Vec::new(),
        };
        Self {
            program,
            cgroups: true,
            known: Mutex::new(known),
        }
    }

    /// Uses no namespaces: jobs share `/opt/ml` and are contained by a subreaper, as on machines that forbid more.
    pub fn without_namespaces(mut self) -> Self {
        let refusals = vec!["namespaces are not wanted".to_owned()];
        self.known = Mutex::new(Known {
            level: Level::Bare,
            refusals,
        });
        self
    }

    /// Uses no control groups: limits are kept by watching, as on machines where the groups belong to somebody else.
    pub fn without_cgroups(mut self) -> Self {
        self.cgroups = false;
        self
    }

    /// Tells how a job with these limits would be contained here, by doing all of it but the program. `folder` is any
    /// folder that can stand in for a job's `ml`.
    pub async fn probe(&self, folder: &Path, limits: &Limits) -> Result<Isolation, StartError> {
        check_folder(folder)?;
        let mut spec = JobSpec::new("probe", folder, Vec::new());
        spec.limits = limits.clone();
        let order = self.order(&spec, folder, true);
        let mut shim = self.spawn(&order).await?;
        let (_, isolation, _) = self.first_report(&mut shim, &spec).await?;
        let _ = shim.child.wait().await;
        Ok(isolation)
    }

    /// Starts a job and returns when its program runs.
    ///
    /// Lines and samples arrive on `events`. A job whose events nobody takes waits with its output, as it would with a
    /// full pipe; dropping the receiver ends that, and the output goes to the log alone.
    pub async fn start(
        &self,
        spec: JobSpec,
        events: mpsc::Sender<JobEvent>,
    ) -> Result<Running, StartError> {
        check(&spec)?;
        let tree = spec.folder.join("ml");
        check_folder(&tree)?;
        let path = spec.folder.join("log");
        let log = Log::open(&path, spec.limits.log.get())
            .map_err(|source| StartError::Folder { path, source })?;
        let order = self.order(&spec, &tree, false);
        let mut shim = self.spawn(&order).await?;
        let (pid, isolation, cgroups) = self.first_report(&mut shim, &spec).await?;
        let (commands, requests) = mpsc::unbounded_channel();
        let watched = Watched {
            shim,
            cgroups,
            log,
            line: spec.limits.line.get(),
            events,
            requests,
        };
        Ok(Running::new(
            pid,
            isolation,
            commands,
            tokio::spawn(watch(watched)),
        ))
    }

    fn order(&self, spec: &JobSpec, tree: &Path, probe: bool) -> Order {
        let octets = |text: &std::ffi::OsString| Octets::from(text.as_os_str());
        Order {
            argv: spec.argv.iter().map(octets).collect(),
            env: spec
                .env
                .iter()
                .map(|(name, value)| (octets(name), octets(value)))
                .collect(),
            folder: Octets::from(spec.folder.as_path()),
            tree: Octets::from(tree),
            working_dir: spec.working_dir.as_deref().map(Octets::from),
            cpus: spec.limits.cpus.clone(),
            memory: spec.limits.memory.map(Bytes::get),
            processes: spec.limits.processes,
            open_files: spec.limits.open_files,
            disk: spec.limits.disk.map(Bytes::get),
            max_runtime: spec.max_runtime,
            stop_grace: spec.stop_grace,
            level: self.known().level,
            cgroups: self.cgroups,
            probe,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn spawn(&self, order: &Order) -> Result<Shim, StartError> {
        let shim = async {
            let (ours, theirs) = StdUnixStream::pair()?;
            ours.set_nonblocking(true)?;
            let mut control = UnixStream::from_std(ours)?;
            let child = Command::new(&self.program)
                .arg("shim")
                .env_clear()
                .stdin(Stdio::from(OwnedFd::from(theirs)))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()?;
            // A program that does not read its order is no shim: what it has said instead is told below.
            let _ = control.write_all(&wire::encode(order)).await;
            Ok(Shim {
                child,
                control,
                inbox: Inbox::default(),
            })
        };
        shim.await.map_err(|source| self.shim_error(source))
    }

    async fn first_report(
        &self,
        shim: &mut Shim,
        spec: &JobSpec,
    ) -> Result<(i32, Isolation, Vec<PathBuf>), StartError> {
        match shim.next().await {
            Ok(Some(Report::Started {
                pid,
                level,
                refusals,
                mut isolation,
                cgroups,
            })) => {
                let mut known = self.known();
                // A job that was started at the same time may have found out the same.
                if level > known.level {
                    known.level = level;
                    known.refusals.extend(refusals);
                }
                isolation.notes.splice(0..0, known.refusals.iter().cloned());
                Ok((
                    pid,
                    isolation,
                    cgroups.iter().map(Octets::to_path).collect(),
                ))
            }
            Ok(Some(Report::Failed(failure))) => {
                let _ = shim.child.wait().await;
                Err(self.start_error(failure, spec))
            }
            Ok(Some(_)) => Err(self.shim_error(io::ErrorKind::InvalidData.into())),
            Ok(None) => Err(self.shim_error(shim.explain().await)),
            Err(source) => Err(self.shim_error(source)),
        }
    }

    fn shim_error(&self, source: io::Error) -> StartError {
        StartError::Shim {
            program: self.program.clone(),
            source,
        }
    }

    fn start_error(&self, failure: Failure, spec: &JobSpec) -> StartError {
        let source = io::Error::from_raw_os_error(failure.errno);
        match failure.stage {
            Stage::Program => StartError::Program {
                path: spec.argv.first().map(PathBuf::from).unwrap_or_default(),
                source,
            },
            Stage::WorkingDir => StartError::WorkingDir {
                path: spec
                    .working_dir
                    .clone()
                    .unwrap_or_else(|| spec.folder.join("ml")),
                source,
            },
            Stage::Limit(limit) => StartError::Limit { limit, source },
            Stage::Shim => self.shim_error(source),
        }
    }
}

/// A shim that was started, and the line to it.
#[derive(Debug)]
pub(super) struct Shim {
    pub child: Child,
    pub control: UnixStream,
    inbox: Inbox,
}

impl Shim {
    /// The next report; `None` when shim and init process are gone.
    pub(super) async fn next(&mut self) -> io::Result<Option<Report>> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(report) = self.inbox.next()? {
                return Ok(Some(report));
            }
            match self.control.read(&mut chunk).await {
                Ok(0) => return Ok(None),
                Ok(length) => self.inbox.push(&chunk[..length]),
                // It is gone, and has left something of ours unread.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Why a shim ended without a report: what it wrote, which is the message of a program that is no shim.
    async fn explain(&mut self) -> io::Error {
        let mut said = Vec::new();
        if let Some(errors) = self.child.stderr.take() {
            let mut errors = errors.take(1024);
            let read = errors.read_to_end(&mut said);
            let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
        }
        let said = String::from_utf8_lossy(&said);
        let said = said.trim();
        let said = if said.is_empty() {
            "it ended without a word"
        } else {
            said
        };
        io::Error::other(said.to_owned())
    }
}
