//! Which capacity to take at a tick: rules of "Can't Be Late". A new policy is a type with the trait.
//!
//! All that keep a deadline share the safety net: on-demand capacity to the end as soon as there is no time left to wait. With
//! it no deadline is missed as long as a start takes no longer than was said.

use units::Span;

/// What a run computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// Nothing.
    Idle,
    /// Spot.
    Spot,
    /// On demand.
    OnDemand,
}

/// What a policy sees at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Since the beginning.
    pub elapsed: Span,
    /// Until the deadline; zero after it.
    pub time_left: Span,
    /// Work that is not saved yet.
    pub work_left: Span,
    /// What the run has at this moment; `Idle` also where spot capacity was just lost.
    pub current: Capacity,
    /// What is left of the delay of its start.
    pub start_left: Span,
    /// Whether there is spot capacity during this tick.
    pub spot: bool,
    /// Whether losing the capacity loses work.
    pub loses_work: bool,
    /// Length of a tick.
    pub gap: Span,
    /// Work of the whole run.
    pub work: Span,
    /// Its deadline.
    pub deadline: Span,
    /// Delay of a start.
    pub delay: Span,
}

/// Chooses capacity tick by tick. A choice of spot capacity where there is none is none.
pub trait DeadlinePolicy {
    /// Its name in tables.
    fn name(&self) -> &'static str;
    /// The capacity of the coming tick.
    fn choose(&mut self, seen: &Seen) -> Capacity;
}

impl Seen {
    /// Capacity that the deadline demands, if it does.
    ///
    /// In whole ticks: with work and one start left for no more than the time that is left, a spot instance whose start is paid is
    /// kept, everything else is on demand; without an instance, work and two starts count.
    pub fn safety_net(&self) -> Option<Capacity> {
        let gap = self.gap.nanos();
        let whole = |nanos: u64| nanos.div_ceil(gap);
        let time = self.time_left.nanos() / gap;
        let (work, delay) = (self.work_left.nanos(), self.delay.nanos());
        if whole(work.saturating_add(delay)) >= time {
            let keeps = self.current == Capacity::Spot
                && self.spot
                && self.start_left == Span::ZERO
                && !self.loses_work;
            return Some(if keeps {
                Capacity::Spot
            } else {
                Capacity::OnDemand
            });
        }
        let two = whole(work.saturating_add(delay.saturating_mul(2)));
        (self.current == Capacity::Idle && two >= time).then_some(Capacity::OnDemand)
    }

    /// Work that is done less the work that would be done by then at even progress, in seconds.
    fn ahead(&self, later: Span) -> f64 {
        let done = self.work.as_seconds() - self.work_left.as_seconds();
        let moment = self.elapsed.as_seconds() + later.as_seconds();
        done - moment * self.work.as_seconds() / self.deadline.as_seconds()
    }
}

/// On-demand capacity from beginning to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDemand;

impl DeadlinePolicy for OnDemand {
    fn name(&self) -> &'static str {
        "on demand"
    }

    fn choose(&mut self, _: &Seen) -> Capacity {
        Capacity::OnDemand
    }
}

/// Spot capacity or none, whatever the deadline: what SageMaker's managed spot training does until its `MaxWaitTime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotOnly;

impl DeadlinePolicy for SpotOnly {
    fn name(&self) -> &'static str {
        "spot only"
    }

    fn choose(&mut self, seen: &Seen) -> Capacity {
        spot_or_idle(seen)
    }
}

/// Spot capacity whenever there is some, else waiting, until the safety net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Greedy;

impl DeadlinePolicy for Greedy {
    fn name(&self) -> &'static str {
        "greedy"
    }

    fn choose(&mut self, seen: &Seen) -> Capacity {
        if let Some(demanded) = seen.safety_net() {
            return demanded;
        }
        // It takes on-demand capacity by the safety net alone, and that holds to the end.
        if seen.current == Capacity::OnDemand {
            return Capacity::OnDemand;
        }
        spot_or_idle(seen)
    }
}

/// Uniform Progress: on demand while behind even progress, spot capacity whenever there is some, and back from on demand only when
/// two starts ahead. On demand stays where there is no spot capacity, as in the authors' program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniformProgress;

impl DeadlinePolicy for UniformProgress {
    fn name(&self) -> &'static str {
        "uniform progress"
    }

    fn choose(&mut self, seen: &Seen) -> Capacity {
        if let Some(demanded) = seen.safety_net() {
            return demanded;
        }
        if seen.current == Capacity::OnDemand {
            let two_starts = Span::from_nanos(seen.delay.nanos().saturating_mul(2));
            let stays = !seen.spot || seen.ahead(two_starts) < 0.0;
            return if stays {
                Capacity::OnDemand
            } else {
                Capacity::Spot
            };
        }
        if !seen.spot && seen.ahead(Span::ZERO) < 0.0 {
            return Capacity::OnDemand;
        }
        spot_or_idle(seen)
    }
}

fn spot_or_idle(seen: &Seen) -> Capacity {
    if seen.spot {
        Capacity::Spot
    } else {
        Capacity::Idle
    }
}
