//! Starting from earlier tuning jobs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tune::{Goal, Kinship, Parent, Strategy};

use super::super::request::{items, text};
use super::record::{Trial, TuningJob};
use super::settings::{Definition, Settings};
use super::step;
use crate::Fault;
use crate::store::Snapshot;

/// A parent with its trials.
#[derive(Debug)]
pub(super) struct Known {
    kinship: Kinship,
    settings: Settings,
    trials: Vec<Trial>,
}

fn kinship(request: &Value) -> Kinship {
    match text(request, "/WarmStartConfig/WarmStartType") {
        "TransferLearning" => Kinship::Transfer,
        _ => Kinship::Identical,
    }
}

fn names(request: &Value) -> impl Iterator<Item = &str> {
    items(request, "/WarmStartConfig/ParentHyperParameterTuningJobs")
        .iter()
        .map(|parent| text(parent, "/HyperParameterTuningJobName"))
}

/// Refuses parents that are not there, not over, or that do not match.
pub(super) fn check(
    snapshot: &Snapshot<'_>,
    request: &Value,
    settings: &Settings,
) -> Result<(), Fault> {
    if request.get("WarmStartConfig").is_none() {
        return Ok(());
    }
    if matches!(settings.strategy, Strategy::Grid | Strategy::Hyperband) {
        return Err(Fault::validation(
            "WarmStartConfig is not supported with the Grid and Hyperband strategies.",
        ));
    }
    let mut seen = BTreeSet::new();
    for name in names(request) {
        if !seen.insert(name) {
            return Err(Fault::validation(format!(
                "The parent hyperparameter tuning job [{name}] is there twice."
            )));
        }
        let Some(parent) = snapshot.get::<TuningJob>(name)? else {
            return Err(Fault::validation(format!(
                "Could not find the parent hyperparameter tuning job with name [{name}]."
            )));
        };
        if !parent.status.is_final() {
            return Err(Fault::validation(format!(
                "The parent hyperparameter tuning job [{name}] is in status {}: it must be Completed, Stopped or Failed.",
                parent.status.as_str()
            )));
        }
        if kinship(request) == Kinship::Identical {
            let of_parent = Settings::of(&parent.request)?;
            matches(name, settings, &of_parent)?;
        }
    }
    Ok(())
}

/// What must not change where data and algorithm are said to be the same.
fn matches(name: &str, settings: &Settings, parent: &Settings) -> Result<(), Fault> {
    let refuse = |what: &str| {
        Err(Fault::validation(format!(
            "With the warm start type IdenticalDataAndAlgorithm {what} must be the same as in the parent hyperparameter \
             tuning job [{name}]; use TransferLearning where it is not."
        )))
    };
    for definition in &settings.definitions {
        let same = |other: &&Definition| definition.name.is_none() || other.name == definition.name;
        let Some(other) = parent.definitions.iter().find(same) else {
            return refuse("the names of the training job definitions");
        };
        if (definition.goal, &definition.metric) != (other.goal, &other.metric) {
            return refuse("the objective");
        }
        let image = "/AlgorithmSpecification/TrainingImage";
        if text(&definition.request, image) != text(&other.request, image) {
            return refuse("the training image");
        }
        if data(&definition.request) != data(&other.request) {
            return refuse("the input data");
        }
        if hyperparameters(definition) != hyperparameters(other) {
            return refuse("the set of static and tunable hyperparameters");
        }
    }
    Ok(())
}

fn data(request: &Value) -> BTreeMap<&str, &str> {
    items(request, "/InputDataConfig")
        .iter()
        .map(|channel| {
            let uri = text(channel, "/DataSource/S3DataSource/S3Uri");
            (text(channel, "/ChannelName"), uri)
        })
        .collect()
}

/// Names of what an algorithm is told; what script mode adds for itself changes from job to job.
fn hyperparameters(definition: &Definition) -> BTreeSet<&str> {
    let searched = definition
        .space
        .parameters()
        .iter()
        .map(|one| one.name.as_str());
    let fixed = definition.statics.keys().map(String::as_str);
    searched
        .chain(fixed)
        .filter(|name| !name.starts_with("sagemaker_") && !name.starts_with('_'))
        .collect()
}

/// The parents of a request, with their trials. One that was deleted since has nothing to say.
pub(super) fn parents(snapshot: &Snapshot<'_>, request: &Value) -> Result<Vec<Known>, Fault> {
    let mut found = Vec::new();
    for name in names(request) {
        if let Some(parent) = snapshot.get::<TuningJob>(name)? {
            found.push(Known {
                kinship: kinship(request),
                settings: Settings::of(&parent.request)?,
                trials: step::trials(snapshot, &parent)?,
            });
        }
    }
    Ok(found)
}

/// The trials of parents that lie in a definition's space.
pub(super) fn seen(definition: &Definition, parents: &[Known]) -> Vec<Parent> {
    let of = |parent: &Known| {
        let trials = parent.trials.iter().filter_map(|trial| {
            let source = &parent.settings.definitions[trial.definition];
            let same = definition.name.is_none() || source.name == definition.name;
            let mut texts = source.statics.clone();
            texts.extend(trial.tuned.clone());
            let point = definition.space.point(&texts).filter(|_| same)?;
            let value = trial.objective()?;
            let turned = source.goal != definition.goal;
            Some((point, if turned { -value } else { value }))
        });
        Parent {
            kinship: parent.kinship,
            trials: trials.collect(),
        }
    };
    parents.iter().map(of).collect()
}

/// The best of this job's trials and its parents'; none where there are no parents, as on AWS.
pub(super) fn overall_best(
    snapshot: &Snapshot<'_>,
    request: &Value,
    settings: &Settings,
    best: Option<&Trial>,
) -> Result<Option<String>, Fault> {
    if request.get("WarmStartConfig").is_none() {
        return Ok(None);
    }
    let goal: Goal = settings.criteria.goal;
    let mut overall = best.and_then(|trial| Some((trial.name.clone(), trial.objective()?)));
    for parent in parents(snapshot, request)? {
        for trial in &parent.trials {
            let Some(value) = trial.objective() else {
                continue;
            };
            if overall
                .as_ref()
                .is_none_or(|(_, top)| goal.is_better(value, *top))
            {
                overall = Some((trial.name.clone(), value));
            }
        }
    }
    Ok(overall.map(|(name, _)| name))
}
