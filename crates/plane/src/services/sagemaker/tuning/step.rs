//! The step of a tuning job: what the outcomes so far mean, and the trials that come next.

use serde_json::Value;
use tune::{Ask, Outcome, Progress, Search};

use super::super::job;
use super::super::record::{Job, JobStatus, Training};
use super::super::request::items;
use super::super::training_job;
use super::record::{Counters, Ending, Trial, TuningJob, TuningStatus};
use super::settings::{Early, Settings};
use super::{early, end, training, warm_start};
use crate::Fault;
use crate::services::usage;
use crate::store::{Snapshot, Tx};

/// Trials without any objective after which a tuning job has failed, as on AWS.
const HOPELESS: u64 = 5;

/// A training job is final: if it is a trial, its outcome is noted and the next one starts.
pub(crate) fn trial_finished(tx: &mut Tx<'_>, training: &Job<Training>) -> Result<(), Fault> {
    let Some(mut trial) = tx.get::<Trial>(&training.name)? else {
        return Ok(());
    };
    let Some(mut tuning) = tx.get::<TuningJob>(&trial.tuning_name)? else {
        return Ok(());
    };
    if trial.outcome != Outcome::Pending || tuning.id() != trial.tuning {
        return Ok(());
    }
    let settings = Settings::of(&tuning.request)?;
    if trial.stopped_at.is_none() {
        // The rule may speak of values that came with the end.
        trial.stopped_at = early::stop(tx, &tuning, &settings, &trial)?;
    }
    trial.outcome = outcome(&trial, training, &settings);
    trial.training = Some(training.status);
    let reason = training.failure.as_deref().unwrap_or_default();
    trial.retryable = reason.starts_with("InternalServerError");
    tx.put(&trial)?;
    if let Some(charge) = charge(tx, &training.name)?
        && let Ok(spent) = tuning.spent.checked_add(charge)
    {
        tuning.spent = spent;
    }
    advance(tx, &mut tuning, &settings)?;
    end::set_timer(tx, &tuning, &settings)?;
    tx.put(&tuning)?;
    end::tell(tx, &tuning)
}

fn outcome(trial: &Trial, training: &Job<Training>, settings: &Settings) -> Outcome {
    if training.status == JobStatus::Failed {
        return Outcome::Failed;
    }
    if let Some(value) = trial
        .stopped_at
        .and_then(|count| trial.values.get(count - 1))
    {
        return Outcome::Scored(*value);
    }
    let metric = &settings.definitions[trial.definition].metric;
    let last = training.metrics.iter().find(|found| found.name == *metric);
    last.map_or(Outcome::Failed, |found| Outcome::Scored(found.value))
}

fn charge(snapshot: &Snapshot<'_>, training: &str) -> Result<Option<units::Money>, Fault> {
    let usage = usage::find(snapshot, super::super::TRAINING_JOB, training)?;
    Ok(usage
        .and_then(|usage| usage.charge)
        .map(|charge| charge.amount))
}

/// All trials of a tuning job in the order of their numbers.
pub(super) fn trials(snapshot: &Snapshot<'_>, tuning: &TuningJob) -> Result<Vec<Trial>, Fault> {
    let mut trials = snapshot.children::<Trial>(&tuning.id())?;
    trials.sort_by_key(|trial| trial.number);
    Ok(trials)
}

/// Reads the outcomes, ends what is over and starts what is next. The caller stores the job.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    tuning: &mut TuningJob,
    settings: &Settings,
) -> Result<(), Fault> {
    let mut trials = trials(tx, tuning)?;
    let outcomes: Vec<_> = trials.iter().map(|trial| trial.outcome).collect();
    let progress = settings.criteria.read(&outcomes);
    if tuning.ending.is_none() {
        tuning.ending = ending(settings, &trials, &progress);
        if tuning.ending.is_some() {
            end::stop_trainings(tx, &trials)?;
        }
    }
    if tuning.ending.is_none() {
        launch(tx, tuning, settings, &mut trials)?;
    }
    note(tx, tuning, settings, (&trials, &progress))?;
    if tuning.ending.is_some() && tuning.counters.pending == 0 {
        end::finish(tuning, tx.ctx().now);
    }
    tuning.modified = tx.ctx().now;
    Ok(())
}

/// Why the job is over, if the outcomes say so.
fn ending(settings: &Settings, trials: &[Trial], progress: &Progress) -> Option<Ending> {
    let first = HOPELESS.min(settings.criteria.trials);
    let known = trials.iter().take_while(|trial| trial.number < first);
    if progress.counted >= first && known.clone().all(|trial| trial.objective().is_none()) {
        let failed = |trial: &Trial| trial.training == Some(JobStatus::Failed);
        let reason = if known.clone().all(failed) {
            "All training jobs failed. Please take a look at the training jobs failures to get more details."
                .to_owned()
        } else {
            format!(
                "No objective metrics found after running {first} training jobs. Please ensure that the custom \
                 algorithm is emitting the objective metric as defined by the regular expression provided."
            )
        };
        return Some(Ending::Failed { reason });
    }
    progress.completion.map(|_| Ending::Criterion)
}

/// Starts trials until as many run as may.
fn launch(
    tx: &mut Tx<'_>,
    tuning: &mut TuningJob,
    settings: &Settings,
    trials: &mut Vec<Trial>,
) -> Result<(), Fault> {
    let searches = searches(tx, tuning, settings)?;
    let most = usize::try_from(settings.criteria.trials).unwrap_or(usize::MAX);
    loop {
        let running = trials
            .iter()
            .filter(|trial| trial.outcome == Outcome::Pending)
            .count();
        if running >= settings.parallel || trials.len() >= most {
            return Ok(());
        }
        if end::would_cost_too_much(tuning, settings, running) {
            if running == 0 {
                tuning.ending = Some(Ending::Exhausted);
            }
            return Ok(());
        }
        // Definitions take turns; one whose grid is done is passed over.
        let first = trials.len() % searches.len();
        let turns = (0..searches.len()).map(|turn| (first + turn) % searches.len());
        let mut found = None;
        for definition in turns {
            match searches[definition].ask(&of_definition(trials, definition)) {
                Ask::Point(point) => {
                    found = Some((definition, point));
                    break;
                }
                Ask::Wait => return Ok(()),
                Ask::Exhausted => {}
            }
        }
        let Some((definition, point)) = found else {
            return Ok(());
        };
        let tuned = searches[definition].space().texts(&point);
        let number = trials.len() as u64;
        let trial = Trial {
            name: training::name(tuning, number),
            tuning: tuning.id(),
            tuning_name: tuning.name.clone(),
            tuning_arn: tuning.arn.clone(),
            number,
            definition,
            point,
            tuned,
            outcome: Outcome::Pending,
            training: None,
            retryable: false,
            values: Vec::new(),
            stopped_at: None,
            created: tx.ctx().now,
        };
        let tags = items(&tuning.request, "/Tags").to_vec();
        let of = &settings.definitions[definition];
        let request = training::request(of, &trial.name, &trial.tuned, &tags);
        if let Err(fault) = start(tx, &tuning.run, &request) {
            let reason = format!("A training job could not be created: {}", fault.message);
            tuning.ending = Some(Ending::Failed { reason });
            return end::stop_trainings(tx, trials);
        }
        tx.put(&trial)?;
        trials.push(trial);
    }
}

fn start(tx: &mut Tx<'_>, run: &str, request: &Value) -> Result<(), Fault> {
    tx.as_principal(run, |tx| {
        tx.attempt(|tx| training_job::create(tx, request).map(drop))
    })
}

/// One search a definition.
fn searches(
    snapshot: &Snapshot<'_>,
    tuning: &TuningJob,
    settings: &Settings,
) -> Result<Vec<Search>, Fault> {
    let parents = warm_start::parents(snapshot, &tuning.request)?;
    let search = |(place, definition): (usize, &super::settings::Definition)| {
        let seed = tuning.seed.wrapping_add(place as u64);
        let (space, goal) = (definition.space.clone(), definition.goal);
        let search = Search::new(space, settings.strategy, goal, seed, settings.window);
        let search = search.with_parents(&warm_start::seen(definition, &parents));
        if settings.early == Early::Off {
            search
        } else {
            search.with_early_stopping()
        }
    };
    Ok(settings
        .definitions
        .iter()
        .enumerate()
        .map(search)
        .collect())
}

/// The trials of one definition, as its search sees them.
pub(super) fn of_definition(trials: &[Trial], definition: usize) -> Vec<tune::Trial> {
    trials
        .iter()
        .filter(|trial| trial.definition == definition)
        .map(|trial| tune::Trial {
            point: trial.point.clone(),
            outcome: trial.outcome,
        })
        .collect()
}

/// Notes what a Describe answers.
fn note(
    snapshot: &Tx<'_>,
    tuning: &mut TuningJob,
    settings: &Settings,
    (trials, progress): (&[Trial], &Progress),
) -> Result<(), Fault> {
    let mut counters = Counters::default();
    for trial in trials {
        match trial.outcome {
            Outcome::Pending => counters.pending += 1,
            Outcome::Failed => counters.failed += 1,
            Outcome::Scored(_) => counters.succeeded += 1,
        }
        match trial.training {
            None => counters.in_progress += 1,
            Some(JobStatus::Stopped) => counters.stopped += 1,
            Some(JobStatus::Failed) if trial.retryable => counters.retryable += 1,
            Some(JobStatus::Failed) => counters.non_retryable += 1,
            Some(_) => counters.completed += 1,
        }
    }
    tuning.counters = counters;
    tuning.not_improving = progress.not_improving;
    if progress.converged.is_some() {
        tuning.converged.get_or_insert(snapshot.ctx().now);
    }
    // What a criterion ended has the result that it had with one trial at a time.
    let counted = match tuning.ending {
        Some(Ending::Criterion) => progress.counted,
        _ => u64::MAX,
    };
    let goal = settings.criteria.goal;
    let mut best: Option<&Trial> = None;
    for trial in trials.iter().filter(|trial| trial.number < counted) {
        let Some(value) = trial.objective() else {
            continue;
        };
        if best
            .and_then(Trial::objective)
            .is_none_or(|top| goal.is_better(value, top))
        {
            best = Some(trial);
        }
    }
    tuning.best = best.map(|trial| trial.name.clone());
    tuning.overall_best = warm_start::overall_best(snapshot, &tuning.request, settings, best)?;
    Ok(())
}

/// Whether trials are stopped before their end, so that their values are kept.
pub(super) fn looks_at_values(settings: &Settings) -> bool {
    settings.early != Early::Off
}

/// Whether a tuning job still starts trials.
pub(super) fn is_open(tuning: &TuningJob) -> bool {
    tuning.status == TuningStatus::InProgress && tuning.ending.is_none()
}

/// Asks the training job of a trial to end, where it has not.
pub(super) fn stop_training(tx: &mut Tx<'_>, trial: &Trial) -> Result<(), Fault> {
    match training::job_of(tx, trial)? {
        Some(found) if found.status == JobStatus::InProgress => {
            let request = serde_json::json!({"TrainingJobName": trial.name});
            job::stop::<Training>(tx, &request).map(drop)
        }
        _ => Ok(()),
    }
}
