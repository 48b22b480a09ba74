//! What a running workload will have cost, and when it will be done.
//!
//! Of each step that is over the facts count, of the others a distribution of their duration: from earlier runs, or from a
//! prediction. Steps that are over tell how this run differs from others, and that moves the rest. The intervals hold the final
//! figure in four of five runs; [`crate::replay`] says how often they did. docs/concepts/simulation.md has the formulas.

mod draw;
mod model;

use simulate::Interval;
use units::{HourlyPrice, Money, Overflow, Share, Span};

use draw::Draws;
use model::{Facts, Model};

/// One step of a run, or one of several jobs that it runs side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFacts {
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: StepState,
    /// What an hour of it costs, all its instances together; `None` where no price is known.
    pub price: Option<HourlyPrice>,
    /// How long it took in earlier runs, oldest first; `None` where it did not run. The same place is the same run for all steps.
    pub history: Vec<Option<Span>>,
    /// What was predicted for it, used where no earlier run is known.
    pub predicted: Option<Predicted>,
    /// Places of the steps that must be over before it begins; these stand before it.
    pub after: Vec<usize>,
}

/// A predicted duration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// As likely too long as too short.
    pub mid: Span,
    /// Four of five durations lie between `mid / factor` and `mid * factor`; at least 1.
    pub factor: f64,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Over.
    Done {
        /// How long it took.
        took: Span,
        /// What it was charged; `None` where no price was known.
        cost: Option<Money>,
    },
    /// Found in the cache: it takes nothing and costs nothing.
    Found,
    /// It runs.
    Running {
        /// Since when.
        elapsed: Span,
        /// How much of it is done, where it says so.
        progress: Option<Share>,
    },
    /// To come.
    Waiting,
}

/// The forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// What was spent until now.
    pub spent: Money,
    /// What the run will have cost at its end. The low end is at least what was spent.
    pub cost: Range<Money>,
    /// Time from now until it is done.
    pub left: Range<Span>,
    /// Steps without a price, whose money is in none of these figures.
    pub unpriced: Vec<String>,
    /// Steps to come of which neither an earlier run nor a prediction is known: the figures are without them.
    pub unknown: Vec<String>,
}

/// An interval of 80 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// One of ten lies below.
    pub low: T,
    /// The median.
    pub mid: T,
    /// One of ten lies above.
    pub high: T,
}

/// The forecast of a run. The same facts give the same forecast.
///
/// ```
/// use ledger::{StepFacts, StepState, forecast};
///
/// let step = |name: &str, state, after| StepFacts {
///     name: name.to_owned(),
///     state,
///     price: "3.6 USD/h".parse().ok(),
///     history: ["100 s", "110 s", "90 s", "105 s"].iter().map(|span| span.parse().ok()).collect(),
///     predicted: None,
///     after,
/// };
/// let done = StepState::Done { took: "100 s".parse()?, cost: "0.1 USD".parse().ok() };
/// let found = forecast(&[step("Prepare", done, vec![]), step("Train", StepState::Waiting, vec![0])])?;
/// assert_eq!(found.spent, "0.1 USD".parse()?);
/// assert!(found.cost.low < "0.2 USD".parse()? && found.cost.high > "0.2 USD".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forecast(steps: &[StepFacts]) -> Result<Forecast, Overflow> {
    let model = Model::of(steps);
    let mut spent = Vec::new();
    let mut unpriced = Vec::new();
    let mut unknown = Vec::new();
    for (step, facts) in steps.iter().zip(&model.steps) {
        let now = match step.state {
            StepState::Done { cost, .. } => cost,
            StepState::Running { elapsed, .. } => {
                step.price.map(|price| price * elapsed).transpose()?
            }
            StepState::Found | StepState::Waiting => Some(Money::ZERO),
        };
        let priced = match step.state {
            StepState::Done { .. } | StepState::Found => now.is_some(),
            StepState::Running { .. } | StepState::Waiting => step.price.is_some(),
        };
        spent.extend(now);
        if !priced {
            unpriced.push(step.name.clone());
        }
        if matches!(facts, Facts::Unknown) {
            unknown.push(step.name.clone());
        }
    }
    let spent = Money::sum(spent)?;
    let draws = Draws::of(steps, &model);
    let cost = interval(&draws.cost, spent.nanos(), Money::from_nanos);
    let left = interval(&draws.left, 0, |nanos| {
        Span::from_nanos(nanos.unsigned_abs())
    });
    Ok(Forecast {
        spent,
        cost,
        left,
        unpriced,
        unknown,
    })
}

/// Of draws of what is to come, on top of what there is.
fn interval<T>(draws: &[f64], there: i64, made: impl Fn(i64) -> T) -> Range<T> {
    let found = Interval::of(draws.iter().copied()).unwrap_or(Interval {
        low: 0.0,
        mid: 0.0,
        high: 0.0,
    });
    // A float beyond the range of an i64 saturates, and so does the sum.
    let at = |more: f64| made(there.saturating_add(more as i64));
    Range {
        low: at(found.low),
        mid: at(found.mid),
        high: at(found.high),
    }
}

#[cfg(test)]
mod tests;
