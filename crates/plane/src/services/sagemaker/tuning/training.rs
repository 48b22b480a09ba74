//! A trial as a training job.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::super::record::{Job, Training};
use super::super::request::items;
use super::record::{Trial, TuningJob};
use super::settings::Definition;
use crate::Fault;
use crate::store::{Snapshot, StoreError, Tx};

/// The hyperparameter that AWS adds to those of a trial: the name of the objective.
pub const OBJECTIVE: &str = steps::TUNING_OBJECTIVE;

/// Members of a definition that a training job has under the same name.
const MEMBERS: [&str; 13] = [
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "RetryStrategy",
    "Environment",
];

/// The trial of a training job, if it is one.
pub(crate) fn trial_of(
    snapshot: &Snapshot<'_>,
    training: &str,
) -> Result<Option<Trial>, StoreError> {
    snapshot.get(training)
}

/// A training job begins, perhaps once more after the plane was interrupted: what it prints counts from here.
pub(crate) fn trial_begun(tx: &mut Tx<'_>, training: &str) -> Result<(), Fault> {
    match tx.get::<Trial>(training)? {
        Some(mut trial) if !trial.values.is_empty() && trial.stopped_at.is_none() => {
            trial.values.clear();
            Ok(tx.put(&trial)?)
        }
        _ => Ok(()),
    }
}

/// The name of a trial's training job: as AWS forms it, with eight letters that depend on the tuning job alone.
pub(super) fn name(tuning: &TuningJob, number: u64) -> String {
    let digest = Sha256::new()
        .chain_update(tuning.arn.as_bytes())
        .chain_update(tuning.created.to_be_bytes())
        .chain_update(number.to_be_bytes())
        .finalize();
    let suffix: String = digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{:03}-{suffix}", tuning.name, number + 1)
}

/// The request of a trial's training job.
pub(super) fn request(
    definition: &Definition,
    name: &str,
    tuned: &BTreeMap<String, String>,
    tags: &[Value],
) -> Value {
    let mut members = Map::new();
    members.insert("TrainingJobName".to_owned(), name.into());
    let mut hyperparameters = definition.statics.clone();
    hyperparameters.insert(OBJECTIVE.to_owned(), definition.metric.clone());
    hyperparameters.extend(tuned.clone());
    members.insert("HyperParameters".to_owned(), json!(hyperparameters));
    for member in MEMBERS {
        if let Some(value) = definition.request.get(member) {
            members.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(resources) = definition.request.get("HyperParameterTuningResourceConfig") {
        members.insert("ResourceConfig".to_owned(), resources_of(resources));
    }
    if let Some(uri) = members
        .get_mut("CheckpointConfig")
        .and_then(|config| config.get_mut("S3Uri"))
    {
        // Trials run side by side: each keeps its checkpoints under its own name.
        let own = format!(
            "{}/{name}",
            uri.as_str().unwrap_or_default().trim_end_matches('/')
        );
        *uri = own.into();
    }
    if !tags.is_empty() {
        members.insert("Tags".to_owned(), tags.into());
    }
    Value::from(members)
}

/// The resources of a training job; of several configurations the first, which is always there.
pub(super) fn resources_of(config: &Value) -> Value {
    let first = items(config, "/InstanceConfigs").first().unwrap_or(config);
    let members = ["InstanceType", "InstanceCount", "VolumeSizeInGB"];
    let found = members
        .iter()
        .filter_map(|member| Some(((*member).to_owned(), first.get(member)?.clone())));
    Value::from(found.collect::<Map<_, _>>())
}

/// The training job of a trial; absent where it was removed.
pub(super) fn job_of(
    snapshot: &Snapshot<'_>,
    trial: &Trial,
) -> Result<Option<Job<Training>>, StoreError> {
    snapshot.get(&trial.name)
}
