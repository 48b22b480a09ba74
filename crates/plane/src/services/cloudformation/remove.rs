//! Deleting resources of stacks.

use std::collections::BTreeSet;

use super::apply::handler_message;
use super::draft::Draft;
use super::record::StackResource;
use super::types;
use crate::Fault;
use crate::store::Tx;

/// Deletes a stack's resources, each before what it depends on. The answer names those that could not be deleted; what
/// they depend on stays.
pub(super) fn all(tx: &mut Tx<'_>, draft: &mut Draft) -> Result<Vec<String>, Fault> {
    let mut failed = Vec::new();
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut resources = draft.stack.resources.clone();
    resources.reverse();
    for resource in resources {
        if resource.physical.is_empty()
            || resource.status == "DELETE_COMPLETE"
            || resource.status == "DELETE_SKIPPED"
        {
            continue;
        }
        if needed.contains(&resource.logical) {
            needed.extend(resource.depends);
            continue;
        }
        if !one(tx, draft, &resource)? {
            failed.push(resource.logical);
            needed.extend(resource.depends);
        }
    }
    Ok(failed)
}

/// Deletes one resource; false if it could not be.
pub(super) fn one(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    resource: &StackResource,
) -> Result<bool, Fault> {
    let names = [
        resource.logical.as_str(),
        resource.physical.as_str(),
        resource.kind.as_str(),
    ];
    if resource.retain {
        draft.resource(names, "DELETE_SKIPPED", None);
        return Ok(true);
    }
    draft.resource(names, "DELETE_IN_PROGRESS", None);
    let Some(kind) = types::find(&resource.kind) else {
        draft.resource(names, "DELETE_COMPLETE", None);
        return Ok(true);
    };
    match tx.attempt(|tx| kind.delete(tx, &resource.physical)) {
        Ok(()) => {
            draft.resource(names, "DELETE_COMPLETE", None);
            Ok(true)
        }
        Err(fault) if fault.status >= 500 => Err(fault),
        Err(fault) => {
            draft.resource(names, "DELETE_FAILED", Some(&handler_message(&fault)));
            Ok(false)
        }
    }
}
