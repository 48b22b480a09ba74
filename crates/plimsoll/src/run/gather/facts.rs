//! The measured facts of a job, priced.

use catalog::Component;
use plane::services::usage::{self, Usage};
use units::Span;

use super::super::report::JobFacts;
use crate::state::{REGION, Records};

/// Kinds of jobs and what of SageMaker they rent.
const KINDS: [(&str, Component); 3] = [
    ("sagemaker.processing-job", Component::Processing),
    ("sagemaker.training-job", Component::Training),
    ("sagemaker.transform-job", Component::Transform),
];

/// What the plane recorded of a job, if it has ended.
pub(super) fn of_job(records: &Records, job: &str) -> Option<JobFacts> {
    KINDS.iter().find_map(|(kind, component)| {
        // A record that cannot be read is shown as unknown, never as nothing used.
        let usage = records
            .read(|snapshot| usage::find(snapshot, kind, job))
            .ok()
            .flatten()?;
        Some(facts(*component, &usage))
    })
}

fn facts(component: Component, usage: &Usage) -> JobFacts {
    let wall = millis(usage.wall_ms);
    let cpu = millis(usage.cpu_user_ms.saturating_add(usage.cpu_system_ms));
    JobFacts {
        job: usage.job_name.clone(),
        instance_type: usage.instance_type.clone(),
        seconds: wall.as_seconds(),
        cpu_seconds: cpu.as_seconds(),
        peak_bytes: usage.peak_bytes,
        read_bytes: usage.read_bytes,
        written_bytes: usage.written_bytes,
        shared: usage.shared,
        energy: ledger::energy(cpu),
        charge: ledger::charge(
            component,
            &usage.instance_type,
            REGION,
            usage.instances,
            wall,
        ),
    }
}

/// A span of milliseconds; the longest one where they are more than a span holds (584 years).
fn millis(millis: u64) -> Span {
    Span::from_nanos(millis.saturating_mul(1_000_000))
}
