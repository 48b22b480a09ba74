//! Stopping and deleting tuning jobs.

use serde_json::{Value, json};

use super::super::tags;
use super::describe::require;
use super::record::{Ending, TuningJob, TuningStatus};
use super::settings::Settings;
use super::{end, step};
use crate::Fault;
use crate::store::Tx;

/// `StopHyperParameterTuningJob`: no more trials, and those that run are stopped; what is finished stays.
pub(crate) fn stop(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut tuning = require(tx, request)?;
    match tuning.status {
        TuningStatus::Stopping => return Ok(json!({})),
        TuningStatus::InProgress => {}
        ended => {
            return Err(Fault::validation(format!(
                "The request was rejected because the hyperparameter tuning job is in status {}.",
                ended.as_str()
            )));
        }
    }
    let settings = Settings::of(&tuning.request)?;
    tuning.status = TuningStatus::Stopping;
    tuning.ending = Some(Ending::Stopped);
    let trials = end::trials_of(tx, &tuning)?;
    end::stop_trainings(tx, &trials)?;
    step::advance(tx, &mut tuning, &settings)?;
    tx.put(&tuning)?;
    end::tell(tx, &tuning)?;
    Ok(json!({}))
}

/// `DeleteHyperParameterTuningJob`: the job's own entry alone; its training jobs stay.
pub(crate) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let Ok(tuning) = require(tx, request) else {
        // AWS declares no error of this operation: what is not there is deleted.
        return Ok(json!({}));
    };
    if !tuning.status.is_final() {
        return Err(Fault::validation(format!(
            "The request was rejected because the hyperparameter tuning job is in status {}.",
            tuning.status.as_str()
        )));
    }
    tags::detach(tx, &tuning.arn)?;
    tx.delete::<TuningJob>(&tuning.name)?;
    Ok(json!({}))
}
