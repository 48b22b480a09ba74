//! Deciding and deleting in one transaction, with effect or without.

use std::collections::BTreeSet;

use super::{Freed, Policy, choice, history, jobs, named, objects};
use crate::Fault;
use crate::services::states::Execution;
use crate::store::{Query, Record, Snapshot, StoreError, Tx, Writer};

/// Rows of a list that is read whole.
const ALL: u64 = i64::MAX as u64 - 1;
/// The principal of the command.
pub(super) const PRINCIPAL: &str = "collection";

/// What a collection did, or would do, to the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// What is gone.
    pub freed: Freed,
    /// Hashes of the contents that rows still name.
    pub named: BTreeSet<String>,
}

/// Carries a collection out in a transaction.
pub fn collect(tx: &mut Tx<'_>, policy: &Policy) -> Result<Collected, Fault> {
    let runs = everything::<Execution>(tx)?;
    let choice = choice::choose(tx, &runs, policy, tx.ctx().now)?;
    let mut freed = Freed {
        runs_kept: choice.kept.len() as u64,
        bytes_needed: choice.plan.bytes_left,
        bytes_over: policy
            .max_bytes
            .map(|most| choice.plan.bytes_left.saturating_sub(most)),
        ..Freed::default()
    };
    objects::remove(tx, &choice.plan, &mut freed)?;
    jobs::remove(tx, &choice, policy, &mut freed)?;
    history::remove(tx, &choice, policy, &mut freed)?;
    let named = named(tx)?;
    Ok(Collected { freed, named })
}

/// Why a trial ended: with what it would have done, or with a fault. Both undo it.
enum Trial {
    Done(Box<Collected>),
    Failed(Fault),
}

impl From<StoreError> for Trial {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Fault> for Trial {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// The same without effect: what a collection would do.
pub fn trial(tx: &mut Tx<'_>, policy: &Policy) -> Result<Collected, Fault> {
    let undone =
        tx.attempt(|tx| -> Result<(), Trial> { Err(Trial::Done(Box::new(collect(tx, policy)?))) });
    match undone {
        Err(Trial::Done(collected)) => Ok(*collected),
        Err(Trial::Failed(fault)) => Err(fault),
        Ok(()) => Err(Fault::internal("a trial of a collection must not end well")),
    }
}

/// A collection or its trial, as the policy says.
pub(super) fn either(tx: &mut Tx<'_>, policy: &Policy) -> Result<Collected, Fault> {
    if policy.dry_run {
        trial(tx, policy)
    } else {
        collect(tx, policy)
    }
}

/// The same through a writer, for a plane that is up: refused while a run is under way.
pub(crate) async fn online(writer: &Writer, policy: Policy) -> Result<Collected, Fault> {
    let work = move |tx: &mut Tx<'_>| {
        let query = Query {
            status: Some(Execution::RUNNING.to_owned()),
            limit: 1,
            ..Query::default()
        };
        if let Some(running) = tx.list::<Execution>(&query)?.rows.first() {
            let message = format!("the run {} is under way", running.name);
            return Err(Fault::new(409, "RunUnderWay", message));
        }
        either(tx, &policy)
    };
    writer.run(PRINCIPAL, work).await
}

/// Every record of a kind, oldest first.
pub(super) fn everything<R: Record>(snapshot: &Snapshot<'_>) -> Result<Vec<R>, StoreError> {
    let query = Query {
        limit: ALL,
        ..Query::default()
    };
    Ok(snapshot.list(&query)?.rows)
}
