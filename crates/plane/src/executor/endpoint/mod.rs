//! Endpoints: replicas of models behind a name, and the calls that reach them.
//!
//! Each endpoint has one manager, a task that performs its effects in order and restarts replicas that die. Calls never
//! wait for a manager: they read a table of what is live and go to the least loaded replica.

mod fleet;
mod invoke;
mod manager;
mod meter;
mod pipeline;
mod replica;
mod routing;
mod server;
mod shelf;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::client::Client;
use super::world::World;
use crate::Fault;
use crate::services::sagemaker::{Deployment, Endpoint, EndpointStatus};
use crate::store::Query;
use manager::Command;
use meter::Meter;
use routing::Live;

/// Every endpoint of the plane.
#[derive(Debug)]
pub struct Endpoints {
    world: Arc<World>,
    client: Client,
    meter: Arc<Meter>,
    live: RwLock<BTreeMap<String, Arc<Live>>>,
    /// Counts changes of `live`, for calls that wait for one.
    changes: watch::Sender<u64>,
    managers: Mutex<BTreeMap<String, mpsc::UnboundedSender<Command>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Endpoints {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self {
            world,
            client: Client::new(),
            meter: Arc::default(),
            live: RwLock::default(),
            changes: watch::Sender::new(0),
            managers: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// Starts what was in service when the last plane ended, and the flushing of metrics.
    pub(super) async fn relaunch(self: &Arc<Self>) -> Result<(), Fault> {
        server::remove_leftovers(&self.world).await;
        self.spawn(meter::flush(
            Arc::clone(&self.meter),
            Arc::clone(&self.world),
        ));
        let all = Query {
            limit: 100_000,
            ..Query::default()
        };
        let found = self
            .world
            .deps
            .readers
            .read(|snapshot| snapshot.list::<Endpoint>(&all))?;
        for endpoint in found.rows {
            let serves = matches!(
                endpoint.status,
                EndpointStatus::InService | EndpointStatus::Updating
            );
            if let (true, Some(active)) = (serves, endpoint.active) {
                self.tell(&endpoint.name, Command::Relaunch(active));
            }
        }
        Ok(())
    }

    /// Performs `StartEndpoint`.
    pub(super) fn start(self: &Arc<Self>, name: &str, effect: String) {
        self.tell(name, Command::Deploy { effect });
    }

    /// Performs `StopEndpoint`.
    pub(super) fn stop(self: &Arc<Self>, name: &str, effect: String) {
        self.tell(name, Command::Remove { effect });
    }

    /// Waits until every replica has ended and every metric is stored; the plane is closing.
    pub(super) async fn end(&self) {
        loop {
            let mut tasks = std::mem::take(&mut *lock(&self.tasks));
            if tasks.is_empty() {
                break;
            }
            while tasks.join_next().await.is_some() {}
        }
        self.meter.store(&self.world).await;
    }

    fn tell(self: &Arc<Self>, name: &str, command: Command) {
        let mut managers = lock(&self.managers);
        let command = match managers.get(name) {
            Some(manager) => match manager.send(command) {
                Ok(()) => return,
                Err(refused) => refused.0,
            },
            None => command,
        };
        let (sender, commands) = mpsc::unbounded_channel();
        // A receiver that was just made takes it.
        let _ = sender.send(command);
        managers.insert(name.to_owned(), sender);
        self.spawn(manager::manage(Arc::clone(self), name.to_owned(), commands));
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Makes a set of replicas the one that answers, or none.
    fn publish(&self, name: &str, live: Option<Arc<Live>>) {
        {
            let mut table = self.live.write().unwrap_or_else(PoisonError::into_inner);
            match live {
                Some(live) => table.insert(name.to_owned(), live),
                None => table.remove(name),
            };
        }
        self.changes.send_modify(|count| *count += 1);
    }

    fn live(&self, name: &str) -> Option<Arc<Live>> {
        self.live
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    fn pending(&self, name: &str) -> Result<Option<Deployment>, Fault> {
        let found = self
            .world
            .deps
            .readers
            .read(|snapshot| snapshot.get::<Endpoint>(name))?;
        Ok(found.and_then(|endpoint| endpoint.pending))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
