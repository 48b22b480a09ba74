//! Changing one resource that a stack has: in place where its type can, else by a new resource.

use serde_json::Value;

use super::apply::{Done, fresh_name, support_of};
use super::draft::Draft;
use super::record::StackResource;
use super::template::Resource;
use super::types::{ResourceType, Support};
use crate::Fault;
use crate::store::Tx;

const REPLACEMENT: &str =
    "Requested update requires the creation of a new physical resource; hence creating one.";

/// Brings a present resource into the wanted form.
pub(super) fn one(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    (kind, resource): (&dyn ResourceType, &Resource),
    present: &StackResource,
    (properties, done): (Value, &mut Done),
) -> Result<(), Fault> {
    if let Some(stored) = draft.find(&resource.logical) {
        stored.depends.clone_from(&resource.depends);
        stored.retain = resource.retain;
    }
    let changed = changed(&present.properties, &properties);
    if changed.is_empty() {
        return Ok(());
    }
    done.changed.push(resource.logical.clone());
    let supports: Vec<Support> = changed
        .iter()
        .filter_map(|name| support_of(kind, name))
        .collect();
    let physical = present.physical.as_str();
    let old = [resource.logical.as_str(), physical, resource.kind.as_str()];
    if supports.contains(&Support::Replacing) {
        draft.resource(old, "UPDATE_IN_PROGRESS", Some(REPLACEMENT));
        let fresh = fresh_name(tx, draft, &resource.logical);
        let created = kind.create(tx, &fresh, &properties)?;
        done.replaced.push(present.clone());
        let new = [
            resource.logical.as_str(),
            created.physical.as_str(),
            resource.kind.as_str(),
        ];
        draft.resource(
            new,
            "UPDATE_IN_PROGRESS",
            Some("Resource creation Initiated"),
        );
        draft.resource(new, "UPDATE_COMPLETE", None);
        if let Some(stored) = draft.find(&resource.logical) {
            stored.physical.clone_from(&created.physical);
            stored.attributes = created.attributes;
            stored.properties = properties;
        }
        return Ok(());
    }
    draft.resource(old, "UPDATE_IN_PROGRESS", None);
    if supports.contains(&Support::Updatable) {
        kind.update(tx, physical, &properties)?;
    }
    draft.resource(old, "UPDATE_COMPLETE", None);
    if let Some(stored) = draft.find(&resource.logical) {
        stored.properties = properties;
    }
    Ok(())
}

/// The names of properties that differ.
fn changed(old: &Value, new: &Value) -> Vec<String> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (old, new) = (members(old), members(new));
    let names = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)));
    names
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect()
}
