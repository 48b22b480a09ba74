//! From a workload and the hashes of its data to everything that a run needs.

use std::collections::BTreeMap;

use serde_json::Value;
use steps::{Document, Ingredients, key_object_key, step_prefix};
use workload::Workload;

use crate::input;
use crate::prepare_spec;
use crate::structure::{CandidateShape, DataShape, GateShape};
use crate::{Place, Sources, Structure, candidate, machine, names, template};

/// An object that must lie in the bucket before the execution starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its key.
    pub key: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A compiled workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// Name of the stack.
    pub stack: String,
    /// Name of the bucket that the stack makes.
    pub bucket: String,
    /// ARN of the state machine that the stack makes.
    pub machine_arn: String,
    /// CloudFormation template.
    pub template: Value,
    /// Definition of the state machine; also inside the template.
    pub machine: Value,
    /// Input of the execution.
    pub input: Value,
    /// Documents that the input refers to.
    pub uploads: Vec<Upload>,
    /// Prefix under which the data files are uploaded by their names.
    pub data_prefix: String,
    /// Keys of the uploaded files of the batch input, in the order of `sources.batch`.
    pub batch_keys: Vec<String>,
    /// Key of what each candidate of the user's brings, by its name: a packed source, or a model file.
    pub candidate_keys: BTreeMap<String, String>,
    /// What each step's key was computed from, by step.
    pub ingredients: BTreeMap<String, Ingredients>,
}

/// The structure of a workload: baselines first, then the candidates of the file.
pub(crate) fn structure(workload: &Workload) -> Structure {
    let baselines = candidate::baselines(workload.task.kind).iter();
    let baselines = baselines.map(|name| CandidateShape {
        name: (*name).to_owned(),
        baseline: true,
        exists: false,
        tuned: false,
    });
    let models = workload.models.iter().map(|m| CandidateShape {
        name: m.name.clone(),
        baseline: false,
        exists: m.family.model().is_some(),
        tuned: workload
            .tune
            .as_ref()
            .is_some_and(|tune| tune.ranges.contains_key(&m.name)),
    });
    let endpoint = workload
        .deploy
        .as_ref()
        .and_then(|deploy| deploy.endpoint.as_ref());
    Structure {
        data: match (workload.data.format, workload.task.kind) {
            (workload::Format::ImageFolder, _) => DataShape::Images,
            (_, workload::TaskKind::Forecast) => DataShape::Series,
            _ => DataShape::Table,
        },
        candidates: baselines.chain(models).collect(),
        refit: workload.select.refit,
        groups: workload.grouped_by().is_some(),
        gate: workload
            .gate
            .iter()
            .map(|rule| GateShape {
                metric: rule.score.to_string(),
                comparison: prepare_spec::comparison(rule.comparison),
            })
            .collect(),
        endpoint: endpoint.is_some(),
        load_test: endpoint.is_some_and(|endpoint| endpoint.load_test.is_some()),
        batch: workload
            .deploy
            .as_ref()
            .is_some_and(|deploy| deploy.batch.is_some()),
    }
}

/// Compiles a workload. `sources.batch` must have files exactly when the workload has a batch, `sources.candidates` have one
/// entry for every candidate that is a script or a model that exists.
pub fn compile(workload: &Workload, sources: &Sources, place: &Place) -> Blueprint {
    let structure = structure(workload);
    let definition = machine(&structure);
    let bucket = format!(
        "plimsoll-{}-{}-{}",
        names::bucket_part(workload.name.as_str()),
        place.account,
        place.region
    );
    let stack = names::stack(workload);
    let compiled = input::compile(workload, sources, place, &bucket);
    let mut uploads: Vec<Upload> = Vec::new();
    for (name, made) in &compiled.ingredients {
        let folder = name.split('.').next().unwrap_or(name);
        uploads.push(Upload {
            key: key_object_key(folder, &made.key()),
            content: made.to_text().into_bytes(),
        });
    }
    uploads.push(Upload {
        key: format!(
            "{}spec.json",
            step_prefix("Prepare", &compiled.ingredients["Prepare"].key())
        ),
        content: compiled.prepare.to_text().into_bytes(),
    });
    Blueprint {
        machine_arn: format!(
            "arn:aws:states:{}:{}:stateMachine:{stack}",
            place.region, place.account
        ),
        template: template(workload, &definition),
        machine: definition,
        input: compiled.input,
        uploads,
        data_prefix: compiled.data_prefix,
        batch_keys: compiled.batch_keys,
        candidate_keys: candidate::keys(sources),
        ingredients: compiled.ingredients,
        stack,
        bucket,
    }
}
