//! The further containers of a pipeline in a batch transform: processes beside the job's own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use futures_util::future::{join_all, select_all};
use jobs::{Exit, Stopper, Usage};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Credentials;
use crate::executor::job::{Layout, SERVE_GRACE, lay_out};
use crate::executor::launch::Launch;
use crate::executor::metric_rules::MetricRules;
use crate::executor::pump::{Channel, pump};
use crate::executor::world::World;

/// A container to start.
#[derive(Debug, Clone)]
pub(crate) struct Companion {
    /// Name of its folder.
    pub(crate) id: String,
    /// How messages name it.
    pub(crate) hostname: String,
    /// What lies in its tree.
    pub(crate) layout: Layout,
    /// Its command.
    pub(crate) argv: Vec<OsString>,
    /// Its environment beyond what every process has.
    pub(crate) environment: BTreeMap<String, String>,
}

/// What companions share with the job that they belong to.
#[derive(Debug, Clone)]
pub(crate) struct Shared<'a> {
    /// The job's key.
    pub(crate) key: &'a Credentials,
    /// The job's CPUs.
    pub(crate) cpus: &'a [usize],
    /// The job's memory.
    pub(crate) memory: u64,
    /// Where the job's words go.
    pub(crate) channel: Channel,
}

/// Containers that run.
#[derive(Debug, Default)]
pub(crate) struct Companions(Vec<Running>);

#[derive(Debug)]
struct Running {
    id: String,
    hostname: String,
    stopper: Stopper,
    ended: watch::Receiver<Option<String>>,
    exit: JoinHandle<Exit>,
}

impl Companions {
    /// Starts every container; if one cannot be started, none is left.
    pub(crate) async fn start(
        world: &Arc<World>,
        companions: &[Companion],
        shared: &Shared<'_>,
    ) -> Result<Self, String> {
        let mut started = Self::default();
        for companion in companions {
            match run(world, companion, shared).await {
                Ok(running) => started.0.push(running),
                Err(reason) => {
                    started.end(world).await;
                    return Err(reason);
                }
            }
        }
        Ok(started)
    }

    /// The first container that ends by itself, in words for a failure reason.
    pub(crate) async fn first_end(&self) -> String {
        let ends = self.0.iter().map(|running| {
            Box::pin(async move {
                let mut ended = running.ended.clone();
                let reason = ended.wait_for(Option::is_some).await;
                let reason =
                    reason.map_or_else(|_| String::new(), |r| r.clone().unwrap_or_default());
                format!("AlgorithmError: {} ended with {reason}", running.hostname)
            })
        });
        let ends: Vec<_> = ends.collect();
        if ends.is_empty() {
            return std::future::pending().await;
        }
        select_all(ends).await.0
    }

    /// Ends the containers and waits until nothing of them is left; what they used.
    pub(crate) async fn end(self, world: &World) -> Vec<Usage> {
        for running in &self.0 {
            if world.is_closing() {
                running.stopper.kill();
            } else {
                running.stopper.stop();
            }
        }
        let mut used = Vec::with_capacity(self.0.len());
        let stoppers: Vec<_> = self
            .0
            .iter()
            .map(|running| running.stopper.clone())
            .collect();
        let folders: Vec<_> = self
            .0
            .iter()
            .map(|running| world.folder(&running.id))
            .collect();
        let mut exits = Box::pin(join_all(self.0.into_iter().map(|running| running.exit)));
        let exits = tokio::select! {
            exits = &mut exits => exits,
            () = world.closed() => {
                for stopper in stoppers {
                    stopper.kill();
                }
                exits.await
            }
        };
        used.extend(exits.into_iter().flatten().map(|exit| exit.usage));
        // What cannot be removed now lies in the folder of the jobs, and is replaced when the job runs again.
        let _ = tokio::task::spawn_blocking(move || {
            for folder in folders {
                let _ = std::fs::remove_dir_all(folder);
            }
        })
        .await;
        used
    }
}

/// Adds what companions used to what the job's own process used; all of them ran at the same time.
pub(crate) fn add(usage: &mut Usage, companions: &[Usage]) {
    for used in companions {
        usage.cpu_user += used.cpu_user;
        usage.cpu_system += used.cpu_system;
        usage.peak = units::Bytes::new(usage.peak.get().saturating_add(used.peak.get()));
    }
}

async fn run(
    world: &Arc<World>,
    companion: &Companion,
    shared: &Shared<'_>,
) -> Result<Running, String> {
    let folder = world.folder(&companion.id);
    lay_out(world, &folder, &companion.layout).await?;
    let mut environment = world.base_environment(&world.root(&folder), shared.key);
    environment.extend(companion.environment.clone());
    let launch = Launch {
        id: companion.id.clone(),
        argv: companion.argv.clone(),
        environment,
        cpus: shared.cpus.to_vec(),
        memory: shared.memory,
        max_runtime: None,
        grace: SERVE_GRACE,
        slot: None,
    };
    let (running, events) = world.launch(launch).await?;
    let channel = Channel {
        stream: format!("{}/{}", shared.channel.stream, companion.hostname),
        ..shared.channel.clone()
    };
    let said = tokio::spawn(pump(
        Arc::clone(world),
        channel,
        MetricRules::default(),
        events,
    ));
    let (sender, ended) = watch::channel(None);
    let stopper = running.stopper();
    let exit = tokio::spawn(async move {
        let exit = running.wait().await;
        let said = said.await.unwrap_or_default();
        let last = said
            .last_line
            .map(|line| format!(": {line}"))
            .unwrap_or_default();
        sender.send_replace(Some(format!("{}{last}", exit.reason)));
        exit
    });
    Ok(Running {
        id: companion.id.clone(),
        hostname: companion.hostname.clone(),
        stopper,
        ended,
        exit,
    })
}
