//! Usage: what each job really took, measured where it ran, and what that cost at the price of its moment.

mod record;

use catalog::Component;
use units::Span;

use crate::Fault;
use crate::services::sagemaker;
use crate::store::{Query, Snapshot, StoreError, Tx};

pub use record::Usage;

/// Keeps the record of a job, priced once and never again. Records are only added.
pub fn record(tx: &mut Tx<'_>, mut usage: Usage) -> Result<(), Fault> {
    usage.charge = component(&usage.job_kind).and_then(|component| {
        let wall = Span::from_nanos(usage.wall_ms.saturating_mul(1_000_000));
        ledger::charge(
            component,
            &usage.instance_type,
            &tx.ctx().region,
            usage.instances,
            wall,
        )
    });
    Ok(tx.put(&usage)?)
}

/// What of SageMaker a kind of job rents.
fn component(job_kind: &str) -> Option<Component> {
    match job_kind {
        sagemaker::PROCESSING_JOB => Some(Component::Processing),
        sagemaker::TRAINING_JOB => Some(Component::Training),
        sagemaker::TRANSFORM_JOB => Some(Component::Transform),
        _ => None,
    }
}

/// The record of a job, if it has ended.
pub fn find(snapshot: &Snapshot<'_>, kind: &str, name: &str) -> Result<Option<Usage>, StoreError> {
    snapshot.get(&Usage::key_of(kind, name))
}

/// Every record of a run, oldest first; at most a thousand.
pub fn of_run(snapshot: &Snapshot<'_>, run: &str) -> Result<Vec<Usage>, StoreError> {
    let query = Query {
        parent: Some(run.to_owned()),
        limit: 1_000,
        ..Query::default()
    };
    Ok(snapshot.list(&query)?.rows)
}
