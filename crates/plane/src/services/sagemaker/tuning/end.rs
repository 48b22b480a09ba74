//! The end of a tuning job: by its outcomes, its time, its money, or on request.

use std::collections::BTreeMap;

use catalog::Component;
use tune::Outcome;
use units::Money;

use super::super::request::optional;
use super::record::{Ending, Trial, TuningJob, TuningStatus};
use super::settings::Settings;
use super::{step, training};
use crate::Fault;
use crate::store::{Snapshot, Timer, Tx};

/// Nothing is stopped for money before a trial had this long, so that a timer cannot spin.
const SHORTEST_MS: i64 = 10;

/// Asks the training jobs that run to end.
pub(super) fn stop_trainings(tx: &mut Tx<'_>, trials: &[Trial]) -> Result<(), Fault> {
    for trial in trials
        .iter()
        .filter(|trial| trial.outcome == Outcome::Pending)
    {
        step::stop_training(tx, trial)?;
    }
    Ok(())
}

/// Gives a tuning job without running trials its final status.
pub(super) fn finish(tuning: &mut TuningJob, now: i64) {
    if tuning.status.is_final() {
        return;
    }
    tuning.status = match &tuning.ending {
        Some(Ending::Stopped) => TuningStatus::Stopped,
        Some(Ending::Failed { reason }) => {
            tuning.failure = Some(reason.clone());
            TuningStatus::Failed
        }
        Some(Ending::Exhausted) if tuning.best.is_none() => {
            tuning.failure = Some(
                "The limits of the tuning job were reached before any training job had an objective metric."
                    .to_owned(),
            );
            TuningStatus::Failed
        }
        _ => TuningStatus::Completed,
    };
    tuning.ended = Some(now);
}

/// Tells whoever waits for a tuning job that it is over.
pub(super) fn tell(tx: &mut Tx<'_>, tuning: &TuningJob) -> Result<(), Fault> {
    if !tuning.status.is_final() {
        return Ok(());
    }
    tx.cancel_timer(&timer(tuning))?;
    crate::services::states::job_finished(tx, super::TUNING_JOB, &tuning.name)
}

fn timer(tuning: &TuningJob) -> Timer {
    Timer::Tuning {
        job: tuning.name.clone(),
    }
}

/// Sets the timer to the moment at which time or money will be over.
pub(super) fn set_timer(
    tx: &mut Tx<'_>,
    tuning: &TuningJob,
    settings: &Settings,
) -> Result<(), Fault> {
    if !step::is_open(tuning) {
        return Ok(());
    }
    let runtime = settings
        .runtime_ms
        .map(|runtime| tuning.created.saturating_add(runtime));
    let money = spent_at(tx, tuning, settings)?;
    match runtime.into_iter().chain(money).min() {
        Some(due) => Ok(tx.set_timer(&timer(tuning), due)?),
        None => Ok(()),
    }
}

/// Time or money may be over.
pub fn timer_fired(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    let Some(mut tuning) = tx.get::<TuningJob>(name)? else {
        return Ok(());
    };
    if !step::is_open(&tuning) {
        return Ok(());
    }
    let settings = Settings::of(&tuning.request)?;
    let now = tx.ctx().now;
    let over = |due: Option<i64>| due.is_some_and(|due| due <= now);
    let runtime = settings
        .runtime_ms
        .map(|runtime| tuning.created.saturating_add(runtime));
    if over(runtime) || over(spent_at(tx, &tuning, &settings)?) {
        tuning.ending = Some(Ending::Exhausted);
        let trials = step::trials(tx, &tuning)?;
        stop_trainings(tx, &trials)?;
    }
    step::advance(tx, &mut tuning, &settings)?;
    set_timer(tx, &tuning, &settings)?;
    tx.put(&tuning)?;
    tell(tx, &tuning)
}

/// The price of an hour of one training job, where it is known.
fn hour(region: &str, settings: &Settings) -> Option<Money> {
    let prices = settings.definitions.iter().map(|definition| {
        let request = training::request(definition, "", &BTreeMap::default(), &[]);
        let kind = optional(&request, "/ResourceConfig/InstanceType")?;
        Some(
            catalog::sagemaker(Component::Training, kind, region)?
                .price
                .an_hour(),
        )
    });
    prices.flatten().max()
}

/// When the money is over if the trials that run go on, each at its price from its start.
fn spent_at(tx: &Tx<'_>, tuning: &TuningJob, settings: &Settings) -> Result<Option<i64>, Fault> {
    let (Some(limit), Some(hour)) = (settings.max_cost, hour(&tx.ctx().region, settings)) else {
        return Ok(None);
    };
    let starts = running_since(tx, tuning)?;
    let (now, running) = (tx.ctx().now, starts.len() as u64);
    if running == 0 || hour.nanos() <= 0 {
        return Ok(None);
    }
    let accrued: i64 = starts.iter().map(|start| (now - start).max(0)).sum();
    let a_ms = hour.nanos() as f64 / 3_600_000.0;
    let left = (limit.nanos() - tuning.spent.nanos()) as f64 / a_ms - accrued as f64;
    Ok(Some(
        now + ((left / running as f64) as i64).max(if left > 0.0 { SHORTEST_MS } else { 0 }),
    ))
}

fn running_since(snapshot: &Tx<'_>, tuning: &TuningJob) -> Result<Vec<i64>, Fault> {
    let now = snapshot.ctx().now;
    let mut starts = Vec::new();
    for trial in step::trials(snapshot, tuning)? {
        if trial.outcome == Outcome::Pending {
            let job = training::job_of(snapshot, &trial)?;
            // One that waits for its place costs nothing yet.
            starts.push(job.and_then(|job| job.started).unwrap_or(now));
        }
    }
    Ok(starts)
}

/// Whether one more trial, at the mean price of those before, would cost more than there is.
pub(super) fn would_cost_too_much(tuning: &TuningJob, settings: &Settings, running: usize) -> bool {
    let Some(limit) = settings.max_cost else {
        return false;
    };
    let finished = tuning.counters.succeeded + tuning.counters.failed;
    let mean = match finished {
        0 => 0.0,
        count => tuning.spent.nanos() as f64 / count as f64,
    };
    let expected = tuning.spent.nanos() as f64 + mean * (running as f64 + 1.0);
    expected > limit.nanos() as f64
}

/// All of a tuning job's trials that a snapshot has, for whoever removes it.
pub(super) fn trials_of(snapshot: &Snapshot<'_>, tuning: &TuningJob) -> Result<Vec<Trial>, Fault> {
    step::trials(snapshot, tuning)
}
