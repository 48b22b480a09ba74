//! The models of a multi-model container: each a server of its own, started by the first call that names it.
//!
//! What is loaded is bounded; the model that was not asked for the longest makes room, after its calls. An archive that
//! was replaced is loaded anew by the next call; one that was deleted answers as long as it is loaded, as on AWS.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::server::{Order, Server};
use crate::Fault;
use crate::executor::S3Uri;
use crate::executor::client::{Answer, CallError, Client, Post};
use crate::executor::world::World;
use crate::services::s3::object;
use crate::services::sagemaker::ModelData;

/// Models of one replica that are loaded at the same time.
const LOADED: usize = 16;
/// How long a call waits for its model to be loaded.
const PATIENCE: Duration = Duration::from_mins(1);

/// The models of one replica that are loaded or on their way.
#[derive(Debug)]
pub(super) struct Shelf {
    order: Order,
    prefix: S3Uri,
    cached: bool,
    slots: Mutex<BTreeMap<String, Arc<Slot>>>,
    /// Every server that may still have a process.
    servers: Arc<Mutex<Vec<Arc<Server>>>>,
    clock: AtomicU64,
}

type Loaded = Option<Result<Arc<Server>, String>>;

/// A model; its server is asked to end when neither the shelf nor a call holds it any more.
#[derive(Debug)]
struct Slot {
    sha256: String,
    used: AtomicU64,
    loaded: watch::Receiver<Loaded>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(Ok(server)) = &*self.loaded.borrow() {
            server.stop();
        }
    }
}

impl Shelf {
    /// A shelf without a loaded model.
    pub(super) fn new(order: Order, prefix: &str, cached: bool) -> Result<Self, String> {
        Ok(Self {
            prefix: S3Uri::parse(prefix).map_err(|error| error.to_string())?,
            order,
            cached,
            slots: Mutex::default(),
            servers: Arc::default(),
            clock: AtomicU64::new(0),
        })
    }

    /// Asks the model of a name, which is loaded if it is not yet.
    pub(super) async fn ask(
        &self,
        (world, client): (&Arc<World>, &Client),
        name: &str,
        post: &Post,
        (limit, bytes): (Duration, usize),
    ) -> Result<Result<Answer, CallError>, Fault> {
        let mut attempts = 0;
        loop {
            let slot = self.slot(world, client, name)?;
            let mut loaded = slot.loaded.clone();
            let waited = tokio::time::timeout(PATIENCE, loaded.wait_for(Option::is_some)).await;
            let outcome = waited
                .ok()
                .and_then(Result::ok)
                .and_then(|loaded| loaded.clone());
            let server = match outcome {
                Some(Ok(server)) => server,
                Some(Err(reason)) => {
                    self.forget(name, &slot);
                    return Err(model_error(name, &reason));
                }
                None => {
                    return Err(Fault::new(
                        429,
                        "ModelNotReadyException",
                        format!("Model {name} is not ready for inference yet; try again later."),
                    ));
                }
            };
            let answer = client.post(server.port, post.clone(), limit, bytes).await;
            attempts += 1;
            if server.has_ended() || matches!(answer, Err(CallError::Unreachable)) {
                self.forget(name, &slot);
                if attempts < 2 && matches!(answer, Err(CallError::Unreachable)) {
                    continue;
                }
            }
            drop(slot);
            self.make_room();
            return Ok(answer);
        }
    }

    /// Ends every server and waits until nothing of them is left.
    pub(super) async fn end(&self, gently: bool) {
        lock(&self.slots).clear();
        let servers = std::mem::take(&mut *lock(&self.servers));
        for server in &servers {
            if gently {
                server.stop();
            } else {
                server.kill();
            }
        }
        for server in servers {
            server.ended().await;
        }
    }

    fn slot(&self, world: &Arc<World>, client: &Client, name: &str) -> Result<Arc<Slot>, Fault> {
        let uri = self.uri(name)?;
        let found = world
            .deps
            .readers
            .read(|snapshot| object::require(snapshot, &uri.bucket, &uri.key));
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let slot = {
            let mut slots = lock(&self.slots);
            let present = slots.get(name).filter(|slot| {
                found
                    .as_ref()
                    .map_or(true, |object| object.blob.sha256 == slot.sha256)
            });
            match (present, &found) {
                (Some(slot), _) => Arc::clone(slot),
                (None, Ok(object)) => {
                    let slot = self.load(world, client, (&uri, object.blob.sha256.clone()));
                    slots.insert(name.to_owned(), Arc::clone(&slot));
                    slot
                }
                (None, Err(_)) => return Err(no_such_archive(&uri)),
            }
        };
        slot.used.store(now, Ordering::Relaxed);
        self.make_room();
        Ok(slot)
    }

    /// The URI of an archive below the prefix.
    fn uri(&self, name: &str) -> Result<S3Uri, Fault> {
        let plain = |part: &str| !matches!(part, "" | "." | "..");
        if name.split('/').all(plain) && !name.contains('\0') {
            return Ok(self.prefix.join(name));
        }
        Err(Fault::client(
            "ValidationError",
            format!(
                "Target model {name} is not the name of an archive below {}.",
                self.prefix
            ),
        ))
    }

    fn load(
        &self,
        world: &Arc<World>,
        client: &Client,
        (uri, sha256): (&S3Uri, String),
    ) -> Arc<Slot> {
        let (sender, loaded) = watch::channel(None);
        let mut order = self.order.clone();
        order.container.data = Some(ModelData::Archive(uri.to_string()));
        let (world, client, servers) =
            (Arc::clone(world), client.clone(), Arc::clone(&self.servers));
        tokio::spawn(async move {
            let outcome = Server::start(&world, &client, &order).await;
            if let Ok(server) = &outcome {
                let mut servers = lock(&servers);
                servers.retain(|other| !other.has_ended());
                servers.push(Arc::clone(server));
            }
            let gone = sender.is_closed();
            if let Ok(server) = &outcome
                && gone
            {
                // Nobody waits for it any more.
                server.stop();
            }
            sender.send_replace(Some(outcome));
        });
        Arc::new(Slot {
            sha256,
            used: AtomicU64::new(0),
            loaded,
        })
    }

    /// Lets go of what nobody uses, the longest unused first, until the bound holds.
    fn make_room(&self) {
        let bound = if self.cached { LOADED } else { 0 };
        let mut slots = lock(&self.slots);
        while slots.len() > bound {
            let idle = slots
                .iter()
                .filter(|(_, slot)| Arc::strong_count(slot) == 1)
                .min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed))
                .map(|(name, _)| name.clone());
            match idle {
                Some(name) => drop(slots.remove(&name)),
                None => break,
            }
        }
    }

    fn forget(&self, name: &str, slot: &Arc<Slot>) {
        let mut slots = lock(&self.slots);
        if slots
            .get(name)
            .is_some_and(|present| Arc::ptr_eq(present, slot))
        {
            slots.remove(name);
        }
    }
}

fn no_such_archive(uri: &S3Uri) -> Fault {
    Fault::client(
        "ValidationError",
        format!(
            "Failed to download model data(bucket: {}, key: {}). Please ensure that there is an object located at the URL \
             and that the role passed to CreateModel has permissions to download the model.",
            uri.bucket, uri.key
        ),
    )
}

fn model_error(name: &str, reason: &str) -> Fault {
    Fault::new(
        424,
        "ModelError",
        format!("Model {name} cannot be loaded: {reason}"),
    )
    .with("OriginalStatusCode", 500)
    .with("OriginalMessage", reason)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
