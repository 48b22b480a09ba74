//! Recorded runs seen again from within: how often a forecast held.

use units::{HourlyPrice, Money, Overflow, Share, Span};

use crate::forecast::{Predicted, Range, StepFacts, StepState, forecast};

/// A step of a run that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedStep {
    /// Its name.
    pub name: String,
    /// When it began, since the beginning of the run.
    pub began: Span,
    /// How long it took.
    pub took: Span,
    /// What an hour of it cost.
    pub price: Option<HourlyPrice>,
    /// What had been predicted for it.
    pub predicted: Option<Predicted>,
    /// Places of the steps before it.
    pub after: Vec<usize>,
}

/// A forecast beside what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replayed {
    /// Final cost.
    pub cost: Money,
    /// Its forecast.
    pub forecast_cost: Range<Money>,
    /// Duration of the run.
    pub took: Span,
    /// Its forecast.
    pub forecast_took: Range<Span>,
}

impl Replayed {
    /// Whether the interval held the final cost.
    pub fn cost_held(&self) -> bool {
        (self.forecast_cost.low..=self.forecast_cost.high).contains(&self.cost)
    }

    /// Whether the interval held the duration.
    pub fn took_held(&self) -> bool {
        (self.forecast_took.low..=self.forecast_took.high).contains(&self.took)
    }

    /// Width of the interval of the cost over the final cost; `None` where it cost nothing.
    pub fn cost_width(&self) -> Option<f64> {
        let width = self.forecast_cost.high.nanos() - self.forecast_cost.low.nanos();
        (self.cost.nanos() > 0).then(|| width as f64 / self.cost.nanos() as f64)
    }
}

/// Most earlier runs that a forecast looks at.
pub const HISTORY: usize = 20;

/// The forecast of a recorded run at the moment when a share of its time had passed, with the runs before it as history (oldest
/// first, steps by their names).
pub fn replay(
    run: &[RecordedStep],
    earlier: &[Vec<RecordedStep>],
    progress: Share,
) -> Result<Replayed, Overflow> {
    let ends = run
        .iter()
        .map(|step| step.began.nanos().saturating_add(step.took.nanos()));
    let took = ends.max().unwrap_or(0);
    let now = (took as f64 * progress.as_fraction()) as u64;
    let recent = &earlier[earlier.len().saturating_sub(HISTORY)..];
    let mut final_cost = Vec::new();
    let mut steps = Vec::new();
    for step in run {
        let cost = step.price.map(|price| price * step.took).transpose()?;
        final_cost.extend(cost);
        let passed = now.saturating_sub(step.began.nanos());
        let state = if step.began.nanos().saturating_add(step.took.nanos()) <= now {
            StepState::Done {
                took: step.took,
                cost,
            }
        } else if step.began.nanos() <= now {
            StepState::Running {
                elapsed: Span::from_nanos(passed),
                progress: None,
            }
        } else {
            StepState::Waiting
        };
        let of = |run: &Vec<RecordedStep>| {
            let same = run.iter().find(|other| other.name == step.name);
            same.map(|other| other.took)
        };
        steps.push(StepFacts {
            name: step.name.clone(),
            state,
            price: step.price,
            history: recent.iter().map(of).collect(),
            predicted: step.predicted,
            after: step.after.clone(),
        });
    }
    let found = forecast(&steps)?;
    let total = |left: Span| Span::from_nanos(now.saturating_add(left.nanos()));
    Ok(Replayed {
        cost: Money::sum(final_cost)?,
        forecast_cost: found.cost,
        took: Span::from_nanos(took),
        forecast_took: Range {
            low: total(found.left.low),
            mid: total(found.left.mid),
            high: total(found.left.high),
        },
    })
}
