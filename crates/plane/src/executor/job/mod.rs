//! Jobs: from a released effect to a final record.
//!
//! The stages are those that a training job shows: a place on the machine, inputs, the program, outputs. Everything that
//! a job left is durable before its record says that it completed, and enters the records in that same transaction.

mod checkpoints;
mod environment;
mod evidence;
mod inputs;
mod outputs;
mod plan;
mod processing;
mod training;
mod verdict;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jobs::{Exit, JobEvent, Running};
use tokio::sync::{mpsc, watch};

use checkpoints::Mirror;
pub(crate) use environment::replica as replica_environment;
pub(crate) use inputs::{Layout, container_layout, lay_out};
pub(crate) use plan::{Plan, Site, Work, requested_environment};

use super::launch::{Launch, VOLUME};
use super::objects::{self, Stored};
use super::pump::{Channel, Said, pump};
use super::slots::{Need, Place};
use super::world::{World, until};
use super::{instance, transform};
use crate::Fault;
use crate::credentials::{self, Credentials};
use crate::services::cloudwatch;
use crate::services::sagemaker::job::{Begin, End, begin, enter, finish};
use crate::services::sagemaker::{Job, JobStatus, Secondary, tuning};
use crate::services::usage::{self, Usage};

/// Between `SIGTERM` and `SIGKILL`, by SageMaker's contract of jobs and of serving containers.
const JOB_GRACE: Duration = Duration::from_mins(2);
/// The same where the plane ends, for a job that keeps checkpoints.
const CHECKPOINT_GRACE: Duration = Duration::from_secs(10);
pub(crate) const SERVE_GRACE: Duration = Duration::from_secs(30);

/// A job whose turn has come.
struct Begun<K> {
    job: Job<K>,
    plan: Result<Plan, String>,
    key: Credentials,
}

/// What came of a batch: contents for its outputs, or why it failed.
type Driven = Result<Vec<Stored>, String>;

/// What came of it.
struct Outcome {
    end: End,
    stored: Vec<Stored>,
    exit: Option<Exit>,
    said: Said,
}

impl Outcome {
    fn failed(reason: &str) -> Self {
        Self {
            end: End::failed(reason),
            stored: Vec::new(),
            exit: None,
            said: Said::default(),
        }
    }

    /// A job is not done before its checkpoints are stored.
    fn with_checkpoints(mut self, stored: Result<(), String>) -> Self {
        if let (Err(reason), JobStatus::Completed | JobStatus::Stopped) = (stored, self.end.status)
        {
            let reason = format!("ClientError: Checkpoints could not be uploaded: {reason}");
            self.end = End::failed(&reason);
        }
        self
    }
}

/// Performs `StartJob`. When the plane ends meanwhile, the effect stays for the next one.
pub(crate) async fn run<K: Work>(
    world: &Arc<World>,
    name: &str,
    effect: String,
    stop: watch::Receiver<bool>,
) {
    if let Err(fault) = attempt::<K>(world, name, effect, stop).await {
        tracing::error!(%fault, name, "a job could not be recorded");
    }
}

async fn attempt<K: Work>(
    world: &Arc<World>,
    name: &str,
    effect: String,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Fault> {
    let Some(job) = world
        .deps
        .readers
        .read(|snapshot| snapshot.get::<Job<K>>(name))?
    else {
        return world.run(move |tx| Ok(tx.settle(&effect).map(drop)?)).await;
    };
    let capacity = instance::capacity(K::instance_type(&job));
    let host = &world.host;
    let memory = capacity
        .memory
        .map_or(host.memory, |memory| memory.get().min(host.memory));
    let need = Need {
        cpus: usize::try_from(capacity.cpus)
            .unwrap_or(usize::MAX)
            .min(host.cpus.len()),
        // An instance's memory also holds its own system and its cache, which exist once on this machine.
        memory: memory / 4 * 3,
    };
    let place = tokio::select! {
        place = world.slots.acquire(&job.run, need) => place,
        () = until(&mut stop) => Ok(world.slots.nowhere()),
        () = world.closed() => return Ok(()),
    };
    let place = match place {
        Ok(place) => place,
        Err(full) => {
            let outcome = Outcome::failed(&format!("CapacityError: {full}"));
            return record::<K>(world, &job, effect, outcome, None).await;
        }
    };
    let site = Site::new(
        world,
        &job.name,
        K::WORDS.resource,
        place.cpus.len(),
        memory,
    );
    let Some(begun) = begin_job::<K>(world, name, &effect, site.clone()).await? else {
        // It was stopped while it ran under an earlier plane, which could not clear up any more.
        clear(world.folder(&site.id), name).await;
        return Ok(());
    };
    let Some(outcome) = perform(world, &begun, &site, (&place, stop)).await else {
        return Ok(());
    };
    let folder = world.folder(&site.id);
    let held = Held {
        place: &place,
        key: &begun.key,
        site: &site,
    };
    record::<K>(world, &begun.job, effect, outcome, Some(held)).await?;
    drop(place);
    clear(folder, name).await;
    Ok(())
}

/// Removes the folder of a job, if it is there.
async fn clear(folder: PathBuf, name: &str) {
    let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(folder));
    match removed.await {
        Ok(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, name, "the folder of a job cannot be removed");
        }
        _ => {}
    }
}

async fn begin_job<K: Work>(
    world: &World,
    name: &str,
    effect: &str,
    site: Site,
) -> Result<Option<Begun<K>>, Fault> {
    let (name, effect) = (name.to_owned(), effect.to_owned());
    let work = move |tx: &mut crate::store::Tx<'_>| {
        let Begin::Run(job) = begin::<K>(tx, &name)? else {
            tx.settle(&effect)?;
            return Ok(None);
        };
        let plan = K::plan(tx, &job, &site);
        let role = plan.as_ref().map_or("", |plan| plan.role.as_str());
        let key = credentials::issue(tx, role, &job.arn)?;
        Ok(Some(Begun {
            job: *job,
            plan,
            key,
        }))
    };
    world.run(work).await
}

/// Runs the job's program and collects what it leaves. `None`: the plane ends.
async fn perform<K: Work>(
    world: &Arc<World>,
    begun: &Begun<K>,
    site: &Site,
    (place, mut stop): (&Place, watch::Receiver<bool>),
) -> Option<Outcome> {
    let plan = match &begun.plan {
        Ok(plan) => plan.clone(),
        Err(reason) => return Some(Outcome::failed(&format!("ClientError: {reason}"))),
    };
    let folder = world.folder(&site.id);
    if let Err(reason) = lay_out(world, &folder, &plan.layout).await {
        return Some(Outcome::failed(&format!(
            "ClientError: Data download failed:{reason}"
        )));
    }
    if *stop.borrow() {
        let end = End::new(JobStatus::Stopped, Secondary::Stopped);
        return Some(Outcome {
            end,
            ..Outcome::failed("")
        });
    }
    let channel = channel::<K>(&begun.job, site, world.now());
    let shared = transform::Shared {
        key: &begun.key,
        cpus: &place.cpus,
        memory: site.memory,
        channel: channel.clone(),
    };
    let companions = match transform::Companions::start(world, &plan.companions, &shared).await {
        Ok(companions) => companions,
        Err(reason) => return Some(Outcome::failed(&format!("ClientError: {reason}"))),
    };
    let launch = launch_of(world, (&plan, site), (&begun.key, place));
    let volume = plan.volume.unwrap_or(VOLUME);
    let (running, events) = match world.launch_with(launch, volume).await {
        Ok(started) => started,
        Err(reason) => {
            companions.end(world).await;
            return Some(Outcome::failed(&format!("InternalServerError: {reason}")));
        }
    };
    let started = Started {
        running,
        events,
        channel,
        companions,
    };
    accompany(world, begun, site, (&plan, started, &mut stop)).await
}

/// What runs for a job.
struct Started {
    running: Running,
    events: mpsc::Receiver<JobEvent>,
    channel: Channel,
    companions: transform::Companions,
}

/// Stays with a job to its end: writes down what it says, and keeps its checkpoints.
async fn accompany<K: Work>(
    world: &Arc<World>,
    begun: &Begun<K>,
    site: &Site,
    (plan, started, stop): (&Plan, Started, &mut watch::Receiver<bool>),
) -> Option<Outcome> {
    let Started {
        running,
        events,
        channel,
        companions,
    } = started;
    let pumped = tokio::spawn(pump(
        Arc::clone(world),
        channel,
        plan.metrics.clone(),
        events,
    ));
    let name = begun.job.name.clone();
    let entered = world.run(move |tx| enter::<K>(tx, &name, Secondary::Training));
    let tree = world.folder(&site.id).join("ml");
    let kept = plan.checkpoints.clone();
    let mirror = kept.map(|kept| Mirror::start(world, kept, &tree));
    let (entered, watched) = tokio::join!(
        entered,
        watch_over(world, running, (plan, &companions), stop)
    );
    let mirrored = match mirror {
        Some(mirror) => mirror.finish().await,
        None => Ok(()),
    };
    if let Err(fault) = entered {
        tracing::warn!(%fault, name = begun.job.name, "a status was not stored");
    }
    let said = pumped.await.unwrap_or_default();
    let used = companions.end(world).await;
    let (mut exit, batch) = watched?;
    transform::add(&mut exit.usage, &used);
    let outcome = conclude(world, begun, site, (plan, exit, batch, said)).await;
    Some(outcome.with_checkpoints(mirrored))
}

/// The process of a job.
fn launch_of(
    world: &World,
    (plan, site): (&Plan, &Site),
    (key, place): (&Credentials, &Place),
) -> Launch {
    let mut environment = world.base_environment(&site.root, key);
    environment.extend(plan.environment.clone());
    Launch {
        id: site.id.clone(),
        argv: plan.argv.clone(),
        environment,
        cpus: place.cpus.clone(),
        memory: site.memory,
        max_runtime: plan.max_runtime,
        grace: if plan.batch.is_some() {
            SERVE_GRACE
        } else {
            JOB_GRACE
        },
        slot: plan.slot.clone(),
    }
}

/// Waits for the end of the program, and drives it where it serves a batch. `None`: the plane ends; a job with checkpoints
/// may write one then, any other begins anew in any case.
async fn watch_over(
    world: &Arc<World>,
    running: Running,
    (plan, companions): (&Plan, &transform::Companions),
    stop: &mut watch::Receiver<bool>,
) -> Option<(Exit, Option<Driven>)> {
    let (batch, keeps) = (plan.batch.as_ref(), plan.checkpoints.is_some());
    let stopper = running.stopper();
    let mut exit = std::pin::pin!(running.wait());
    let mut driven = std::pin::pin!(async {
        match batch {
            Some(batch) => tokio::select! {
                driven = transform::drive(world, batch) => driven,
                reason = companions.first_end() => Err(reason),
            },
            None => std::future::pending().await,
        }
    });
    let mut result = None;
    let (mut stopping, mut closing, mut ended) = (false, false, false);
    // Once: a job that was told to end and does not is ended.
    let mut patience = std::pin::pin!(async {
        world.closed().await;
        tokio::time::sleep(CHECKPOINT_GRACE).await;
    });
    loop {
        tokio::select! {
            exit = &mut exit => return (!closing).then_some((exit, result)),
            outcome = &mut driven, if result.is_none() && !stopping => {
                result = Some(outcome);
                stopper.stop();
            }
            () = until(stop), if !stopping => {
                stopping = true;
                stopper.stop();
            }
            () = world.closed(), if !closing => {
                closing = true;
                if keeps {
                    stopper.stop();
                } else {
                    stopper.kill();
                }
            }
            () = &mut patience, if closing && !ended => {
                ended = true;
                stopper.kill();
            }
        }
    }
}

/// Decides how the job ended and makes its outputs durable.
async fn conclude<K: Work>(
    world: &Arc<World>,
    begun: &Begun<K>,
    site: &Site,
    (plan, exit, batch, said): (&Plan, Exit, Option<Driven>, Said),
) -> Outcome {
    let folder = world.folder(&site.id).join("ml");
    let facts = evidence::collect(&folder, said.last_line.as_deref());
    let mut end = match &plan.batch {
        Some(_) => verdict::of_batch(batch.as_ref(), K::WORDS, exit.reason, &facts),
        None => verdict::of_exit(K::WORDS, exit.reason, &facts),
    };
    end.metrics.clone_from(&said.metrics);
    let mut stored = batch.and_then(Result::ok).unwrap_or_default();
    let partial = end.status == JobStatus::Stopped && plan.upload_when_stopped;
    if end.status == JobStatus::Completed || partial {
        let name = begun.job.name.clone();
        let entered = world.run(move |tx| enter::<K>(tx, &name, Secondary::Uploading));
        let (_, collected) = tokio::join!(
            entered,
            outputs::collect(world, &folder, plan.outputs.clone())
        );
        match collected {
            Ok(collected) => {
                stored.extend(collected);
                end.artifact.clone_from(&plan.artifact);
            }
            Err(reason) => end = End::failed(&format!("ClientError: Data upload failed: {reason}")),
        }
    }
    Outcome {
        end,
        stored,
        exit: Some(exit),
        said,
    }
}

/// What a job holds while it runs.
struct Held<'a> {
    place: &'a Place,
    key: &'a Credentials,
    site: &'a Site,
}

/// The one transaction in which a job becomes final.
async fn record<K: Work>(
    world: &World,
    job: &Job<K>,
    effect: String,
    outcome: Outcome,
    held: Option<Held<'_>>,
) -> Result<(), Fault> {
    let Outcome {
        mut end,
        stored,
        exit,
        said,
    } = outcome;
    let name = job.name.clone();
    let key = held.as_ref().map(|held| held.key.access_key.clone());
    let mut data = Vec::new();
    let mut usage = None;
    if let (Some(exit), Some(held)) = (&exit, &held) {
        let wall = exit.usage.wall.as_secs_f64();
        if !said.sampled && wall > 0.0 {
            let busy = (exit.usage.cpu_user + exit.usage.cpu_system).as_secs_f64();
            let channel = channel::<K>(job, held.site, world.now());
            data.extend(channel.load(busy / wall, exit.usage.peak.get(), world.now()));
        }
        usage = Some(Usage {
            shared: held.place.was_shared(),
            cpus: held.place.cpus.len(),
            memory: held.site.memory,
            host: world.host.fingerprint.clone(),
            ..Usage::of_exit(K::WORDS.kind, job, K::instance_type(job), exit)
        });
    }
    let work = move |tx: &mut crate::store::Tx<'_>| {
        if !tx.settle(&effect)? {
            return Ok(());
        }
        if let Err(fault) = tx.attempt(|tx| objects::put_all(tx, &stored)) {
            end = End::failed(&format!(
                "ClientError: Data upload failed: {}",
                fault.message
            ));
        }
        for datum in &data {
            cloudwatch::record(tx, datum)?;
        }
        if let Some(usage) = usage {
            usage::record(tx, usage)?;
        }
        if let Some(key) = key {
            credentials::revoke(tx, &key)?;
        }
        finish::<K>(tx, &name, end)
    };
    world.run(work).await
}

fn channel<K: Work>(job: &Job<K>, site: &Site, now: i64) -> Channel {
    let started = job.started.unwrap_or(now) / 1000;
    let one = |name: &str, value: String| [(name.to_owned(), value)].into();
    Channel {
        group: K::WORDS.log_group.to_owned(),
        stream: format!("{}/algo-1-{started}", job.name),
        namespace: K::WORDS.log_group.to_owned(),
        host: one("Host", format!("{}/algo-1", job.name)),
        subject: one(K::WORDS.name, job.name.clone()),
        memory: site.memory,
        trial: is_trial(job).then(|| job.name.clone()),
    }
}

/// Trials of a tuning job are told the name of the objective.
fn is_trial<K: Work>(job: &Job<K>) -> bool {
    job.request["HyperParameters"][tuning::OBJECTIVE].is_string()
}
