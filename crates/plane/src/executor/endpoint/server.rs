//! One serving container as a long-running process: started, healthy, ended.

use std::sync::Arc;
use std::time::Duration;

use jobs::{Exit, Running, Stopper};
use tokio::sync::watch;

use crate::credentials::{self, Credentials};
use crate::executor::client::{Client, free_port};
use crate::executor::image::Entry;
use crate::executor::instance;
use crate::executor::job::{SERVE_GRACE, container_layout, lay_out, replica_environment};
use crate::executor::launch::Launch;
use crate::executor::metric_rules::MetricRules;
use crate::executor::pump::{Channel, Said, pump};
use crate::executor::world::World;
use crate::services::logs;
use crate::services::sagemaker::Container;

/// Folders of replicas start with this.
pub(super) const PREFIX: &str = "endpoint-";

/// What a server is started from.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) endpoint: String,
    pub(super) variant: String,
    /// Name of the replica that it is a part of.
    pub(super) instance: String,
    pub(super) instance_type: String,
    pub(super) startup: Duration,
    pub(super) container: Container,
    /// Whether the replica has further containers.
    pub(super) in_pipeline: bool,
}

/// A process that has passed its health check.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) port: u16,
    stopper: Stopper,
    /// Why it ended, once it has and nothing of it is left.
    ended: watch::Receiver<Option<String>>,
}

struct Started {
    id: String,
    port: u16,
    running: Running,
    said: tokio::task::JoinHandle<Said>,
    key: String,
}

impl Server {
    /// Starts a container and waits until it is healthy; the reason where it is not, in words for a failure reason.
    pub(super) async fn start(
        world: &Arc<World>,
        client: &Client,
        order: &Order,
    ) -> Result<Arc<Self>, String> {
        let started = launch(world, order).await?;
        let stopper = started.running.stopper();
        let mut exit = Box::pin(started.running.wait());
        let limit = order.startup;
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
                    format!(
                        "{} It ended with {}",
                        unhealthy(order),
                        last_words(&exit, said)
                    )
                }
                Ok(why) => {
                    stopper.kill();
                    exit.await;
                    // Its lines are stored by now.
                    let _ = started.said.await;
                    format!("{} ({why})", unhealthy(order))
                }
            };
            clean(world, &started.id, started.key).await;
            return Err(reason);
        }
        let (ended, has_ended) = watch::channel(None);
        let server = Arc::new(Self {
            port: started.port,
            stopper,
            ended: has_ended,
        });
        let world = Arc::clone(world);
        tokio::spawn(async move {
            let exit: Exit = exit.await;
            let said = started.said.await.unwrap_or_default();
            clean(&world, &started.id, started.key).await;
            ended.send_replace(Some(last_words(&exit, said)));
        });
        Ok(server)
    }

    /// Asks the process to end.
    pub(super) fn stop(&self) {
        self.stopper.stop();
    }

    /// Ends the process at once.
    pub(super) fn kill(&self) {
        self.stopper.kill();
    }

    /// Whether nothing is left of the process.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Waits until nothing of the process is left; why it ended.
    pub(super) async fn ended(&self) -> String {
        let mut ended = self.ended.clone();
        let reason = ended.wait_for(Option::is_some).await;
        reason.map_or_else(
            |_| "the plane ends".to_owned(),
            |reason| reason.clone().unwrap_or_default(),
        )
    }
}

fn last_words(exit: &Exit, said: Said) -> String {
    let last = said
        .last_line
        .map(|line| format!(": {line}"))
        .unwrap_or_default();
    format!("{}{last}", exit.reason)
}

fn unhealthy(order: &Order) -> String {
    format!(
        "The {} container for production variant {} did not pass the ping health check. Please check CloudWatch logs \
         for this endpoint.",
        order.container.hostname, order.variant
    )
}

async fn launch(world: &Arc<World>, order: &Order) -> Result<Started, String> {
    let role = order.container.role.clone();
    let purpose = format!("endpoint {}", order.endpoint);
    let (group, stream) = log_stream(order);
    let issued = world.run(move |tx| {
        let number = format!("{:017x}", tx.random());
        // A server that says nothing has a stream all the same: clients wait for it.
        logs::append(tx, &group, &stream, &[])?;
        Ok((number, credentials::issue(tx, &role, &purpose)?))
    });
    let (number, key) = issued.await.map_err(|fault| fault.to_string())?;
    let id = format!("{PREFIX}{}-{number}", order.endpoint);
    let started = execute(world, order, id.clone(), &key).await;
    if started.is_err() {
        clean(world, &id, key.access_key).await;
    }
    started
}

async fn execute(
    world: &Arc<World>,
    order: &Order,
    id: String,
    key: &Credentials,
) -> Result<Started, String> {
    let container = &order.container;
    let program = world
        .images()
        .program(&container.image, Entry::Serve, (&[], &[]))?;
    let layout = container_layout(container)?;
    let folder = world.folder(&id);
    lay_out(world, &folder, &layout).await?;
    let port = free_port().map_err(|error| format!("no port is free: {error}"))?;
    let capacity = instance::capacity(&order.instance_type);
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
        slot: None,
    };
    let (running, events) = world.launch(launch).await?;
    let channel = channel(order, memory);
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

/// Log group and stream of a server.
fn log_stream(order: &Order) -> (String, String) {
    let mut stream = format!("{}/i-{}", order.variant, order.instance);
    if order.in_pipeline {
        stream = format!("{stream}/{}", order.container.hostname);
    }
    let group = format!("/aws/sagemaker/Endpoints/{}", order.endpoint);
    (group, stream)
}

fn channel(order: &Order, memory: u64) -> Channel {
    let dimensions = [
        ("EndpointName".to_owned(), order.endpoint.clone()),
        ("VariantName".to_owned(), order.variant.clone()),
    ];
    let (group, stream) = log_stream(order);
    Channel {
        trial: None,
        group,
        stream,
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

/// Whether the image of a container has a program here.
pub(super) fn check(world: &World, container: &Container) -> Result<(), String> {
    world
        .images()
        .program(&container.image, Entry::Serve, (&[], &[]))
        .map(drop)
}
