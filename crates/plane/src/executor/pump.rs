//! What a running job says, written down: lines to its log stream, metrics and samples to CloudWatch.
//!
//! Lines are gathered: one transaction takes what came in about fifty milliseconds. A job that talks faster than the
//! store can write waits, as it would with a full pipe.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jobs::{JobEvent, Sample};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::metric_rules::MetricRules;
use super::world::World;
use crate::services::cloudwatch::{self, Datum};
use crate::services::logs;
use crate::services::sagemaker::{Metric, tuning};

/// Least time between two transactions of one job.
const PAUSE: Duration = Duration::from_millis(50);
/// Most lines of one transaction.
const LINES: usize = 1_000;
/// Time between two samples that are kept.
const SAMPLES: Duration = Duration::from_secs(5);
/// So long every sample of a job is kept: most jobs are over by then, and they take few of them.
const EARLY: Duration = Duration::from_secs(10);

/// Where a job's words go.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    /// Log group.
    pub(crate) group: String,
    /// Log stream.
    pub(crate) stream: String,
    /// Namespace of what is measured.
    pub(crate) namespace: String,
    /// Dimensions of samples.
    pub(crate) host: BTreeMap<String, String>,
    /// Dimensions of metrics.
    pub(crate) subject: BTreeMap<String, String>,
    /// The training job, where it is a trial of a tuning job.
    pub(crate) trial: Option<String>,
    /// Bytes that count as all of the memory.
    pub(crate) memory: u64,
}

/// What is left when a job has ended.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The last line that is not empty.
    pub(crate) last_line: Option<String>,
    /// Last value of each metric.
    pub(crate) metrics: Vec<Metric>,
    /// Whether any sample was kept.
    pub(crate) sampled: bool,
}

#[derive(Debug, Default)]
struct Batch {
    lines: Vec<(i64, String)>,
    metrics: Vec<Metric>,
    data: Vec<Datum>,
}

/// Writes down everything until the job has ended.
pub(crate) async fn pump(
    world: Arc<World>,
    channel: Channel,
    mut rules: MetricRules,
    mut events: mpsc::Receiver<JobEvent>,
) -> Said {
    let mut said = Said::default();
    let mut last_sample: Option<Sample> = None;
    let mut next_write = Instant::now();
    while let Some(first) = events.recv().await {
        let mut batch = Batch::default();
        let mut event = Some(first);
        while let Some(present) = event {
            match present {
                JobEvent::Line { text, at, .. } => {
                    if !text.trim().is_empty() {
                        said.last_line = Some(text.clone());
                    }
                    let found = rules.find(&text, at);
                    batch
                        .data
                        .extend(found.iter().map(|metric| channel.metric(metric)));
                    batch.metrics.extend(found);
                    batch.lines.push((at, text));
                }
                JobEvent::Sample(sample) => {
                    let since = |last: Sample| sample.at.saturating_sub(last.at);
                    let due =
                        sample.at <= EARLY || last_sample.is_none_or(|last| since(last) >= SAMPLES);
                    if due {
                        batch
                            .data
                            .extend(channel.sample(last_sample, sample, world.now()));
                        last_sample = Some(sample);
                        said.sampled = true;
                    }
                }
            }
            event = match batch.lines.len() {
                LINES.. => None,
                _ => timeout_at(next_write, events.recv()).await.ok().flatten(),
            };
        }
        write(&world, &channel, batch).await;
        next_write = Instant::now() + PAUSE;
    }
    said.metrics = rules.latest();
    said
}

async fn write(world: &World, channel: &Channel, batch: Batch) {
    if batch.lines.is_empty() && batch.data.is_empty() {
        return;
    }
    let (group, stream) = (channel.group.clone(), channel.stream.clone());
    let trial = channel.trial.clone();
    let written = world.run(move |tx| {
        if !batch.lines.is_empty() {
            logs::append(tx, &group, &stream, &batch.lines)?;
        }
        for datum in &batch.data {
            cloudwatch::record(tx, datum)?;
        }
        if let Some(trial) = trial.filter(|_| !batch.metrics.is_empty()) {
            tuning::observed(tx, &trial, &batch.metrics)?;
        }
        Ok(())
    });
    if let Err(fault) = written.await {
        // The job's own log file has the lines all the same.
        tracing::warn!(%fault, stream = channel.stream, "log lines were not stored");
    }
}

impl Channel {
    fn metric(&self, metric: &Metric) -> Datum {
        Datum {
            namespace: self.namespace.clone(),
            name: metric.name.clone(),
            dimensions: self.subject.clone(),
            at: metric.at,
            value: metric.value,
            unit: "None".to_owned(),
        }
    }

    fn sample(&self, last: Option<Sample>, sample: Sample, now: i64) -> [Datum; 2] {
        let (at, cpu) = last.map_or((Duration::ZERO, Duration::ZERO), |last| (last.at, last.cpu));
        let wall = sample.at.saturating_sub(at).as_secs_f64();
        let busy = sample.cpu.saturating_sub(cpu).as_secs_f64();
        self.load(
            if wall > 0.0 { busy / wall } else { 0.0 },
            sample.memory.get(),
            now,
        )
    }

    /// AWS's two measures of a host: per cent of one CPU, and per cent of the memory.
    pub(crate) fn load(&self, cpus: f64, memory: u64, now: i64) -> [Datum; 2] {
        let datum = |name: &str, value: f64| Datum {
            namespace: self.namespace.clone(),
            name: name.to_owned(),
            dimensions: self.host.clone(),
            at: now,
            value,
            unit: "Percent".to_owned(),
        };
        let share = memory as f64 / self.memory.max(1) as f64;
        [
            datum("CPUUtilization", cpus * 100.0),
            datum("MemoryUtilization", share * 100.0),
        ]
    }
}
