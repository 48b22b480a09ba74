//! Stopping trials early: what a trial prints is read as it comes, and compared with earlier trials.
//!
//! A trial is compared with those that were over before it could start: the window of the search decides which, so that
//! the same trials are stopped at the same values at any parallelism.

use tune::median_stop;

use super::super::record::Metric;
use super::record::{Trial, TuningJob};
use super::settings::{Early, Settings};
use super::step::{self, looks_at_values, stop_training};
use crate::Fault;
use crate::store::{Snapshot, Tx};

/// Values of one trial that are looked at: AWS's most epochs.
const VALUES: usize = 20_000;

/// A training job printed metrics. Those of other jobs than trials are nothing here.
pub fn observed(tx: &mut Tx<'_>, training: &str, metrics: &[Metric]) -> Result<(), Fault> {
    let Some(mut trial) = tx.get::<Trial>(training)? else {
        return Ok(());
    };
    let Some(tuning) = tx.get::<TuningJob>(&trial.tuning_name)? else {
        return Ok(());
    };
    let settings = Settings::of(&tuning.request)?;
    if !looks_at_values(&settings) || trial.stopped_at.is_some() {
        return Ok(());
    }
    let metric = &settings.definitions[trial.definition].metric;
    let values = metrics.iter().filter(|found| found.name == *metric);
    let room = VALUES.saturating_sub(trial.values.len());
    let before = trial.values.len();
    trial
        .values
        .extend(values.map(|found| found.value).take(room));
    if trial.values.len() == before {
        return Ok(());
    }
    trial.stopped_at = stop(tx, &tuning, &settings, &trial)?;
    tx.put(&trial)?;
    if trial.stopped_at.is_some() {
        stop_training(tx, &trial)?;
    }
    Ok(())
}

/// The count of values at which a trial is stopped, if it is.
pub(super) fn stop(
    snapshot: &Snapshot<'_>,
    tuning: &TuningJob,
    settings: &Settings,
    trial: &Trial,
) -> Result<Option<usize>, Fault> {
    if !looks_at_values(settings) || trial.values.is_empty() {
        return Ok(None);
    }
    let trials = step::trials(snapshot, tuning)?;
    let siblings: Vec<&Trial> = trials
        .iter()
        .filter(|other| other.definition == trial.definition)
        .collect();
    let place = siblings
        .iter()
        .position(|other| other.number == trial.number);
    let known = (place.unwrap_or(0) + 1).saturating_sub(settings.window);
    let peers: Vec<(u64, &[f64])> = (0..)
        .zip(&siblings[..known])
        .map(|(place, peer)| {
            let count = peer.stopped_at.unwrap_or(peer.values.len());
            (place, &peer.values[..count.min(peer.values.len())])
        })
        .collect();
    let goal = settings.definitions[trial.definition].goal;
    Ok(match settings.early {
        Early::Off => None,
        Early::Median => {
            let values: Vec<&[f64]> = peers.iter().map(|(_, values)| *values).collect();
            median_stop(goal, &trial.values, &values)
        }
        Early::Hyperband(band) => band.stop(goal, place.unwrap_or(0) as u64, &trial.values, &peers),
    })
}
