//! A replica: the containers of a model, each a process, with the calls that are under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join_all, select_all};
use tokio::sync::{mpsc, watch};

use super::server::{self, Order, Server};
use super::shelf::Shelf;
use crate::executor::client::Client;
use crate::executor::world::{World, until};
use crate::services::sagemaker::{ModelData, Variant};

/// A healthy replica.
#[derive(Debug)]
pub(super) struct Replica {
    pub(super) id: String,
    /// Its containers, in the order in which a request passes through them.
    pub(super) stages: Vec<Stage>,
    /// Whether a call names one of the containers.
    pub(super) direct: bool,
    load: AtomicUsize,
    suspect: AtomicBool,
    idle: watch::Sender<bool>,
    /// Whether it was asked to end.
    asked: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
}

/// A container of a replica.
#[derive(Debug)]
pub(super) struct Stage {
    /// How messages and direct calls name it.
    pub(super) hostname: String,
    /// What answers.
    pub(super) kind: StageKind,
}

/// What answers in a container.
#[derive(Debug)]
pub(super) enum StageKind {
    /// One model.
    One(Arc<Server>),
    /// The model that a call names.
    Many(Box<Shelf>),
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

    /// Waits until every health check succeeds, or a process has ended.
    pub(super) async fn recover(&self, client: &Client) {
        let mut ended = self.ended.clone();
        let healthy = join_all(
            self.servers()
                .map(|server| client.until_healthy(server.port)),
        );
        tokio::select! {
            _ = healthy => self.suspect.store(false, Ordering::Release),
            () = until(&mut ended) => {}
        }
    }

    /// Counts a call.
    pub(super) fn enter(self: &Arc<Self>) -> Call {
        self.load.fetch_add(1, Ordering::AcqRel);
        Call(Arc::clone(self))
    }

    /// Whether calls must name a model.
    pub(super) fn has_many_models(&self) -> bool {
        self.stages
            .iter()
            .any(|stage| matches!(stage.kind, StageKind::Many(_)))
    }

    /// Lets the calls under way end, then ends the processes and waits until nothing of them is left; at once when the
    /// plane ends.
    pub(super) async fn drain(&self, world: &World, patience: Duration) {
        let gentle = async {
            let mut idle = self.idle.subscribe();
            let quiet = async { while self.load() > 0 && idle.changed().await.is_ok() {} };
            // Whatever is under way after that is cut off.
            let _ = tokio::time::timeout(patience, quiet).await;
            self.end(true).await;
        };
        tokio::select! {
            () = gentle => {}
            () = world.closed() => self.kill().await,
        }
    }

    /// Ends the processes at once and waits until nothing of them is left.
    pub(super) async fn kill(&self) {
        self.end(false).await;
    }

    async fn end(&self, gently: bool) {
        self.asked.send_replace(true);
        end(&self.stages, gently).await;
        until(&mut self.ended.clone()).await;
    }

    /// Why the first process that ended has ended.
    async fn first_end(&self) -> String {
        let ends: Vec<_> = self
            .servers()
            .map(|server| Box::pin(server.ended()))
            .collect();
        if !ends.is_empty() {
            return select_all(ends).await.0;
        }
        // Processes of single models come and go; the replica is there until it is asked to end.
        let mut asked = self.asked.subscribe();
        let _ = asked.wait_for(|asked| *asked).await;
        "it was asked to end".to_owned()
    }

    fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        servers(&self.stages)
    }

    /// A replica without a process.
    #[cfg(test)]
    pub(super) fn fake(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            stages: Vec::new(),
            direct: false,
            load: AtomicUsize::new(0),
            suspect: AtomicBool::new(false),
            idle: watch::Sender::new(true),
            asked: watch::Sender::new(false),
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

fn servers(stages: &[Stage]) -> impl Iterator<Item = &Arc<Server>> {
    stages.iter().filter_map(|stage| match &stage.kind {
        StageKind::One(server) => Some(server),
        StageKind::Many(_) => None,
    })
}

async fn end(stages: &[Stage], gently: bool) {
    for server in servers(stages) {
        if gently {
            server.stop();
        } else {
            server.kill();
        }
    }
    for stage in stages {
        match &stage.kind {
            StageKind::One(server) => drop(server.ended().await),
            StageKind::Many(shelf) => shelf.end(gently).await,
        }
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

/// Starts a replica and waits until it is healthy; the reason where it is not, in words for a failure reason.
pub(super) async fn start(
    world: &Arc<World>,
    client: &Client,
    blueprint: Blueprint,
) -> Result<Arc<Replica>, String> {
    let drawn = world.run(|tx| Ok(format!("{:017x}", tx.random())));
    let id = drawn.await.map_err(|fault| fault.to_string())?;
    let stages = start_stages(world, client, &blueprint, &id).await?;
    let (ended, has_ended) = watch::channel(false);
    let replica = Arc::new(Replica {
        id: id.clone(),
        stages,
        direct: blueprint.variant.direct,
        load: AtomicUsize::new(0),
        suspect: AtomicBool::new(false),
        idle: watch::Sender::new(true),
        asked: watch::Sender::new(false),
        ended: has_ended,
    });
    let watched = Arc::clone(&replica);
    tokio::spawn(async move {
        // The first process that ends takes the replica with it.
        let reason = watched.first_end().await;
        end(&watched.stages, false).await;
        drop(watched);
        ended.send_replace(true);
        // Nobody listens any more once the endpoint is gone.
        let _ = blueprint.deaths.send(Death {
            variant: blueprint.variant.name,
            id,
            reason,
        });
    });
    Ok(replica)
}

/// Starts every container; if one does not become healthy, none is left.
async fn start_stages(
    world: &Arc<World>,
    client: &Client,
    blueprint: &Blueprint,
    instance: &str,
) -> Result<Vec<Stage>, String> {
    let variant = &blueprint.variant;
    let starts = variant.containers.iter().map(|container| {
        let order = Order {
            endpoint: blueprint.endpoint.clone(),
            variant: variant.name.clone(),
            instance: instance.to_owned(),
            instance_type: variant.instance_type.clone(),
            startup: Duration::from_secs(variant.startup_seconds),
            container: container.clone(),
            in_pipeline: variant.containers.len() > 1,
        };
        async move {
            let kind = match &container.data {
                Some(ModelData::Archives { prefix, cached }) => {
                    server::check(world, container)?;
                    StageKind::Many(Box::new(Shelf::new(order.clone(), prefix, *cached)?))
                }
                _ => StageKind::One(Server::start(world, client, &order).await?),
            };
            Ok(Stage {
                hostname: container.hostname.clone(),
                kind,
            })
        }
    });
    let outcomes: Vec<Result<Stage, String>> = join_all(starts).await;
    let mut stages = Vec::with_capacity(outcomes.len());
    let mut failure = None;
    for outcome in outcomes {
        match outcome {
            Ok(stage) => stages.push(stage),
            Err(reason) => failure = failure.or(Some(reason)),
        }
    }
    match failure {
        None => Ok(stages),
        Some(reason) => {
            end(&stages, false).await;
            Err(reason)
        }
    }
}
