//! Removing executions with their histories, definitions without an owner, and what has its own retention.

use std::collections::BTreeSet;

use super::choice::Choice;
use super::collect::everything;
use super::{Freed, Policy, objects};
use crate::Fault;
use crate::services::cloudformation::{Stack, StackEvent};
use crate::services::states::{Definition, Execution, Live, StateMachine};
use crate::services::usage::Usage;
use crate::store::{Record, StoreError, Tx};

pub(super) fn remove(
    tx: &mut Tx<'_>,
    choice: &Choice<'_>,
    policy: &Policy,
    freed: &mut Freed,
) -> Result<(), Fault> {
    for run in &choice.removed {
        let events = tx
            .sql()
            .prepare_cached("DELETE FROM history WHERE execution = ?")
            .and_then(|mut statement| statement.execute([&run.arn]))
            .map_err(StoreError::from)?;
        tx.delete::<Execution>(&run.arn)?;
        freed.history_events += events as u64;
        freed.runs += 1;
    }
    definitions(tx, choice, freed)?;
    let now = tx.ctx().now;
    for usage in everything::<Usage>(tx)? {
        if usage.ended < Policy::usage_since(now) && !choice.plan.runs.contains(&usage.run) {
            tx.delete::<Usage>(&usage.key())?;
            freed.usage += 1;
        }
    }
    stacks(tx, Policy::stacks_since(now), freed)?;
    objects::uploads(tx, policy.others_since(now), freed)?;
    Ok(())
}

/// Definitions that neither a machine nor an execution has.
fn definitions(tx: &mut Tx<'_>, choice: &Choice<'_>, freed: &mut Freed) -> Result<(), StoreError> {
    let machines = everything::<StateMachine>(tx)?.into_iter();
    let mut used: BTreeSet<String> = machines.map(|machine| machine.definition).collect();
    used.extend(choice.kept.iter().map(|run| run.definition.clone()));
    let live = everything::<Live>(tx)?.into_iter();
    used.extend(live.map(|live| live.definition));
    for definition in everything::<Definition>(tx)? {
        if !used.contains(&definition.hash) {
            tx.delete::<Definition>(&definition.key())?;
            freed.definitions += 1;
        }
    }
    Ok(())
}

/// Stacks that were deleted long ago, and old events of all.
fn stacks(tx: &mut Tx<'_>, since: i64, freed: &mut Freed) -> Result<(), StoreError> {
    for stack in everything::<Stack>(tx)? {
        if stack.deleted.is_some_and(|deleted| deleted < since) {
            tx.delete::<Stack>(&stack.key())?;
        }
    }
    for event in everything::<StackEvent>(tx)? {
        if event.at < since {
            tx.delete::<StackEvent>(&event.key())?;
            freed.stack_events += 1;
        }
    }
    Ok(())
}
