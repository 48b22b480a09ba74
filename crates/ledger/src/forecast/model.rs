//! Distributions of durations, in logarithms: `ln duration = typical + run + step`, where `run` is common to all steps of a run
//! (a busier machine, more data) and `step` is a step's own. Both are normal to begin with; with few runs known the tails
//! are Student's.

use super::{StepFacts, StepState};

/// Variance of a step's own part that is assumed, as if seen in so many runs.
const STEP_VARIANCE: f64 = 0.2 * 0.2;
const STEP_WEIGHT: f64 = 3.0;
/// The same of the common part.
const RUN_VARIANCE: f64 = 0.15 * 0.15;
const RUN_WEIGHT: f64 = 3.0;
/// Common part where durations are predicted: a prediction is off for all steps alike.
const PREDICTED_RUN_VARIANCE: f64 = 0.3 * 0.3;
/// Standard normal quantile at 90 %.
const NINE_TENTHS: f64 = 1.281_551_6;

/// What is known of a step that is not over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Facts {
    /// Nothing is to come.
    Over,
    /// Its duration is to be drawn, as logarithm of nanoseconds.
    Known {
        typical: f64,
        variance: f64,
        /// Degrees of freedom of its tails.
        freedom: f64,
    },
    /// Nothing is known.
    Unknown,
}

/// What is known of a run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub(super) steps: Vec<Facts>,
    /// The common part of this run, as far as the steps that are over tell it.
    pub(super) run_mean: f64,
    pub(super) run_variance: f64,
}

impl Model {
    pub(super) fn of(steps: &[StepFacts]) -> Self {
        let residuals: Vec<Vec<Option<f64>>> = steps.iter().map(residuals).collect();
        let runs = steps
            .iter()
            .map(|step| step.history.len())
            .max()
            .unwrap_or(0);
        let known = residuals.iter().any(|of| of.iter().flatten().count() > 0);
        let run_variance = if known {
            common(&residuals, runs)
        } else {
            PREDICTED_RUN_VARIANCE
        };
        let all: Vec<Facts> = steps
            .iter()
            .zip(&residuals)
            .map(|(step, residuals)| step_of(step, residuals, run_variance))
            .collect();
        let (mut precision, mut weighted) = (1.0 / run_variance, 0.0);
        for (step, facts) in steps.iter().zip(&all) {
            let (
                StepState::Done { took, .. },
                Facts::Known {
                    typical, variance, ..
                },
            ) = (step.state, *facts)
            else {
                continue;
            };
            precision += 1.0 / variance;
            weighted += (logarithm(took.nanos()) - typical) / variance;
        }
        let open = |(step, facts): (&StepFacts, Facts)| match step.state {
            StepState::Done { .. } | StepState::Found => Facts::Over,
            StepState::Running { .. } | StepState::Waiting => facts,
        };
        Self {
            steps: steps.iter().zip(all).map(open).collect(),
            run_mean: weighted / precision,
            run_variance: 1.0 / precision,
        }
    }
}

/// A duration of nothing counts as a microsecond.
pub(super) fn logarithm(nanos: u64) -> f64 {
    (nanos.max(1_000) as f64).ln()
}

fn mean(step: &StepFacts) -> Option<(f64, usize)> {
    let known = step.history.iter().flatten();
    let logs: Vec<f64> = known.map(|span| logarithm(span.nanos())).collect();
    let count = logs.len();
    (count > 0).then(|| (logs.iter().sum::<f64>() / count as f64, count))
}

/// Of each earlier run how far it was from the mean.
fn residuals(step: &StepFacts) -> Vec<Option<f64>> {
    let Some((mean, _)) = mean(step) else {
        return Vec::new();
    };
    let of = |span: &Option<units::Span>| span.map(|span| logarithm(span.nanos()) - mean);
    step.history.iter().map(of).collect()
}

/// Variance of the part that steps of a run have in common: the mean product of two steps of one run.
fn common(residuals: &[Vec<Option<f64>>], runs: usize) -> f64 {
    let (mut products, mut pairs) = (0.0, 0.0);
    for run in 0..runs {
        let there = residuals
            .iter()
            .filter_map(|of| of.get(run).copied().flatten());
        let there: Vec<f64> = there.collect();
        let (sum, squares) = there.iter().fold((0.0, 0.0), |(sum, squares), one| {
            (sum + one, squares + one * one)
        });
        products += (sum * sum - squares) / 2.0;
        pairs += (there.len() * there.len().saturating_sub(1)) as f64 / 2.0;
    }
    let freedom = runs.saturating_sub(1) as f64;
    // A mean over n runs takes one of them away.
    let found = if pairs > 0.0 && freedom > 0.0 {
        products / pairs * (freedom + 1.0) / freedom
    } else {
        0.0
    };
    let weight = if pairs > 0.0 { freedom } else { 0.0 };
    ((RUN_WEIGHT * RUN_VARIANCE + weight * found) / (RUN_WEIGHT + weight)).max(1e-4)
}

fn step_of(step: &StepFacts, residuals: &[Option<f64>], run_variance: f64) -> Facts {
    if let Some((typical, count)) = mean(step) {
        let squares: f64 = residuals.iter().flatten().map(|one| one * one).sum();
        let freedom = count as f64 - 1.0;
        // What the run has in common with others is drawn apart.
        let own = (squares - freedom * run_variance).max(0.1 * squares);
        let weight = STEP_WEIGHT + freedom;
        let variance = (STEP_WEIGHT * STEP_VARIANCE + own) / weight;
        return Facts::Known {
            typical,
            variance: variance * (1.0 + 1.0 / count as f64),
            freedom: weight,
        };
    }
    let Some(predicted) = step.predicted else {
        return Facts::Unknown;
    };
    let deviation = predicted.factor.max(1.0).ln() / NINE_TENTHS;
    // A part of the prediction's error is common to all steps; both together are what was predicted.
    let own = (deviation * deviation - run_variance).max(0.25 * deviation * deviation);
    Facts::Known {
        typical: logarithm(predicted.mid.nanos()),
        variance: own.max(1e-4),
        freedom: 30.0,
    }
}
