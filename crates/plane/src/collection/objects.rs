//! Removing objects, and the models and configurations that only removed runs had made.

use std::collections::BTreeSet;

use rusqlite::params;

use super::Freed;
use super::choice::Plan;
use super::collect::everything;
use crate::Fault;
use crate::services::s3::{object, upload};
use crate::services::sagemaker::{EndpointConfig, Model};
use crate::store::{Record, StoreError, Tx};

pub(super) fn remove(tx: &mut Tx<'_>, plan: &Plan, freed: &mut Freed) -> Result<(), Fault> {
    let mut entries = BTreeSet::new();
    for (bucket, key, bytes) in &plan.objects {
        if object::delete(tx, bucket, key)? {
            freed.objects += 1;
            freed.object_bytes = freed.object_bytes.saturating_add(*bytes);
        }
        if let Some((entry, _)) = key.strip_prefix("steps/").and_then(|rest| {
            let place = rest.match_indices('/').nth(1)?.0;
            Some(rest.split_at(place))
        }) {
            entries.insert((bucket, entry));
        }
    }
    freed.step_entries = entries.len() as u64;
    for config in everything::<EndpointConfig>(tx)? {
        if plan.configs.contains(&config.name) {
            tx.delete::<EndpointConfig>(&config.key())?;
            untag(tx, &config.arn)?;
            freed.endpoint_configs += 1;
        }
    }
    for model in everything::<Model>(tx)? {
        if plan.models.contains(&model.name) {
            tx.delete::<Model>(&model.key())?;
            untag(tx, &model.arn)?;
            freed.models += 1;
        }
    }
    Ok(())
}

/// Ends uploads that began before a moment.
pub(super) fn uploads(tx: &mut Tx<'_>, since: i64, freed: &mut Freed) -> Result<(), StoreError> {
    for upload in everything::<upload::Upload>(tx)? {
        if upload.created() < since {
            upload::remove(tx, &upload.key())?;
            freed.uploads += 1;
        }
    }
    Ok(())
}

/// Forgets the tags of a resource of SageMaker.
pub(super) fn untag(tx: &mut Tx<'_>, arn: &str) -> Result<(), StoreError> {
    tx.sql()
        .prepare_cached("DELETE FROM record WHERE kind = 'sagemaker.tags' AND key = ?")?
        .execute(params![arn])?;
    Ok(())
}
