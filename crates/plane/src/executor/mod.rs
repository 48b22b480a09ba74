//! The executor: performs the effects that services decide on, and settles each in the transaction that records its
//! outcome.
//!
//! - Jobs are processes under the contract of SageMaker's containers (`job`, `transform`).
//! - Endpoints are sets of replicas, long-running jobs that answer HTTP (`endpoint`).
//! - Calls are what a state machine asks of object bytes and of endpoints (`call`).
//!
//! An effect is performed at least once. What was under way when a plane ended is found at the next start and performed
//! again: a job under its name, in the same record.

mod archive;
mod call;
mod client;
mod dispatch;
mod endpoint;
mod host;
mod image;
mod instance;
mod job;
mod launch;
mod metric_rules;
mod objects;
mod pump;
mod s3_uri;
mod slots;
mod transform;
mod workers;
mod world;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use crate::Fault;
use crate::store::EffectRow;

pub use endpoint::Endpoints;
pub use image::Interpreter;
pub(crate) use metric_rules::metric_pattern;
pub use s3_uri::{S3Uri, S3UriError};
pub(crate) use transform::check_data_processing;
pub use world::Deps;

/// Where released effects wait for the executor.
#[derive(Debug)]
pub struct Released(tokio::sync::mpsc::UnboundedReceiver<Vec<EffectRow>>);

/// The function that the writer calls with what a commit released, and the executor's end of it.
pub fn release_channel() -> (impl FnMut(Vec<EffectRow>) + Send + 'static, Released) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    // An executor that has ended performs nothing more; the next one finds the rows.
    let release = move |rows| drop(sender.send(rows));
    (release, Released(receiver))
}

/// A running executor.
#[derive(Debug)]
pub struct Executor {
    world: Arc<world::World>,
    endpoints: Arc<Endpoints>,
    released: Mutex<Option<Released>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Executor {
    /// An executor that performs nothing yet: [`Executor::open`] starts it.
    pub fn new(deps: Deps, released: Released) -> Self {
        let world = Arc::new(world::World::new(deps));
        Self {
            endpoints: Arc::new(Endpoints::new(Arc::clone(&world))),
            world,
            released: Mutex::new(Some(released)),
            task: Mutex::new(None),
        }
    }

    /// Who answers `InvokeEndpoint`.
    pub fn endpoints(&self) -> Arc<Endpoints> {
        Arc::clone(&self.endpoints)
    }

    /// Starts to perform effects, first those that an earlier plane left. `url` is where jobs reach the plane.
    pub async fn open(&self, url: &str) -> Result<(), Fault> {
        let released = self
            .released
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(released) = released else {
            return Ok(());
        };
        self.world.open(url)?;
        let task = dispatch::start(&self.world, &self.endpoints, released.0).await?;
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        Ok(())
    }

    /// Ends every job and replica at once. Their records stay as they are: the next plane goes on with them.
    pub async fn shutdown(&self) {
        self.world.close();
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            // It neither panics nor is aborted.
            let _ = task.await;
        }
    }
}
