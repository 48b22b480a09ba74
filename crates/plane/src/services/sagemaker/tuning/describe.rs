//! Describing a tuning job and its trials.

use serde_json::{Map, Value, json};
use tune::{Goal, Outcome};

use super::super::record::{Job, Training};
use super::super::request::{described, seconds, set, text};
use super::record::{Trial, TuningJob};
use super::settings::Settings;
use super::training;
use crate::store::Snapshot;
use crate::{Ctx, Fault};

/// The job, or AWS's refusal.
pub(super) fn require(snapshot: &Snapshot<'_>, request: &Value) -> Result<TuningJob, Fault> {
    let name = text(request, "/HyperParameterTuningJobName");
    snapshot.get(name)?.ok_or_else(|| {
        Fault::client(
            "ResourceNotFound",
            format!("Amazon SageMaker can't find a tuning job with name {name}."),
        )
    })
}

/// `DescribeHyperParameterTuningJob`.
pub(crate) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let job = require(snapshot, request)?;
    let settings = Settings::of(&job.request)?;
    let mut members = described(&job.request);
    if let Some(one) = members.get_mut("TrainingJobDefinition") {
        complete(one, &settings.definitions[0].metric);
    }
    if let Some(limits) = members
        .get_mut("HyperParameterTuningJobConfig")
        .and_then(|config| config["ResourceLimits"].as_object_mut())
    {
        // Of a grid it is computed.
        limits
            .entry("MaxNumberOfTrainingJobs")
            .or_insert(settings.criteria.trials.into());
    }
    let several = members.get_mut("TrainingJobDefinitions");
    let several = several.and_then(Value::as_array_mut).into_iter().flatten();
    for (one, definition) in several.zip(&settings.definitions) {
        complete(one, &definition.metric);
    }
    members.insert(
        "HyperParameterTuningJobArn".to_owned(),
        job.arn.as_str().into(),
    );
    members.insert(
        "HyperParameterTuningJobStatus".to_owned(),
        job.status.as_str().into(),
    );
    members.insert("CreationTime".to_owned(), seconds(job.created));
    members.insert("LastModifiedTime".to_owned(), seconds(job.modified));
    set(
        &mut members,
        "HyperParameterTuningEndTime",
        job.ended.map(seconds),
    );
    counters(&mut members, &job);
    for (member, best) in [
        ("BestTrainingJob", &job.best),
        ("OverallBestTrainingJob", &job.overall_best),
    ] {
        let Some(name) = best else {
            continue;
        };
        if let Some(trial) = snapshot.get::<Trial>(name)?
            && let Some(training) = training::job_of(snapshot, &trial)?
        {
            let own = trial.tuning == job.id();
            let mut summary = summary(&trial, &training, own.then_some(&settings));
            if member == "OverallBestTrainingJob" {
                summary["TuningJobName"] = trial.tuning_name.as_str().into();
            }
            members.insert(member.to_owned(), summary);
        }
    }
    set(&mut members, "FailureReason", job.failure.clone());
    let mut details = json!({"NumberOfTrainingJobsObjectiveNotImproving": job.not_improving});
    if let Some(converged) = job.converged {
        details["ConvergenceDetectedTime"] = seconds(converged);
    }
    members.insert("TuningJobCompletionDetails".to_owned(), details);
    let runtime = (job.ended.unwrap_or(ctx.now) - job.created).max(0) / 1000;
    members.insert(
        "ConsumedResources".to_owned(),
        json!({"RuntimeInSeconds": runtime}),
    );
    Ok(Value::from(members))
}

/// What AWS adds to a definition: the objective's name among the static hyperparameters, and the empty key.
fn complete(definition: &mut Value, metric: &str) {
    let Some(members) = definition.as_object_mut() else {
        return;
    };
    let statics = members
        .entry("StaticHyperParameters")
        .or_insert_with(|| json!({}));
    statics[super::OBJECTIVE] = metric.into();
    // The SDK reads the resources of a training job, whatever it sent.
    if let Some(config) = members.get("HyperParameterTuningResourceConfig") {
        let resources = training::resources_of(config);
        members.entry("ResourceConfig").or_insert(resources);
    }
    if let Some(output) = members
        .get_mut("OutputDataConfig")
        .and_then(Value::as_object_mut)
    {
        output.entry("KmsKeyId").or_insert(Value::from(""));
    }
}

/// The counters of a description and of a summary.
pub(super) fn counters(members: &mut Map<String, Value>, job: &TuningJob) {
    let counters = &job.counters;
    members.insert(
        "TrainingJobStatusCounters".to_owned(),
        json!({
            "Completed": counters.completed,
            "InProgress": counters.in_progress,
            "RetryableError": counters.retryable,
            "NonRetryableError": counters.non_retryable,
            "Stopped": counters.stopped,
        }),
    );
    members.insert(
        "ObjectiveStatusCounters".to_owned(),
        json!({
            "Succeeded": counters.succeeded,
            "Pending": counters.pending,
            "Failed": counters.failed,
        }),
    );
}

/// A trial as AWS sums it up. Without the settings of its job there is a value alone.
pub(super) fn summary(
    trial: &Trial,
    training: &Job<Training>,
    settings: Option<&Settings>,
) -> Value {
    let mut members = Map::new();
    let definition = settings.and_then(|settings| settings.definitions.get(trial.definition));
    set(
        &mut members,
        "TrainingJobDefinitionName",
        definition.and_then(|one| one.name.clone()),
    );
    members.insert("TrainingJobName".to_owned(), training.name.as_str().into());
    members.insert("TrainingJobArn".to_owned(), training.arn.as_str().into());
    members.insert("CreationTime".to_owned(), seconds(training.created));
    set(
        &mut members,
        "TrainingStartTime",
        training.started.map(seconds),
    );
    set(&mut members, "TrainingEndTime", training.ended.map(seconds));
    members.insert(
        "TrainingJobStatus".to_owned(),
        training.status.as_str().into(),
    );
    members.insert("TunedHyperParameters".to_owned(), json!(trial.tuned));
    set(&mut members, "FailureReason", training.failure.clone());
    if let Some(value) = trial.objective() {
        let metric = text(
            &training.request,
            &format!("/HyperParameters/{}", super::OBJECTIVE),
        );
        let mut found = json!({"MetricName": metric, "Value": value});
        if let Some(definition) = definition {
            found["Type"] = match definition.goal {
                Goal::Minimize => "Minimize".into(),
                Goal::Maximize => "Maximize".into(),
            };
        }
        members.insert(
            "FinalHyperParameterTuningJobObjectiveMetric".to_owned(),
            found,
        );
    }
    let status = match trial.outcome {
        Outcome::Pending => "Pending",
        Outcome::Failed => "Failed",
        Outcome::Scored(_) => "Succeeded",
    };
    members.insert("ObjectiveStatus".to_owned(), status.into());
    Value::from(members)
}
