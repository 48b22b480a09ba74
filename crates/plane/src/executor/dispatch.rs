//! Hands each effect to whom it belongs, and keeps the tasks that perform them.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::endpoint::Endpoints;
use super::world::World;
use super::{call, job};
use crate::Fault;
use crate::services::sagemaker::{JobKind, Processing, Training, Transform};
use crate::store::{Effect, EffectRow};

/// Calls of state machines that are made at the same time.
const CALLS: usize = 64;

struct Dispatch {
    world: Arc<World>,
    endpoints: Arc<Endpoints>,
    /// Jobs that wait or run, by kind and name: how each is told to end.
    stops: BTreeMap<(String, String), watch::Sender<bool>>,
    tasks: JoinSet<Option<(String, String)>>,
    calls: Arc<Semaphore>,
}

/// Performs what is left of an earlier plane, then what comes.
pub(super) async fn start(
    world: &Arc<World>,
    endpoints: &Arc<Endpoints>,
    mut released: mpsc::UnboundedReceiver<Vec<EffectRow>>,
) -> Result<JoinHandle<()>, Fault> {
    // Read through the writer, so that every effect is either in this list or released with a higher number.
    let left = world.run(|tx| Ok(tx.effects()?)).await?;
    let seen = left.last().map_or(0, |row| row.sequence);
    let mut dispatch = Dispatch {
        world: Arc::clone(world),
        endpoints: Arc::clone(endpoints),
        stops: BTreeMap::new(),
        tasks: JoinSet::new(),
        calls: Arc::new(Semaphore::new(CALLS)),
    };
    Ok(tokio::spawn(async move {
        // A whole process that does nothing: whoever waits for the plane to listen does not wait for it.
        dispatch.world.probe().await;
        if let Err(fault) = dispatch.endpoints.relaunch().await {
            tracing::error!(%fault, "endpoints of an earlier plane cannot be found");
        }
        for row in left {
            dispatch.perform(row);
        }
        loop {
            tokio::select! {
                rows = released.recv() => match rows {
                    Some(rows) => {
                        for row in rows.into_iter().filter(|row| row.sequence > seen) {
                            dispatch.perform(row);
                        }
                    }
                    None => break,
                },
                Some(ended) = dispatch.tasks.join_next() => dispatch.ended(ended.ok().flatten()),
                () = dispatch.world.closed() => break,
            }
        }
        dispatch.world.closed().await;
        while dispatch.tasks.join_next().await.is_some() {}
        dispatch.world.workers.end(&dispatch.world).await;
        dispatch.endpoints.end().await;
    }))
}

impl Dispatch {
    fn ended(&mut self, job: Option<(String, String)>) {
        if let Some(job) = job {
            self.stops.remove(&job);
        }
    }

    fn perform(&mut self, row: EffectRow) {
        match row.effect {
            Effect::StartJob { kind, name } => self.start_job(kind, name, row.key),
            Effect::StopJob { kind, name } => {
                if let Some(stop) = self.stops.get(&(kind, name)) {
                    stop.send_replace(true);
                }
                self.settle(row.key);
            }
            Effect::StartEndpoint { name, .. } => self.endpoints.start(&name, row.key),
            Effect::StopEndpoint { name } => self.endpoints.stop(&name, row.key),
            Effect::CallService {
                execution,
                task,
                service,
                operation,
                parameters,
            } => {
                let wanted = call::Call {
                    execution,
                    task,
                    service,
                    operation,
                    parameters,
                };
                let (world, endpoints) = (Arc::clone(&self.world), Arc::clone(&self.endpoints));
                let calls = Arc::clone(&self.calls);
                self.tasks.spawn(async move {
                    let made = async {
                        let _permit = calls.acquire_owned().await;
                        call::make(&world, &endpoints, wanted, row.key).await;
                    };
                    tokio::select! {
                        () = made => {}
                        () = world.closed() => {}
                    }
                    None
                });
            }
        }
    }

    fn start_job(&mut self, kind: String, name: String, effect: String) {
        let (stop, stopped) = watch::channel(false);
        let world = Arc::clone(&self.world);
        let id = (kind.clone(), name.clone());
        self.stops.insert(id.clone(), stop);
        self.tasks.spawn(async move {
            if kind == Training::WORDS.kind {
                job::run::<Training>(&world, &name, effect, stopped).await;
            } else if kind == Processing::WORDS.kind {
                job::run::<Processing>(&world, &name, effect, stopped).await;
            } else if kind == Transform::WORDS.kind {
                job::run::<Transform>(&world, &name, effect, stopped).await;
            } else {
                tracing::error!(kind, name, "a job of an unknown kind");
            }
            Some(id)
        });
    }

    fn settle(&mut self, effect: String) {
        let world = Arc::clone(&self.world);
        self.tasks.spawn(async move {
            if let Err(fault) = world.run(move |tx| Ok(tx.settle(&effect)?)).await {
                tracing::error!(%fault, "an effect cannot be settled");
            }
            None
        });
    }
}
