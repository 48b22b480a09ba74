//! Owning a state's plane, or joining the one that is up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use plane::store::StoreError;
use plane::{Options, Plane, StartError, SystemClock};

use crate::client::{Aws, Endpoint};
use crate::failure::{Failure, chain};
use crate::state::{REGION, State};

/// How long to wait for an owner that holds the state but does not listen yet.
const PATIENCE: Duration = Duration::from_secs(3);

/// A plane to talk to: this process's own, or another's.
#[derive(Debug)]
pub(crate) struct Host {
    own: Option<Plane>,
    pub(crate) aws: Aws,
}

/// How a plane is started.
#[derive(Debug, Clone, Default)]
pub(crate) struct HostOptions {
    /// Port; 0: any.
    pub(crate) port: u16,
    /// Credentials in place of the state's.
    pub(crate) credentials: Option<(String, String)>,
    /// Whether clients may empty the state.
    pub(crate) allow_reset: bool,
    /// The user's Python, where a flag names it.
    pub(crate) python: Option<PathBuf>,
}

impl Host {
    /// Starts a plane on a state that nobody holds.
    pub(crate) async fn own(state: &State, options: &HostOptions) -> Result<Self, Failure> {
        let plane = start(state, options)
            .await
            .map_err(|error| start_failure(state, &error))?;
        Ok(Self::of(plane))
    }

    /// Starts a plane, or joins the one that is up.
    pub(crate) async fn own_or_join(state: &State, options: &HostOptions) -> Result<Self, Failure> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match start(state, options).await {
                Ok(plane) => return Ok(Self::of(plane)),
                Err(StartError::Held { .. }) => {
                    if let Ok(endpoint) = state.live_endpoint() {
                        return Ok(Self {
                            own: None,
                            aws: Aws::new(endpoint),
                        });
                    }
                }
                Err(error) => return Err(start_failure(state, &error)),
            }
            if tokio::time::Instant::now() >= deadline {
                // Says who holds it.
                return Self::own(state, options).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn of(plane: Plane) -> Self {
        let endpoint = Endpoint {
            url: plane.url().to_owned(),
            region: REGION.to_owned(),
            credentials: plane.credentials().for_signing(),
        };
        Self {
            own: Some(plane),
            aws: Aws::new(endpoint),
        }
    }

    /// Whether the plane is this process's own.
    pub(crate) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Ends an own plane with all its processes; leaves another's alone.
    pub(crate) async fn close(self) {
        if let Some(plane) = self.own {
            plane.shutdown().await;
        }
    }
}

async fn start(state: &State, options: &HostOptions) -> Result<Plane, StartError> {
    let program = std::env::current_exe().map_err(StartError::Thread)?;
    Plane::start(Options {
        state: state.folder.clone(),
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), options.port),
        region: REGION.to_owned(),
        program,
        interpreter: crate::python::interpreter(options.python.as_deref()),
        credentials: options.credentials.clone(),
        allow_reset: options.allow_reset,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Arc::new(SystemClock::default()),
        seed: plane::credentials::random_seed().map_err(StartError::Store)?,
        limits: plane::Limits::default(),
    })
    .await
}

fn start_failure(state: &State, error: &StartError) -> Failure {
    let shown = state.shown();
    match error {
        StartError::Newer { found, known, .. } => state.store_failure(&StoreError::Newer {
            path: state.folder.clone(),
            found: *found,
            known: *known,
        }),
        StartError::Held { pid, .. } => state.store_failure(&StoreError::Held {
            path: state.folder.clone(),
            pid: pid.unwrap_or(0),
        }),
        StartError::PortInUse { .. } => Failure::environment(error.to_string())
            .code("P0302")
            .hint("choose another with `--port`, or any free one with `--port 0`"),
        other => Failure::environment(format!(
            "the state `{shown}` cannot be used: {}",
            chain(other)
        ))
        .code("P0301")
        .hint("it must be a folder that you may write to, on a disk with room"),
    }
}
