//! What a job needs, decided from its record alone: no file is touched here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::checkpoints::Checkpoints;
use super::inputs::Layout;
use super::outputs::Output;
use crate::executor::client::free_port;
use crate::executor::image::{Entry, Images, Program};
use crate::executor::metric_rules::MetricRules;
use crate::executor::transform::{Batch, Companion};
use crate::executor::world::World;
use crate::services::sagemaker::{Job, JobKind};
use crate::store::Snapshot;

/// The circumstances of a job.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Name of its folder.
    pub(crate) id: String,
    /// Where it sees its tree.
    pub(crate) root: PathBuf,
    /// Number of CPUs.
    pub(crate) cpus: usize,
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// A port for its server, if it is one; 0 where none is free.
    pub(crate) port: u16,
    /// The images of this machine.
    pub(crate) images: Images,
}

impl Site {
    /// The circumstances of a job of the given name and kind of resource.
    pub(crate) fn new(world: &World, name: &str, resource: &str, cpus: usize, memory: u64) -> Self {
        let id = format!("{resource}-{name}");
        Self {
            root: world.root(&world.folder(&id)),
            id,
            cpus,
            memory,
            port: free_port().unwrap_or(0),
            images: world.images(),
        }
    }

    /// The circumstances of a further container of the job; those of the job itself for the first.
    pub(crate) fn beside(&self, index: usize) -> Self {
        if index == 0 {
            return self.clone();
        }
        // No name of a job has a dot.
        let id = format!("{}.{index}", self.id);
        let shared = self.root == Path::new(steps::ML_ROOT);
        let own = self
            .root
            .parent()
            .unwrap_or(&self.root)
            .with_file_name(&id)
            .join("ml");
        Self {
            root: if shared { self.root.clone() } else { own },
            id,
            port: free_port().unwrap_or(0),
            ..self.clone()
        }
    }

    /// The program of an image.
    pub(crate) fn program(
        &self,
        image: &str,
        entry: Entry,
        entrypoint: &[Value],
        arguments: &[Value],
    ) -> Result<Program, String> {
        let words = |list: &[Value]| -> Vec<String> {
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let command = (&*words(entrypoint), &*words(arguments));
        self.images.program(image, entry, command)
    }
}

/// How a job is to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// The role whose rights its key has.
    pub(crate) role: String,
    /// What lies in its tree before it starts.
    pub(crate) layout: Layout,
    /// Its command.
    pub(crate) argv: Vec<OsString>,
    /// Its environment beyond what every process has.
    pub(crate) environment: BTreeMap<String, String>,
    /// Its time limit.
    pub(crate) max_runtime: Option<Duration>,
    /// What it prints as metrics.
    pub(crate) metrics: MetricRules,
    /// What it leaves.
    pub(crate) outputs: Vec<Output>,
    /// Whether what it left is kept although it was stopped.
    pub(crate) upload_when_stopped: bool,
    /// URI of the model that its outputs contain.
    pub(crate) artifact: Option<String>,
    /// Gigabytes that its folder may hold; `None` is SageMaker's default.
    pub(crate) volume: Option<u64>,
    /// The folder that is kept in the object store while it runs.
    pub(crate) checkpoints: Option<Checkpoints>,
    /// The batch that it serves, for a transform job.
    pub(crate) batch: Option<Batch>,
    /// The slot of a tuning job, for a trial that a worker performs.
    pub(crate) slot: Option<String>,
    /// Further containers of a pipeline, beside the job's own.
    pub(crate) companions: Vec<Companion>,
}

/// A kind of job that can be performed.
pub(crate) trait Work: JobKind {
    /// The instance type that the request names.
    fn instance_type(job: &Job<Self>) -> &str;

    /// How to run the job, or why it cannot run, in words for a failure reason.
    fn plan(snapshot: &Snapshot<'_>, job: &Job<Self>, site: &Site) -> Result<Plan, String>;
}

/// A text of a request; empty where it is missing.
pub(crate) fn text<'a>(request: &'a Value, pointer: &str) -> &'a str {
    request
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A list of a request; empty where it is missing.
pub(crate) fn items<'a>(request: &'a Value, pointer: &str) -> &'a [Value] {
    request
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The time limit of a request; a day where it names none, as on AWS.
pub(crate) fn max_runtime(request: &Value) -> Duration {
    let seconds = request
        .pointer("/StoppingCondition/MaxRuntimeInSeconds")
        .and_then(Value::as_u64);
    Duration::from_secs(seconds.unwrap_or(86_400))
}

/// The `Environment` of a request.
pub(crate) fn requested_environment(request: &Value) -> BTreeMap<String, String> {
    let members = request.get("Environment").and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}
