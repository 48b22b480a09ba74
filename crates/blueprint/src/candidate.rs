//! Candidates: what the training of each is told, and what its key is made of.
//!
//! A candidate is built in, a program of the user's, or a model that exists. The last two bring a file, which lies in the
//! bucket under its content's hash.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steps::{Hyperparameters, MAX_CATEGORIES, MODEL_FILE, Source};
use workload::{TaskKind, Workload};

use crate::tuning::{self, Tuning};
use crate::{CandidateSource, Sources, script};

/// The baselines that run beside the candidates of a task: what needs nothing to be learned.
pub(crate) const fn baselines(task: TaskKind) -> &'static [&'static str] {
    match task {
        TaskKind::Classification => &["majority"],
        TaskKind::Regression => &["mean"],
        TaskKind::Forecast => &["persistence", "seasonal_naive"],
    }
}

/// A candidate: what its training is told, and what its key is made of.
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) hyperparameters: Hyperparameters,
    pub(crate) definition: Value,
    pub(crate) sources: Vec<Source>,
    /// URI of its file, where it is a model that exists.
    pub(crate) model: Option<String>,
    /// The search of its hyperparameters.
    pub(crate) tuning: Option<Tuning>,
}

/// Baselines, then the candidates of the file. `place` is the bucket, and the name of the run.
pub(crate) fn candidates(
    workload: &Workload,
    sources: &Sources,
    place: (&str, &str),
) -> Vec<Candidate> {
    let common = common(workload);
    let baselines = baselines(workload.task.kind).iter();
    let mut all: Vec<Candidate> = baselines
        .map(|name| built_in(name, name, common.clone()))
        .collect();
    for candidate in &workload.models {
        let name = candidate.name.as_str();
        let family = &candidate.family;
        all.push(match (sources.candidates.get(name), family.script()) {
            (Some(CandidateSource::Script(source)), Some(script)) => {
                script::candidate(name, script, source, place)
            }
            (Some(CandidateSource::Model(source)), _) => {
                existing(name, family.name(), source, place.0)
            }
            _ => {
                let mut told = candidate.hyperparameters();
                told.extend(common.clone());
                built_in(name, family.name(), told)
            }
        });
    }
    for candidate in &mut all {
        if let Some(tuning) = tuning::of(workload, candidate) {
            candidate.definition["hyperparameters"] = json!(candidate.hyperparameters);
            candidate.definition["tune"] = tuning.definition.clone();
            candidate.tuning = Some(tuning);
        }
    }
    all
}

/// Where the file of each candidate that brings one lies in the bucket.
pub(crate) fn keys(sources: &Sources) -> BTreeMap<String, String> {
    let key = |source: &CandidateSource| match source {
        CandidateSource::Script(source) => script::key(source),
        CandidateSource::Model(source) => model_key(source),
    };
    let candidates = sources.candidates.iter();
    candidates
        .map(|(name, source)| (name.clone(), key(source)))
        .collect()
}

/// What every built-in family is told.
fn common(workload: &Workload) -> BTreeMap<String, String> {
    let prepare = &workload.prepare;
    let seed = ("seed".to_owned(), workload.split.seed.to_string());
    if workload.data.format == workload::Format::ImageFolder {
        return BTreeMap::from([seed]);
    }
    let told = [
        ("impute_number", prepare.impute_number.to_string()),
        ("impute_category", prepare.impute_category.to_string()),
        ("scale", prepare.scale.to_string()),
        ("encode", prepare.encode.to_string()),
    ];
    let told = told.map(|(name, value)| (name.to_owned(), value));
    let mut told: BTreeMap<String, String> = told.into_iter().chain([seed]).collect();
    // Told only where it differs from the trainer's own, so that keys of steps stay what they were.
    if prepare.max_categories != MAX_CATEGORIES {
        told.insert(
            "max_categories".to_owned(),
            prepare.max_categories.to_string(),
        );
    }
    told
}

fn built_in(name: &str, algorithm: &str, mut told: BTreeMap<String, String>) -> Candidate {
    told.insert(Hyperparameters::ALGORITHM.to_owned(), algorithm.to_owned());
    let hyperparameters = Hyperparameters(told);
    Candidate {
        name: name.to_owned(),
        definition: json!({"hyperparameters": hyperparameters}),
        hyperparameters,
        sources: Vec::new(),
        model: None,
        tuning: None,
    }
}

/// A model that exists has its preparation inside: nothing but the file is told to it.
fn existing(name: &str, algorithm: &str, source: &Source, bucket: &str) -> Candidate {
    Candidate {
        sources: vec![source.clone()],
        model: Some(format!("s3://{bucket}/{}", model_key(source))),
        ..built_in(name, algorithm, BTreeMap::new())
    }
}

/// Where a model that exists lies in the bucket: by its content.
fn model_key(source: &Source) -> String {
    let hash = source.sha256.get(..16).unwrap_or(&source.sha256);
    format!("models/{hash}/{MODEL_FILE}")
}
