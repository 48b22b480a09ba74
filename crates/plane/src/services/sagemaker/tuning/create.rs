//! Creating a tuning job: everything that could be refused later is refused here.

use serde_json::{Value, json};

use super::super::job::RUN_TAG;
use super::super::request::{items, text};
use super::super::{tags, training_job};
use super::record::{Counters, TuningJob, TuningStatus};
use super::settings::Settings;
use super::{end, step, training, warm_start};
use crate::Fault;
use crate::store::Tx;

/// `CreateHyperParameterTuningJob`.
pub(crate) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let settings = Settings::of(request)?;
    let name = text(request, "/HyperParameterTuningJobName").to_owned();
    let arn = tx
        .ctx()
        .arn("sagemaker", &format!("hyper-parameter-tuning-job/{name}"));
    if tx.get::<TuningJob>(&name)?.is_some() {
        return Err(Fault::client(
            "ResourceInUse",
            format!(
                "Hyperparameter tuning job names must be unique within an AWS account and region, and a hyperparameter \
                 tuning job with this name already exists ({arn})"
            ),
        ));
    }
    check_trainings(&settings, &name)?;
    warm_start::check(tx, request, &settings)?;
    let given = &request["HyperParameterTuningJobConfig"]["RandomSeed"];
    let seed = match given.as_u64() {
        Some(seed) => seed,
        None => tx.random(),
    };
    let run = items(request, "/Tags")
        .iter()
        .find(|tag| text(tag, "/Key") == RUN_TAG)
        .map_or(tx.ctx().principal.as_str(), |tag| text(tag, "/Value"))
        .to_owned();
    let now = tx.ctx().now;
    let mut job = TuningJob {
        name,
        arn: arn.clone(),
        request: request.clone(),
        run,
        status: TuningStatus::InProgress,
        created: now,
        modified: now,
        ended: None,
        failure: None,
        seed,
        ending: None,
        counters: Counters::default(),
        best: None,
        overall_best: None,
        not_improving: 0,
        converged: None,
        spent: units::Money::from_nanos(0),
    };
    tags::attach(tx, &arn, request)?;
    step::advance(tx, &mut job, &settings)?;
    end::set_timer(tx, &job, &settings)?;
    tx.put(&job)?;
    Ok(json!({"HyperParameterTuningJobArn": arn}))
}

/// A training job of each definition must be one that could be created.
fn check_trainings(settings: &Settings, name: &str) -> Result<(), Fault> {
    for definition in &settings.definitions {
        let resources = ["ResourceConfig", "HyperParameterTuningResourceConfig"];
        let given = resources
            .iter()
            .filter(|member| definition.request.get(**member).is_some());
        if given.count() != 1 {
            return Err(Fault::validation(
                "You must specify either ResourceConfig or HyperParameterTuningResourceConfig.",
            ));
        }
        let values = definition.space.parameters().iter();
        let tuned = values
            .map(|one| (one.name.clone(), "0".to_owned()))
            .collect();
        let trial = training::request(definition, &format!("{name}-001-00000000"), &tuned, &[]);
        let service = aws_api::service("sagemaker");
        if let Some((service, operation)) =
            service.and_then(|service| Some((service, service.operation("CreateTrainingJob")?)))
        {
            aws_api::validate(service, operation, &trial)
                .map_err(|error| Fault::new(error.status, error.code, error.message))?;
        }
        training_job::check(&trial)?;
    }
    Ok(())
}
