//! The assembly: takes a state folder, opens its store, binds the port and starts what serves it; shut down, nothing of
//! it survives.
//!
//! Order matters. The lock comes first, so that nothing of another owner's state is touched; the port is bound before
//! the executor starts, so that a plane that cannot listen starts no process; `plane.json` names the address last.

mod error;
mod holder;
mod reset;
mod retention;
mod timers;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use error::StartError;

use crate::collection;
use crate::credentials::{self, Credentials, Keyring};
use crate::executor::{self, Deps, Executor, Interpreter};
use crate::gateway::{Gateway, GatewayOptions, Limits, Reset, Server};
use crate::store::{BlobStore, Owner, Readers, StateLock, Store, Writer};
use crate::{Clock, Fault};

/// How a plane is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The state folder; created where it is missing.
    pub state: PathBuf,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Region of the plane.
    pub region: String,
    /// The program: shim of jobs and entry points of our images.
    pub program: PathBuf,
    /// The interpreter of framework images.
    pub interpreter: Interpreter,
    /// Access key and secret key of the owner, in place of those of the state.
    pub credentials: Option<(String, String)>,
    /// Whether `POST /_plimsoll/reset` empties the state.
    pub allow_reset: bool,
    /// Version of the program, for the health page.
    pub version: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Seed of the id stream of a new state.
    pub seed: u64,
    /// Limits of the gateway.
    pub limits: Limits,
}

/// A running plane. Call [`Plane::shutdown`]; dropped without it, its tasks end with the runtime.
#[derive(Debug)]
pub struct Plane {
    url: String,
    credentials: Credentials,
    writer: Writer,
    readers: Readers,
    blobs: BlobStore,
    executor: Executor,
    server: Server,
    loops: [JoinHandle<()>; 2],
    _lock: StateLock,
}

impl Plane {
    /// Starts a plane on a state folder.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let lock = StateLock::acquire(&options.state)?;
        let clock = Arc::clone(&options.clock);
        let Opened {
            store,
            readers,
            blobs,
            owner,
        } = opened(&options).await?;
        let listener = bind(options.listen).await?;
        let (release, released) = executor::release_channel();
        let writer = Writer::start(store, release).map_err(StartError::Thread)?;
        writer.run("plane", credentials::prepare).await?;
        let deps = Deps {
            writer: writer.clone(),
            readers: readers.clone(),
            blobs: blobs.clone(),
            clock: Arc::clone(&clock),
            program: options.program,
            state: options.state,
            region: options.region.clone(),
            version: options.version.clone(),
            interpreter: options.interpreter,
        };
        let executor = Executor::new(deps, released);
        let gateway = Gateway::new(GatewayOptions {
            keyring: Keyring::new(owner.clone(), readers.clone()),
            writer: writer.clone(),
            readers: readers.clone(),
            blobs: blobs.clone(),
            invoker: executor.endpoints(),
            clock: Arc::clone(&clock),
            region: options.region,
            version: options.version.clone(),
            limits: options.limits,
            seed: credentials::random_seed()?,
            reset: options.allow_reset.then(|| resetter(&writer)),
        });
        let server = Server::start(listener, Arc::new(gateway)).map_err(StartError::Thread)?;
        let url = format!("http://{}", server.address());
        executor.open(&url).await.map_err(StartError::Resume)?;
        let loops = [
            tokio::spawn(timers::run(writer.clone(), Arc::clone(&clock))),
            tokio::spawn(retention::run(writer.clone(), Arc::clone(&clock))),
        ];
        lock.publish(&Owner {
            pid: std::process::id(),
            started: clock.wall_ms(),
            url: Some(url.clone()),
            version: options.version,
        })?;
        tracing::info!(url, "the plane is up");
        Ok(Self {
            url,
            credentials: owner,
            writer,
            readers,
            blobs,
            executor,
            server,
            loops,
            _lock: lock,
        })
    }

    /// Where it listens, such as `http://127.0.0.1:4566`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The owner's credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Takes commands.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Answers questions.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Bytes of objects.
    pub fn blobs(&self) -> &BlobStore {
        &self.blobs
    }

    /// Ends the plane: jobs and replicas are ended, requests that run may finish, the state is free. Whatever was under
    /// way goes on with the next plane.
    pub async fn shutdown(self) {
        for task in self.loops {
            task.abort();
            // It was aborted or had panicked; either way it is gone.
            let _ = task.await;
        }
        self.executor.shutdown().await;
        self.server.stop().await;
        tracing::info!(url = self.url, "the plane is down");
    }
}

/// What is opened of a state folder.
struct Opened {
    store: Store,
    readers: Readers,
    blobs: BlobStore,
    owner: Credentials,
}

/// Opens what lies in the state folder, on a thread for blocking work.
async fn opened(options: &Options) -> Result<Opened, StartError> {
    let options = options.clone();
    let work = move || {
        let database = options.state.join("plane.db");
        let store = Store::open(&database, options.clock, &options.region, options.seed)?;
        let readers = Readers::open(&database)?;
        let objects = options.state.join("objects");
        let blobs = BlobStore::open(&objects)?;
        let named = readers.read(collection::named)?;
        let swept = collection::sweep(&blobs, &named, false)?;
        tracing::debug!(
            removed = swept.contents,
            "contents without a name are collected"
        );
        let owner = match &options.credentials {
            Some((access, secret)) => Credentials::given(&options.state, access, secret)?,
            None => Credentials::of_state(&options.state)?,
        };
        Ok(Opened {
            store,
            readers,
            blobs,
            owner,
        })
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(opened) => opened,
        Err(error) => Err(StartError::Thread(std::io::Error::other(error))),
    }
}

fn resetter(writer: &Writer) -> Reset {
    let writer = writer.clone();
    Box::new(move || {
        let writer = writer.clone();
        Box::pin(async move {
            writer
                .run("reset", |tx| Ok::<_, Fault>(reset::empty(tx)?))
                .await
        })
    })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let holder = tokio::task::spawn_blocking(move || holder::of_port(address.port()));
            let holder = holder.await.unwrap_or_default();
            Err(StartError::PortInUse { address, holder })
        }
        Err(source) => Err(StartError::Bind { address, source }),
    }
}
