//! Draws of what is to come: money and time.

use simulate::Stream;

use super::model::{Facts, Model, logarithm};
use super::{StepFacts, StepState};

const DRAWS: u64 = 2_000;
/// Tries to draw a duration longer than what has passed already.
const TRIES: u32 = 30;
/// Of a step that is longer than anything known the rest is exponential with this share of what has passed as mean.
const OVERDUE: f64 = 0.25;
/// Deviation of a duration that is told by progress, at its beginning; it falls to nothing at the end.
const PROGRESS: f64 = 0.35;

/// What is to come, drawn often.
pub(super) struct Draws {
    /// Nano-dollars on top of what was spent.
    pub(super) cost: Vec<f64>,
    /// Nanoseconds until the end.
    pub(super) left: Vec<f64>,
}

impl Draws {
    pub(super) fn of(steps: &[StepFacts], model: &Model) -> Self {
        let mut made = Self {
            cost: Vec::with_capacity(DRAWS as usize),
            left: Vec::with_capacity(DRAWS as usize),
        };
        for draw in 0..DRAWS {
            let (cost, left) = one(steps, model, &mut Stream::new(draw, 0));
            made.cost.push(cost);
            made.left.push(left);
        }
        made
    }
}

/// One draw: nano-dollars and nanoseconds to come.
fn one(steps: &[StepFacts], model: &Model, stream: &mut Stream) -> (f64, f64) {
    let run = model.run_mean + stream.normal() * model.run_variance.sqrt();
    let (mut cost, mut end) = (0.0, 0.0_f64);
    let mut ends: Vec<f64> = Vec::with_capacity(steps.len());
    for (step, facts) in steps.iter().zip(&model.steps) {
        let begin = step.after.iter().filter_map(|&before| ends.get(before));
        let begin = begin.copied().fold(0.0, f64::max);
        let left = match step.state {
            StepState::Done { .. } | StepState::Found => 0.0,
            StepState::Running { elapsed, progress } => {
                let elapsed = elapsed.nanos() as f64;
                let told = progress.map(units::Share::as_fraction);
                let told = told.filter(|share| *share > 0.01);
                running(elapsed, told, (*facts, run), stream) - elapsed
            }
            StepState::Waiting => duration(*facts, run, stream).unwrap_or(0.0),
        };
        let an_hour = step
            .price
            .map_or(0.0, |price| price.an_hour().nanos() as f64);
        cost += left / 3.6e12 * an_hour;
        let ends_at = match step.state {
            StepState::Waiting => begin + left,
            _ => left,
        };
        ends.push(ends_at);
        end = end.max(ends_at);
    }
    (cost, end)
}

/// A duration in nanoseconds, where anything is known.
fn duration(facts: Facts, run: f64, stream: &mut Stream) -> Option<f64> {
    match facts {
        Facts::Known {
            typical,
            variance,
            freedom,
        } => Some((typical + run + student(freedom, stream) * variance.sqrt()).exp()),
        Facts::Over | Facts::Unknown => None,
    }
}

/// The whole duration of a step that runs, longer than what has passed.
fn running(elapsed: f64, told: Option<f64>, facts: (Facts, f64), stream: &mut Stream) -> f64 {
    let (facts, run) = facts;
    if let Some(share) = told {
        return by_progress(elapsed, share, (facts, run), stream);
    }
    for _ in 0..TRIES {
        match duration(facts, run, stream) {
            Some(drawn) if drawn > elapsed => return drawn,
            Some(_) => {}
            None => return elapsed,
        }
    }
    elapsed + stream.exponential(elapsed * OVERDUE)
}

/// What progress tells and what earlier runs tell, each by its precision.
fn by_progress(elapsed: f64, share: f64, facts: (Facts, f64), stream: &mut Stream) -> f64 {
    let deviation = PROGRESS * (1.0 - share) + 0.01;
    let mut precision = 1.0 / (deviation * deviation);
    let mut weighted = logarithm((elapsed / share) as u64) * precision;
    if let (
        Facts::Known {
            typical, variance, ..
        },
        run,
    ) = facts
    {
        precision += 1.0 / variance;
        weighted += (typical + run) / variance;
    }
    let drawn = weighted / precision + stream.normal() / precision.sqrt();
    drawn.exp().max(elapsed)
}

/// Student's distribution of at least 2 degrees of freedom: a normal over the root of a chi-squared mean.
fn student(freedom: f64, stream: &mut Stream) -> f64 {
    let normal = stream.normal();
    if freedom >= 30.0 {
        return normal;
    }
    let whole = freedom.max(2.0).round() as u32;
    let squares: f64 = (0..whole).map(|_| stream.normal().powi(2)).sum();
    normal / (squares / f64::from(whole)).sqrt()
}
