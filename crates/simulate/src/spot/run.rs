//! One run under a policy.

use units::{HourlyPrice, Money, Overflow, Span};

use super::availability::Availability;
use super::policy::{Capacity, DeadlinePolicy, Seen};
use crate::error::SimulateError;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Work on capacity that is never interrupted.
    pub work: Span,
    /// When it must be done, from the beginning.
    pub deadline: Span,
    /// Delay of each start: launch, setup, reading the checkpoint.
    pub delay: Span,
    /// How it saves; not said, always: nothing but the delay is lost.
    pub saves: Option<Saves>,
}

/// How a run saves its state. Before a change of its own will it saves too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saves {
    /// Work between two checkpoints.
    pub interval: Span,
    /// Time to write one.
    pub write: Span,
}

/// What a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotRun {
    /// When it was done; `None` if capacity ended first.
    pub finished: Option<Span>,
    /// Whether that was in time.
    pub in_time: bool,
    /// Paid time on demand.
    pub on_demand: Span,
    /// Paid time on spot capacity.
    pub spot: Span,
    /// Of the time on demand, without delays.
    pub useful_on_demand: Span,
    /// Of the time on spot capacity, without delays and without what was lost.
    pub useful_spot: Span,
    /// Work done twice.
    pub lost: Span,
    /// Starts.
    pub starts: u32,
    /// Losses of spot capacity.
    pub interruptions: u32,
}

impl SpotRun {
    /// What it cost.
    pub fn cost(&self, on_demand: HourlyPrice, spot: HourlyPrice) -> Result<Money, Overflow> {
        (on_demand * self.on_demand)?.checked_add((spot * self.spot)?)
    }

    /// Time that is paid.
    pub fn paid(&self) -> Span {
        Span::from_nanos(self.on_demand.nanos() + self.spot.nanos())
    }
}

/// What the run has and what it has done, in nanoseconds. Work includes the writing of checkpoints.
struct State {
    current: Capacity,
    start_left: u64,
    left: u64,
    /// Work of this instance that is not saved.
    unsaved: u64,
    found: SpotRun,
}

/// A run from the first tick of a trace on. After the trace there is on-demand capacity alone.
///
/// ```
/// use simulate::spot::{Availability, Greedy, Job, run};
///
/// let trace = Availability::new("10 min".parse()?, vec![true; 12])?;
/// let job = Job { work: "1 h".parse()?, deadline: "2 h".parse()?, delay: "5 min".parse()?, saves: None };
/// let taken = run(&job, &trace, &mut Greedy)?;
/// assert_eq!(taken.finished, Some("65 min".parse()?));
/// assert_eq!(taken.cost("3 USD/h".parse()?, "1.2 USD/h".parse()?)?.to_string(), "1.3 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(
    job: &Job,
    trace: &Availability,
    policy: &mut dyn DeadlinePolicy,
) -> Result<SpotRun, SimulateError> {
    let work = check(job)?;
    let gap = trace.gap().nanos();
    let mut state = State {
        current: Capacity::Idle,
        start_left: 0,
        left: work,
        unsaved: 0,
        found: SpotRun {
            finished: None,
            in_time: false,
            on_demand: Span::ZERO,
            spot: Span::ZERO,
            useful_on_demand: Span::ZERO,
            useful_spot: Span::ZERO,
            lost: Span::ZERO,
            starts: 0,
            interruptions: 0,
        },
    };
    // A policy that never computes ends here: at twice all the time that anything sensible could take.
    let most = job.deadline.nanos().saturating_add(work) / gap + 2;
    let most = most
        .saturating_add(job.delay.nanos() / gap)
        .max(trace.ticks() as u64);
    for tick in 0..most.saturating_mul(2) {
        let elapsed = tick.saturating_mul(gap);
        let spot = trace.at(usize::try_from(tick).unwrap_or(usize::MAX));
        if state.current == Capacity::Spot && !spot {
            state.interrupt();
        }
        let seen = Seen {
            elapsed: Span::from_nanos(elapsed),
            time_left: Span::from_nanos(job.deadline.nanos().saturating_sub(elapsed)),
            work_left: Span::from_nanos(state.left + state.unsaved),
            current: state.current,
            start_left: Span::from_nanos(state.start_left),
            spot,
            loses_work: job.saves.is_some(),
            gap: trace.gap(),
            work: Span::from_nanos(work),
            deadline: job.deadline,
            delay: job.delay,
        };
        let chosen = match policy.choose(&seen) {
            Capacity::Spot if !spot => Capacity::Idle,
            chosen => chosen,
        };
        state.take(chosen, job);
        let used = state.compute(gap, job);
        if state.left == 0 {
            let finished = Span::from_nanos(elapsed.saturating_add(used));
            state.found.finished = Some(finished);
            state.found.in_time = finished <= job.deadline;
            break;
        }
    }
    Ok(state.found)
}

/// The work with its checkpoints.
fn check(job: &Job) -> Result<u64, SimulateError> {
    let refuse = |setting, span: Span| {
        Err(SimulateError::Setting {
            setting,
            found: span.to_string(),
            expected: "a duration above 0",
        })
    };
    if job.work == Span::ZERO {
        return refuse("work", job.work);
    }
    if job.deadline == Span::ZERO {
        return refuse("deadline", job.deadline);
    }
    let Some(saves) = job.saves else {
        return Ok(job.work.nanos());
    };
    if saves.interval == Span::ZERO {
        return refuse("interval", saves.interval);
    }
    let writes = job.work.nanos() / saves.interval.nanos();
    Ok(job
        .work
        .nanos()
        .saturating_add(writes.saturating_mul(saves.write.nanos())))
}

impl State {
    /// Spot capacity is gone, and with it what was not saved.
    fn interrupt(&mut self) {
        self.current = Capacity::Idle;
        self.start_left = 0;
        self.found.interruptions += 1;
        self.left += self.unsaved;
        let lost = std::mem::take(&mut self.unsaved);
        self.found.lost = Span::from_nanos(self.found.lost.nanos() + lost);
        self.found.useful_spot = Span::from_nanos(self.found.useful_spot.nanos() - lost);
    }

    /// Goes over to other capacity.
    fn take(&mut self, chosen: Capacity, job: &Job) {
        if chosen == self.current {
            return;
        }
        self.unsaved = 0;
        self.current = chosen;
        self.start_left = 0;
        if chosen != Capacity::Idle {
            self.start_left = job.delay.nanos();
            self.found.starts += 1;
        }
    }

    /// Computes for a tick, or until all is done. Answers how much of it was used.
    fn compute(&mut self, gap: u64, job: &Job) -> u64 {
        if self.current == Capacity::Idle {
            return gap;
        }
        let delay = self.start_left.min(gap);
        self.start_left -= delay;
        let useful = (gap - delay).min(self.left);
        self.left -= useful;
        if let Some(saves) = job.saves.filter(|_| self.current == Capacity::Spot) {
            let cycle = saves.interval.nanos().saturating_add(saves.write.nanos());
            self.unsaved = (self.unsaved + useful) % cycle;
        }
        let used = delay + useful;
        let found = &mut self.found;
        let (paid, worked) = match self.current {
            Capacity::OnDemand => (&mut found.on_demand, &mut found.useful_on_demand),
            Capacity::Spot | Capacity::Idle => (&mut found.spot, &mut found.useful_spot),
        };
        *paid = Span::from_nanos(paid.nanos() + used);
        *worked = Span::from_nanos(worked.nanos() + useful);
        used
    }
}

#[cfg(test)]
mod tests;
