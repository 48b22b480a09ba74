//! Workers: Python processes that hold the model and answer one request after the other over a socket of their own.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream as Blocking;
use std::path::PathBuf;
use std::process::Stdio;

use bytes::Bytes;
use rustix::io::{FdFlags, fcntl_setfd};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::Child;
use tokio::sync::{Mutex, Semaphore};

use super::settings::Container;
use crate::environment::{THREADS, variable};
use crate::image::Failed;

/// The program of a worker.
const PROGRAM: &str = include_str!("worker.py");
/// Bytes of an answer at most.
const ANSWER_LIMIT: usize = 100 << 20;

/// What workers are started from.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) container: Container,
    /// The user's module; absent where the framework's own functions serve.
    pub(super) module: Option<PathBuf>,
    pub(super) source: PathBuf,
    pub(super) model: PathBuf,
    pub(super) framework: String,
}

/// A request to a worker.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) content_type: &'a str,
    pub(crate) accept: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// What a worker answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

#[derive(Debug, Deserialize)]
struct Head {
    status: u16,
    content_type: String,
}

/// The workers of a model.
#[derive(Debug)]
pub(crate) struct Pool {
    recipe: Recipe,
    idle: Mutex<Vec<Option<Worker>>>,
    free: Semaphore,
}

#[derive(Debug)]
struct Worker {
    socket: UnixStream,
    // Ends with the worker: killed when it is dropped.
    _child: Child,
}

impl Pool {
    /// Starts the workers; each has loaded the model when this returns.
    pub(super) async fn start(recipe: Recipe, workers: usize) -> Result<Self, Failed> {
        // The first one shows whether the model loads; its reason is worth more than that of many.
        let mut idle = vec![Some(Worker::start(&recipe).await?)];
        for _ in 1..workers {
            idle.push(Some(Worker::start(&recipe).await?));
        }
        Ok(Self {
            recipe,
            idle: Mutex::new(idle),
            free: Semaphore::new(workers),
        })
    }

    /// Answers a request. A worker that dies over it is replaced for the next one.
    pub(crate) async fn answer(&self, request: &Request<'_>) -> Answer {
        let Ok(_permit) = self.free.acquire().await else {
            return Answer::failed("the container ends");
        };
        let worker = self.idle.lock().await.pop().flatten();
        let worker = match worker {
            Some(worker) => Ok(worker),
            None => Worker::start(&self.recipe).await,
        };
        let (answer, worker) = match worker {
            Err(Failed(reason)) => (Answer::failed(&reason), None),
            Ok(mut worker) => match worker.ask(request).await {
                Ok(answer) => (answer, Some(worker)),
                Err(error) => (
                    Answer::failed(&format!("the worker ended over this request: {error}")),
                    None,
                ),
            },
        };
        self.idle.lock().await.push(worker);
        answer
    }
}

impl Answer {
    fn failed(reason: &str) -> Self {
        Self {
            status: 500,
            content_type: "text/plain".to_owned(),
            body: Bytes::copy_from_slice(reason.as_bytes()),
        }
    }
}

impl Worker {
    async fn start(recipe: &Recipe) -> Result<Self, Failed> {
        let fail = |error: io::Error| Failed::because("a worker cannot start", &error);
        let (ours, theirs) = Blocking::pair().map_err(fail)?;
        ours.set_nonblocking(true).map_err(fail)?;
        let theirs = OwnedFd::from(theirs);
        let told = json!({
            "socket": theirs.as_raw_fd(),
            "module": recipe.module,
            "source": recipe.source,
            "model": recipe.model,
            "framework": recipe.framework,
        });
        let mut command = recipe.container.python();
        command
            .args(["-c", PROGRAM])
            .arg(told.to_string())
            .env("PYTHONPATH", &recipe.source)
            .current_dir(&recipe.container.root)
            .stdin(Stdio::null());
        if variable(THREADS).is_none() {
            // Workers answer side by side: the threads of each would only take the CPUs from the others.
            command.env(THREADS, "1");
        }
        // The worker inherits this end; it is closed here right after.
        fcntl_setfd(&theirs, FdFlags::empty()).map_err(|error| fail(error.into()))?;
        let child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .map_err(fail)?;
        drop(theirs);
        let mut worker = Self {
            socket: UnixStream::from_std(ours).map_err(fail)?,
            _child: child,
        };
        let ready = worker.answer().await.map_err(|error| {
            Failed(format!(
                "error[P0623]: the worker ended before it had loaded the model: {error}"
            ))
        })?;
        if ready.status == 200 {
            return Ok(worker);
        }
        let reason = String::from_utf8_lossy(&ready.body).into_owned();
        Err(Failed(format!(
            "error[P0623]: the model cannot be loaded: {reason}"
        )))
    }

    async fn ask(&mut self, request: &Request<'_>) -> io::Result<Answer> {
        let head: Value = json!({"content_type": request.content_type, "accept": request.accept});
        self.send(head.to_string().as_bytes()).await?;
        self.send(request.body).await?;
        self.answer().await
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.socket.write_all(&length.to_be_bytes()).await?;
        self.socket.write_all(bytes).await
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let head: Head = serde_json::from_slice(&self.receive().await?)?;
        let body = self.receive().await?;
        Ok(Answer {
            status: head.status,
            content_type: head.content_type,
            body: body.into(),
        })
    }

    async fn receive(&mut self) -> io::Result<Vec<u8>> {
        let length = self.socket.read_u32().await? as usize;
        if length > ANSWER_LIMIT {
            return Err(io::Error::other(format!("its answer has {length} bytes")));
        }
        let mut bytes = vec![0; length];
        self.socket.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
}
