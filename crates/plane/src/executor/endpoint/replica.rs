//! A replica: a serving container as a long-running process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jobs::{Exit, Running, Stopper};
use tokio::sync::{mpsc, watch};

use crate::credentials::{self, Credentials};
use crate::executor::S3Uri;
use crate::executor::client::{Client, free_port};
use crate::executor::image::Entry;
use crate::executor::instance;
use crate::executor::job::{
    Input, Layout, SERVE_GRACE, container_source, lay_out, replica_environment,
};
use crate::executor::launch::Launch;
use crate::executor::metric_rules::MetricRules;
use crate::executor::pump::{Channel, pump};
use crate::executor::world::{World, until};
use crate::services::sagemaker::Variant;

/// Folders of replicas start with this.
const PREFIX: &str = "endpoint-";

/// A healthy replica.
#[derive(Debug)]
pub(super) struct Replica {
    pub(super) id: String,
    pub(super) port: u16,
    stopper: Option<Stopper>,
    load: AtomicUsize,
    suspect: AtomicBool,
    idle: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
}

/// A call under way; dropping it ends the call.
#[derive(Debug)]
pub(super) struct Call(Arc<Replica>);

impl Replica {
    /// Calls under way.
    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Acquire)
    }

    /// Whether its last answer was none, and no health check has succeeded since.
    pub(super) fn is_suspect(&self) -> bool {
        self.suspect.load(Ordering::Acquire)
    }

    /// Keeps calls away until [`Replica::recover`] has succeeded.
    pub(super) fn suspect(&self) {
        self.suspect.store(true, Ordering::Release);
    }

    /// Waits until a health check succeeds, or the process has ended.
    pub(super) async fn recover(&self, client: &Client) {
        let mut ended = self.ended.clone();
        tokio::select! {
            () = client.until_healthy(self.port) => self.suspect.store(false, Ordering::Release),
            () = until(&mut ended) => {}
        }
    }

    /// Counts a call.
    pub(super) fn enter(self: &Arc<Self>) -> Call {
        self.load.fetch_add(1, Ordering::AcqRel);
        Call(Arc::clone(self))
    }

    /// Lets the calls under way end, then ends the process and waits until nothing of it is left; at once when the plane
    /// ends.
    pub(super) async fn drain(&self, world: &World, patience: Duration) {
        let gentle = async {
            let mut idle = self.idle.subscribe();
            let quiet = async { while self.load() > 0 && idle.changed().await.is_ok() {} };
            // Whatever is under way after that is cut off.
            let _ = tokio::time::timeout(patience, quiet).await;
            if let Some(stopper) = &self.stopper {
                stopper.stop();
            }
            until(&mut self.ended.clone()).await;
        };
        tokio::select! {
            () = gentle => {}
            () = world.closed() => self.kill().await,
        }
    }

    /// Ends the process at once and waits until nothing of it is left.
    pub(super) async fn kill(&self) {
        if let Some(stopper) = &self.stopper {
            stopper.kill();
        }
        until(&mut self.ended.clone()).await;
    }

    /// A replica without a process.
    #[cfg(test)]
    pub(super) fn fake(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            port: 0,
            stopper: None,
            load: AtomicUsize::new(0),
            suspect: AtomicBool::new(false),
            idle: watch::Sender::new(true),
            ended: watch::channel(true).1,
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.load.fetch_sub(1, Ordering::AcqRel);
        self.0.idle.send_modify(|_| {});
    }
}

/// What a replica is started from.
#[derive(Debug, Clone)]
pub(super) struct Blueprint {
    pub(super) endpoint: String,
    pub(super) variant: Variant,
    /// Where the id of a replica that has ended goes.
    pub(super) deaths: mpsc::UnboundedSender<Death>,
}

/// A replica has ended by itself, or was ended.
#[derive(Debug)]
pub(super) struct Death {
    pub(super) variant: String,
    pub(super) id: String,
    pub(super) reason: String,
}

struct Started {
    id: String,
    port: u16,
    running: Running,
    said: tokio::task::JoinHandle<crate::executor::pump::Said>,
    key: String,
}

/// Starts a replica and waits until it is healthy; the reason where it is not, in words for a failure reason.
pub(super) async fn start(
    world: &Arc<World>,
    client: &Client,
    blueprint: Blueprint,
) -> Result<Arc<Replica>, String> {
    let started = launch(world, &blueprint).await?;
    let variant = &blueprint.variant;
    let stopper = started.running.stopper();
    let mut exit = Box::pin(started.running.wait());
    let limit = Duration::from_secs(variant.startup_seconds);
    let unhealthy = format!(
        "The primary container for production variant {} did not pass the ping health check. \
         Please check CloudWatch logs for this endpoint.",
        variant.name
    );
    let failure = tokio::select! {
        () = client.until_healthy(started.port) => None,
        exit = &mut exit => Some(Err(exit)),
        () = tokio::time::sleep(limit) => Some(Ok(format!("no answer within {} s", limit.as_secs()))),
        () = world.closed() => Some(Ok("the plane ends".to_owned())),
    };
    if let Some(failure) = failure {
        let reason = match failure {
            Err(exit) => {
                let said = started.said.await.unwrap_or_default();
                let last = said
                    .last_line
                    .map(|line| format!(": {line}"))
                    .unwrap_or_default();
                format!("{unhealthy} It ended with {}{last}", exit.reason)
            }
            Ok(why) => {
                stopper.kill();
                exit.await;
                // Its lines are stored by now.
                let _ = started.said.await;
                format!("{unhealthy} ({why})")
            }
        };
        clean(world, &started.id, started.key).await;
        return Err(reason);
    }
    let (ended, has_ended) = watch::channel(false);
    let replica = Arc::new(Replica {
        id: started.id.clone(),
        port: started.port,
        stopper: Some(stopper),
        load: AtomicUsize::new(0),
        suspect: AtomicBool::new(false),
        idle: watch::Sender::new(true),
        ended: has_ended,
    });
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let exit: Exit = exit.await;
        let said = started.said.await.unwrap_or_default();
        let last = said
            .last_line
            .map(|line| format!(": {line}"))
            .unwrap_or_default();
        clean(&world, &started.id, started.key).await;
        ended.send_replace(true);
        // Nobody listens any more once the endpoint is gone.
        let _ = blueprint.deaths.send(Death {
            variant: blueprint.variant.name,
            id: started.id,
            reason: format!("{}{last}", exit.reason),
        });
    });
    Ok(replica)
}

async fn launch(world: &Arc<World>, blueprint: &Blueprint) -> Result<Started, String> {
    let role = blueprint.variant.container.role.clone();
    let purpose = format!("endpoint {}", blueprint.endpoint);
    let issued = world.run(move |tx| {
        let instance = format!("{:017x}", tx.random());
        Ok((instance, credentials::issue(tx, &role, &purpose)?))
    });
    let (instance, key) = issued.await.map_err(|fault| fault.to_string())?;
    let started = execute(world, blueprint, &instance, &key).await;
    if started.is_err() {
        clean(world, &folder_name(blueprint, &instance), key.access_key).await;
    }
    started
}

fn folder_name(blueprint: &Blueprint, instance: &str) -> String {
    format!("{PREFIX}{}-{instance}", blueprint.endpoint)
}

async fn execute(
    world: &Arc<World>,
    blueprint: &Blueprint,
    instance: &str,
    key: &Credentials,
) -> Result<Started, String> {
    let variant = &blueprint.variant;
    let container = &variant.container;
    let images = world.images();
    let program = images.program(&container.image, Entry::Serve, (&[], &[]))?;
    let mut layout = Layout {
        folders: vec!["model".to_owned()],
        ..Layout::default()
    };
    if let Some(data) = &container.model_data {
        let uri = S3Uri::parse(data).map_err(|error| error.to_string())?;
        layout.inputs.push(Input::Archive {
            uri,
            folder: "model".to_owned(),
        });
    }
    layout.inputs.extend(container_source(container)?);
    let id = folder_name(blueprint, instance);
    let folder = world.folder(&id);
    lay_out(world, &folder, &layout).await?;
    let port = free_port().map_err(|error| format!("no port is free: {error}"))?;
    let capacity = instance::capacity(&variant.instance_type);
    let host = &world.host;
    let memory = capacity
        .memory
        .map_or(host.memory, units::Bytes::get)
        .min(host.memory);
    let mut cpus = host.cpus.clone();
    cpus.truncate(usize::try_from(capacity.cpus).unwrap_or(usize::MAX).max(1));
    let root = world.root(&folder);
    let mut environment = world.base_environment(&root, key);
    environment.extend(program.environment);
    environment.extend(replica_environment(
        container,
        &root,
        (port, cpus.len()),
        None,
    ));
    let launch = Launch {
        id: id.clone(),
        argv: program.argv,
        environment,
        cpus,
        memory,
        max_runtime: None,
        grace: SERVE_GRACE,
    };
    let (running, events) = world.launch(launch).await?;
    let channel = channel(blueprint, instance, memory);
    let said = tokio::spawn(pump(
        Arc::clone(world),
        channel,
        MetricRules::default(),
        events,
    ));
    Ok(Started {
        id,
        port,
        running,
        said,
        key: key.access_key.clone(),
    })
}

fn channel(blueprint: &Blueprint, instance: &str, memory: u64) -> Channel {
    let variant = &blueprint.variant.name;
    let dimensions = [
        ("EndpointName".to_owned(), blueprint.endpoint.clone()),
        ("VariantName".to_owned(), variant.clone()),
    ];
    Channel {
        group: format!("/aws/sagemaker/Endpoints/{}", blueprint.endpoint),
        stream: format!("{variant}/i-{instance}"),
        namespace: "/aws/sagemaker/Endpoints".to_owned(),
        host: dimensions.clone().into(),
        subject: dimensions.into(),
        memory,
    }
}

async fn clean(world: &Arc<World>, id: &str, key: String) {
    if let Err(fault) = world
        .run(move |tx| Ok(credentials::revoke(tx, &key)?))
        .await
    {
        tracing::warn!(%fault, id, "the key of a replica cannot be revoked");
    }
    let folder = world.folder(id);
    // A folder that cannot be removed now is removed when the next plane starts.
    let _ = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(folder)).await;
}

/// Removes the folders of replicas that ended with an earlier plane.
pub(super) async fn remove_leftovers(world: &World) {
    let jobs = world.folder("");
    let removed = tokio::task::spawn_blocking(move || {
        let entries = std::fs::read_dir(jobs)?;
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        std::io::Result::Ok(())
    });
    if let Ok(Err(error)) = removed.await {
        tracing::warn!(%error, "folders of earlier replicas cannot be removed");
    }
}
