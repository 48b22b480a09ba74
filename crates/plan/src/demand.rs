//! What a workload asks of its infrastructure, as a run has measured it.

use serde::{Deserialize, Serialize};
use units::{Bytes, Span};

/// A workload as a plan sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Its name.
    pub workload: String,
    /// Stages of its pipeline, in the order in which they run.
    pub stages: Vec<Stage>,
    /// Its endpoint, where it has one.
    pub serving: Option<Serving>,
    /// Its data and models.
    pub storage: Storage,
    /// How often its pipeline runs in a year.
    pub runs_a_year: u32,
}

/// What a stage is for, which says what it may run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and writes data: preparation, selection, tests.
    Prepare,
    /// Trains.
    Train,
    /// Predicts rows in a batch.
    Batch,
    /// Answers requests.
    Serve,
}

/// A stage of a pipeline: jobs that may run beside one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Name of the step.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Its jobs, at least one.
    pub jobs: Vec<Work>,
}

/// A job, as it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// What it did, such as the name of a candidate.
    pub name: String,
    /// CPU time of all its threads.
    pub cpu: Span,
    /// From start to end.
    pub wall: Span,
    /// CPUs that it was given.
    pub cpus: u32,
    /// Most memory at a time.
    pub peak: Bytes,
    /// Read from disks and streams.
    pub read: Bytes,
    /// Written.
    pub written: Bytes,
    /// Whether accelerators make it faster: networks, not trees.
    pub accelerated: bool,
}

/// An endpoint and its traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// Time to answer a request when nothing else is asked: distinct times, ascending, with how often each was seen.
    pub service: Vec<(Span, u64)>,
    /// Most memory at a time.
    pub peak: Bytes,
    /// Mean size of a request and its answer.
    pub payload: Bytes,
    /// Requests in each period of what was measured or is foreseen.
    pub requests: Vec<u64>,
    /// Length of a period.
    pub period: Span,
    /// Whether accelerators make it faster.
    pub accelerated: bool,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Source data.
    pub data: Bytes,
    /// Parts, models and reports of a run.
    pub artifacts: Bytes,
    /// Objects of both.
    pub objects: u64,
    /// Objects written by a run.
    pub puts_a_run: u64,
    /// Objects read by a run.
    pub gets_a_run: u64,
    /// Logs of a run.
    pub logs: Bytes,
}

impl Demand {
    /// Most memory that a role needs at a time.
    pub fn peak(&self, role: Role) -> Bytes {
        let jobs = self.stages.iter().filter(|stage| stage.role == role);
        let peaks = jobs.flat_map(|stage| stage.jobs.iter().map(|job| job.peak));
        let serving = self.serving.iter().filter(|_| role == Role::Serve);
        peaks
            .chain(serving.map(|serving| serving.peak))
            .max()
            .unwrap_or_default()
    }

    /// Whether accelerators make something of a role faster.
    pub fn is_accelerated(&self, role: Role) -> bool {
        let jobs = self.stages.iter().filter(|stage| stage.role == role);
        jobs.flat_map(|stage| &stage.jobs)
            .any(|job| job.accelerated)
            || role == Role::Serve
                && self
                    .serving
                    .as_ref()
                    .is_some_and(|serving| serving.accelerated)
    }
}

impl Serving {
    /// Mean requests a second.
    pub fn rate_a_second(&self) -> f64 {
        let seconds = self.period.as_seconds() * self.requests.len() as f64;
        let all: u64 = self.requests.iter().sum();
        if seconds > 0.0 {
            all as f64 / seconds
        } else {
            0.0
        }
    }

    /// Requests in a month of 730 hours.
    pub fn requests_a_month(&self) -> u64 {
        (self.rate_a_second() * 730.0 * 3_600.0).round() as u64
    }

    /// Mean time to answer a request alone, seconds.
    pub fn mean_service_seconds(&self) -> f64 {
        let count: u64 = self.service.iter().map(|(_, count)| count).sum();
        let sum: f64 = self
            .service
            .iter()
            .map(|(time, count)| time.as_seconds() * *count as f64)
            .sum();
        if count > 0 { sum / count as f64 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_means_over_the_trace() {
        let serving = Serving {
            service: vec![
                (Span::from_nanos(1_000_000), 3),
                (Span::from_nanos(5_000_000), 1),
            ],
            peak: Bytes::default(),
            payload: Bytes::default(),
            requests: vec![60, 0, 120],
            period: "1 min".parse().unwrap(),
            accelerated: false,
        };
        assert_eq!(serving.rate_a_second(), 1.0);
        assert_eq!(serving.requests_a_month(), 2_628_000);
        assert_eq!(serving.mean_service_seconds(), 0.002);
    }
}
