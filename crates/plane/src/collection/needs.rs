//! What is needed by what is kept: read from the inputs of executions and from the requests of what lives.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::collect::everything;
use crate::services::sagemaker::{
    Endpoint, EndpointConfig, Job, JobKind, Model, ModelPackage, Processing, Training, Transform,
};
use crate::services::states::Execution;
use crate::store::{Snapshot, StoreError};

/// A run of ours, as the input of its execution tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RunNeeds {
    /// Name of the run.
    pub(super) run: String,
    /// Bucket of the workload.
    pub(super) bucket: String,
    /// Keys of its steps, also as a run in which a candidate failed has them.
    pub(super) keys: BTreeSet<String>,
    /// URIs that its input names: data, batch input.
    pub(super) uris: BTreeSet<String>,
    /// Model that it deploys.
    pub(super) models: BTreeSet<String>,
    /// Endpoint configuration that it deploys.
    pub(super) configs: BTreeSet<String>,
}

impl RunNeeds {
    /// Reads an execution's input; nothing where it is not one of a workload.
    pub(super) fn of(execution: &Execution) -> Option<Self> {
        let input: Value = serde_json::from_str(&execution.input).ok()?;
        let text = |member: &str| input[member].as_str().map(str::to_owned);
        let (run, bucket) = (text("run")?, text("bucket")?);
        text("workload")?;
        let suffixed = |name: &str| [name.to_owned(), format!("{name}-{run}")];
        let mut needs = Self {
            keys: BTreeSet::new(),
            uris: BTreeSet::new(),
            models: BTreeSet::new(),
            configs: BTreeSet::new(),
            run: run.clone(),
            bucket,
        };
        walk(&input["in"], &mut |name, value| {
            if name == "key" {
                needs.keys.extend(suffixed(value));
            } else if value.starts_with("s3://") {
                needs.uris.insert(value.to_owned());
            }
        });
        let deploy = &input["in"]["Deploy"];
        for (member, names) in [("model", &mut needs.models), ("config", &mut needs.configs)] {
            names.extend(deploy[member].as_str().into_iter().flat_map(suffixed));
        }
        Some(needs)
    }
}

/// What lives and needs objects, whatever runs are kept.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// URIs that packages, endpoints and jobs under way name.
    pub(super) uris: BTreeSet<String>,
    /// Models that endpoints, configurations and jobs under way name, with the URIs that each names.
    pub(super) models: BTreeSet<String>,
    /// Configurations of endpoints.
    pub(super) configs: BTreeSet<String>,
}

impl Live {
    /// Reads what lives; `removable` are models and configurations that removed runs have made and nobody else has.
    pub(super) fn read(
        snapshot: &Snapshot<'_>,
        models: &BTreeSet<String>,
        configs: &BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let mut live = Self::default();
        for endpoint in everything::<Endpoint>(snapshot)? {
            for deployment in endpoint.active.iter().chain(&endpoint.pending) {
                live.configs.insert(deployment.config.clone());
                for variant in &deployment.variants {
                    for container in &variant.containers {
                        live.models.insert(container.model.clone());
                        let data = container.data.as_ref();
                        live.uris.extend(data.map(|data| data.uri().to_owned()));
                    }
                }
            }
        }
        for config in everything::<EndpointConfig>(snapshot)? {
            if !configs.contains(&config.name) || live.configs.contains(&config.name) {
                let variants = config.request["ProductionVariants"].as_array();
                let named = variants.into_iter().flatten();
                let named = named.filter_map(|variant| variant["ModelName"].as_str());
                live.models.extend(named.map(str::to_owned));
            }
        }
        live.jobs::<Processing>(snapshot)?;
        live.jobs::<Training>(snapshot)?;
        live.jobs::<Transform>(snapshot)?;
        for package in everything::<ModelPackage>(snapshot)? {
            live.uris_of(&package.request);
        }
        for model in everything::<Model>(snapshot)? {
            if !models.contains(&model.name) || live.models.contains(&model.name) {
                live.uris_of(&model.request);
            }
        }
        Ok(live)
    }

    fn jobs<K: JobKind>(&mut self, snapshot: &Snapshot<'_>) -> Result<(), StoreError> {
        for job in everything::<Job<K>>(snapshot)? {
            if !job.status.is_final() {
                self.models
                    .extend(job.request["ModelName"].as_str().map(str::to_owned));
                self.uris_of(&job.request);
            }
        }
        Ok(())
    }

    fn uris_of(&mut self, request: &Value) {
        walk(request, &mut |_, value| {
            if value.starts_with("s3://") {
                self.uris.insert(value.to_owned());
            }
        });
    }
}

/// Whether an object is one of these, or lies below one of them. A URI is a prefix up to a slash.
pub(super) fn covers(uris: &HashSet<&str>, bucket: &str, key: &str) -> bool {
    let uri = format!("s3://{bucket}/{key}");
    uris.contains(uri.as_str())
        || uri
            .match_indices('/')
            .any(|(place, _)| uris.contains(&uri[..place]) || uris.contains(&uri[..=place]))
}

/// Calls back with every text and the name of the member that it stands under.
fn walk(value: &Value, found: &mut impl FnMut(&str, &str)) {
    fn inner(name: &str, value: &Value, found: &mut impl FnMut(&str, &str)) {
        match value {
            Value::String(text) => found(name, text),
            Value::Array(items) => items.iter().for_each(|item| inner(name, item, found)),
            Value::Object(members) => members
                .iter()
                .for_each(|(name, member)| inner(name, member, found)),
            _ => {}
        }
    }
    inner("", value, found);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_covers_itself_and_what_lies_below() {
        let uris: HashSet<&str> =
            HashSet::from(["s3://b/data/1/", "s3://b/m/model.tar.gz", "s3://b/x"]);
        for (key, expected) in [
            ("data/1/a.csv", true),
            ("data/1/sub/a.csv", true),
            ("data/10/a.csv", false),
            ("m/model.tar.gz", true),
            ("m/model.tar.gz2", false),
            ("x/y", true),
            ("xy", false),
        ] {
            assert_eq!(covers(&uris, "b", key), expected, "{key}");
        }
        assert!(!covers(&uris, "c", "data/1/a.csv"));
    }
}
