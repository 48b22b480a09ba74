//! The life of one endpoint: deployments one after the other, restarts, the end.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::fleet::Fleet;
use super::{Endpoints, lock};
use crate::Fault;
use crate::services::sagemaker::{Deployment, endpoint};

/// What a manager is told.
#[derive(Debug)]
pub(super) enum Command {
    /// Start what was in service when the last plane ended.
    Relaunch(Deployment),
    /// Make the pending deployment the one that answers.
    Deploy {
        /// The effect to settle.
        effect: String,
    },
    /// End every replica and forget the endpoint.
    Remove {
        /// The effect to settle.
        effect: String,
    },
}

/// Performs the commands of one endpoint in order, until it is removed or the plane ends.
pub(super) async fn manage(
    endpoints: Arc<Endpoints>,
    name: String,
    mut commands: mpsc::UnboundedReceiver<Command>,
) {
    let mut fleet: Option<Fleet> = None;
    loop {
        let kept = async {
            match &mut fleet {
                Some(fleet) => fleet.keep(&endpoints).await,
                None => std::future::pending().await,
            }
        };
        let step = tokio::select! {
            command = commands.recv() => match command {
                Some(command) => perform(&endpoints, &name, command, &mut fleet).await,
                None => break,
            },
            reason = kept => broken(&endpoints, &name, reason, &mut fleet).await,
            () = endpoints.world.closed() => break,
        };
        match step {
            Ok(true) => {}
            Ok(false) => break,
            Err(fault) => tracing::error!(%fault, name, "an endpoint could not be recorded"),
        }
    }
    endpoints.publish(&name, None);
    if let Some(fleet) = fleet {
        fleet.kill().await;
    }
}

/// Whether the endpoint goes on.
async fn perform(
    endpoints: &Arc<Endpoints>,
    name: &str,
    command: Command,
    fleet: &mut Option<Fleet>,
) -> Result<bool, Fault> {
    match command {
        Command::Relaunch(deployment) => {
            match Fleet::start(endpoints, name, &deployment).await {
                Ok(started) => {
                    endpoints.publish(name, Some(Arc::clone(&started.live)));
                    *fleet = Some(started);
                }
                Err(reason) if endpoints.world.is_closing() => {
                    tracing::debug!(name, reason, "the plane ends before its endpoint was ready");
                }
                Err(reason) => {
                    let name = name.to_owned();
                    endpoints
                        .world
                        .run(move |tx| endpoint::broken(tx, &name, &reason))
                        .await?;
                }
            }
            Ok(true)
        }
        Command::Deploy { effect } => {
            deploy(endpoints, name, effect, fleet).await?;
            Ok(true)
        }
        Command::Remove { effect } => {
            lock(&endpoints.managers).remove(name);
            endpoints.publish(name, None);
            if let Some(fleet) = fleet.take() {
                fleet.drain(&endpoints.world).await;
            }
            let name = name.to_owned();
            let recorded = endpoints.world.run(move |tx| {
                if tx.settle(&effect)? {
                    endpoint::removed(tx, &name)?;
                }
                Ok(())
            });
            recorded.await?;
            Ok(false)
        }
    }
}

async fn deploy(
    endpoints: &Arc<Endpoints>,
    name: &str,
    effect: String,
    fleet: &mut Option<Fleet>,
) -> Result<(), Fault> {
    let Some(deployment) = endpoints.pending(name)? else {
        return endpoints
            .world
            .run(move |tx| Ok(tx.settle(&effect).map(drop)?))
            .await;
    };
    let started = Fleet::start(endpoints, name, &deployment).await;
    if endpoints.world.is_closing() {
        // The effect stays for the next plane.
        if let Ok(started) = started {
            started.kill().await;
        }
        return Ok(());
    }
    let key = name.to_owned();
    match started {
        Ok(started) => {
            endpoints.publish(name, Some(Arc::clone(&started.live)));
            if let Some(old) = fleet.replace(started) {
                let world = Arc::clone(&endpoints.world);
                endpoints.spawn(async move { old.drain(&world).await });
            }
            let recorded = endpoints.world.run(move |tx| {
                if tx.settle(&effect)? {
                    endpoint::deployed(tx, &key)?;
                }
                Ok(())
            });
            recorded.await
        }
        Err(reason) => {
            let recorded = endpoints.world.run(move |tx| {
                if tx.settle(&effect)? {
                    endpoint::not_deployed(tx, &key, &reason)?;
                }
                Ok(())
            });
            recorded.await
        }
    }
}

async fn broken(
    endpoints: &Arc<Endpoints>,
    name: &str,
    reason: String,
    fleet: &mut Option<Fleet>,
) -> Result<bool, Fault> {
    endpoints.publish(name, None);
    if let Some(fleet) = fleet.take() {
        fleet.kill().await;
    }
    let key = name.to_owned();
    endpoints
        .world
        .run(move |tx| endpoint::broken(tx, &key, &reason))
        .await?;
    Ok(true)
}
