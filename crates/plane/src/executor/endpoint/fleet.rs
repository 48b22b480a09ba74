//! The replicas of one deployment: started together, restarted one by one, ended together.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Endpoints;
use super::replica::{self, Blueprint, Death, Replica};
use super::routing::{Live, LiveVariant};
use crate::executor::world::World;
use crate::services::sagemaker::{Deployment, Variant};

/// Deaths in a row after which an endpoint counts as broken.
const DEATHS: u32 = 5;
/// A death later than this after the one before starts a new row.
const ROW: Duration = Duration::from_mins(1);
/// Before the first restart; doubled for each further one in a row.
const PAUSE: Duration = Duration::from_millis(100);
/// How long calls to replicas that are replaced may go on.
const DRAIN: Duration = Duration::from_mins(1);

/// Replicas that answer.
pub(super) struct Fleet {
    pub(super) live: Arc<Live>,
    name: String,
    variants: Vec<Variant>,
    death_sender: mpsc::UnboundedSender<Death>,
    deaths: mpsc::UnboundedReceiver<Death>,
    restarts: JoinSet<(String, Result<Arc<Replica>, String>)>,
    in_a_row: u32,
    last_death: Option<tokio::time::Instant>,
}

impl Fleet {
    /// Starts every replica of a deployment. If one does not become healthy, none is left.
    pub(super) async fn start(
        endpoints: &Endpoints,
        name: &str,
        deployment: &Deployment,
    ) -> Result<Self, String> {
        let (death_sender, deaths) = mpsc::unbounded_channel();
        let starts = deployment.variants.iter().flat_map(|variant| {
            let blueprint = Blueprint {
                endpoint: name.to_owned(),
                variant: variant.clone(),
                deaths: death_sender.clone(),
            };
            (0..variant.instances).map(move |_| {
                let blueprint = blueprint.clone();
                async {
                    let name = blueprint.variant.name.clone();
                    (
                        name,
                        replica::start(&endpoints.world, &endpoints.client, blueprint).await,
                    )
                }
            })
        });
        let mut started = Vec::new();
        let mut failure = None;
        for (variant, outcome) in join_all(starts).await {
            match outcome {
                Ok(replica) => started.push((variant, replica)),
                Err(reason) => failure = failure.or(Some(reason)),
            }
        }
        if let Some(reason) = failure {
            join_all(started.iter().map(|(_, replica)| replica.kill())).await;
            return Err(reason);
        }
        let of = |variant: &Variant| {
            let own = started.iter().filter(|(name, _)| *name == variant.name);
            let replicas = own.map(|(_, replica)| Arc::clone(replica)).collect();
            LiveVariant::new(&variant.name, variant.weight, replicas)
        };
        Ok(Self {
            live: Arc::new(Live::new(deployment.variants.iter().map(of).collect())),
            name: name.to_owned(),
            variants: deployment.variants.clone(),
            death_sender,
            deaths,
            restarts: JoinSet::new(),
            in_a_row: 0,
            last_death: None,
        })
    }

    /// Waits for deaths and restarts what died. Returns the reason when too many died in a row.
    pub(super) async fn keep(&mut self, endpoints: &Arc<Endpoints>) -> String {
        loop {
            tokio::select! {
                Some(death) = self.deaths.recv() => {
                    if let Some(reason) = self.mourn(endpoints, &death) {
                        return reason;
                    }
                }
                Some(restarted) = self.restarts.join_next() => match restarted {
                    Ok((variant, Ok(replica))) => {
                        if let Some(live) = self.live.variant(Some(&variant)) {
                            live.add(replica);
                            endpoints.changes.send_modify(|count| *count += 1);
                        }
                    }
                    Ok((variant, Err(reason))) => {
                        let death = Death { variant, id: String::new(), reason };
                        if let Some(reason) = self.mourn(endpoints, &death) {
                            return reason;
                        }
                    }
                    Err(error) => tracing::error!(%error, "a restart was interrupted"),
                },
            }
        }
    }

    fn mourn(&mut self, endpoints: &Arc<Endpoints>, death: &Death) -> Option<String> {
        let now = tokio::time::Instant::now();
        let recent = self.last_death.is_some_and(|last| now - last < ROW);
        self.in_a_row = if recent { self.in_a_row + 1 } else { 1 };
        self.last_death = Some(now);
        tracing::warn!(
            endpoint = self.name,
            death.variant,
            death.reason,
            "a replica died"
        );
        let live = self.live.variant(Some(&death.variant))?;
        live.remove(&death.id);
        if self.in_a_row >= DEATHS {
            return Some(format!(
                "The primary container for production variant {} died {DEATHS} times in a row: {}",
                death.variant, death.reason
            ));
        }
        let variant = self
            .variants
            .iter()
            .find(|variant| variant.name == death.variant)?
            .clone();
        let blueprint = Blueprint {
            endpoint: self.name.clone(),
            variant,
            deaths: self.death_sender.clone(),
        };
        let pause = PAUSE * 2_u32.pow(self.in_a_row - 1);
        let endpoints = Arc::clone(endpoints);
        self.restarts.spawn(async move {
            tokio::time::sleep(pause).await;
            let name = blueprint.variant.name.clone();
            (
                name,
                replica::start(&endpoints.world, &endpoints.client, blueprint).await,
            )
        });
        None
    }

    /// Ends every replica after the calls that are under way.
    pub(super) async fn drain(mut self, world: &World) {
        self.restarts.shutdown().await;
        join_all(
            self.live
                .replicas()
                .iter()
                .map(|replica| replica.drain(world, DRAIN)),
        )
        .await;
    }

    /// Ends every replica at once.
    pub(super) async fn kill(mut self) {
        self.restarts.shutdown().await;
        join_all(self.live.replicas().iter().map(|replica| replica.kill())).await;
    }
}
