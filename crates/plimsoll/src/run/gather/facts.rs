//! The measured facts of a job, with the price that the plane recorded.

use plane::services::sagemaker::{PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB};
use plane::services::usage::{self, Usage};
use units::Span;

use super::super::report::JobFacts;
use crate::state::Records;

/// Kinds of jobs.
const KINDS: [&str; 3] = [PROCESSING_JOB, TRAINING_JOB, TRANSFORM_JOB];

/// What the plane recorded of a job, if it has ended.
pub(super) fn of_job(records: &Records, job: &str) -> Option<JobFacts> {
    KINDS.iter().find_map(|kind| {
        // A record that cannot be read is shown as unknown, never as nothing used.
        let usage = records
            .read(|snapshot| usage::find(snapshot, kind, job))
            .ok()
            .flatten()?;
        Some(facts(usage))
    })
}

/// What the plane recorded of all jobs of a run that have ended.
pub(super) fn of_run(records: &Records, run: &str) -> Vec<JobFacts> {
    let used = records.read(|snapshot| usage::of_run(snapshot, run));
    used.unwrap_or_default().into_iter().map(facts).collect()
}

/// Those whose names begin so, in the order of these beginnings.
pub(super) fn of_names(used: &[JobFacts], names: &[String]) -> Vec<JobFacts> {
    let of_one = |name: &String| {
        used.iter()
            .filter(|facts| facts.job.starts_with(name.as_str()))
            .cloned()
            .collect()
    };
    names
        .iter()
        .flat_map(|name| -> Vec<JobFacts> { of_one(name) })
        .collect()
}

fn facts(usage: Usage) -> JobFacts {
    let wall = millis(usage.wall_ms);
    let cpu = millis(usage.cpu_user_ms.saturating_add(usage.cpu_system_ms));
    JobFacts {
        job: usage.job_name,
        run: usage.run,
        started: usage.started,
        cpus: usage.cpus as u64,
        memory: usage.memory,
        host: usage.host,
        kind: usage.job_kind,
        instance_type: usage.instance_type,
        seconds: wall.as_seconds(),
        cpu_seconds: cpu.as_seconds(),
        peak_bytes: usage.peak_bytes,
        read_bytes: usage.read_bytes,
        written_bytes: usage.written_bytes,
        shared: usage.shared,
        energy: ledger::energy(cpu),
        charge: usage.charge,
    }
}

/// A span of milliseconds; the longest one where they are more than a span holds (584 years).
fn millis(millis: u64) -> Span {
    Span::from_nanos(millis.saturating_mul(1_000_000))
}
