//! The life of replicas: launched, serving, draining, interrupted, gone; and the policy that asks for them.

use units::Span;

use super::endpoint::{Counts, Endpoint};
use super::event::Event;
use super::replica::{Replica, State};
use super::setting::REPLICAS;
use crate::scaling::{Observation, ScalingPolicy};

impl Endpoint<'_> {
    /// The replicas of the beginning serve from the first moment.
    pub(super) fn begin(&mut self, initial: u32) {
        self.desired = initial.min(REPLICAS);
        for _ in 0..self.desired {
            let replica = self.add();
            self.launched(replica);
            self.ready(replica);
        }
    }

    /// Asks the policy and follows it.
    pub(super) fn ask(&mut self, policy: &mut dyn ScalingPolicy) {
        let seen = self.observe();
        let wanted = policy.desired(&seen).min(REPLICAS);
        if self.counts_now() {
            self.found.scale_outs += u64::from(wanted > self.desired);
            self.found.scale_ins += u64::from(wanted < self.desired);
        }
        self.desired = wanted;
        self.follow();
    }

    fn observe(&mut self) -> Observation {
        let interval = self.now - self.seen.at;
        let window = std::mem::take(&mut self.account.window);
        let mean = |nanos: u128| nanos as f64 / interval.max(1) as f64;
        let counted = self.replicas.iter().filter(|replica| replica.counts());
        let seen = Observation {
            now: Span::from_nanos(self.now),
            interval: Span::from_nanos(interval),
            replicas: counted.count() as u32,
            ready: self.account.now.ready as u32,
            slots: self.serving.slots,
            arrivals: self.seen.arrivals,
            answers: self.seen.answers,
            busy: mean(window.busy),
            waiting: mean(window.waiting),
            serving: mean(window.ready),
            busy_now: self.account.now.busy,
            waiting_now: self.queue.len() as u64,
        };
        self.seen = Counts {
            at: self.now,
            ..Counts::default()
        };
        seen
    }

    /// Launches or removes replicas until there are as many as are wanted.
    fn follow(&mut self) {
        let counted = self.replicas.iter().filter(|replica| replica.counts());
        let there = counted.count() as u32;
        for _ in there..self.desired {
            let replica = self.add();
            self.launch(replica);
        }
        for _ in self.desired..there {
            self.remove_one();
        }
    }

    /// Those that do not serve yet go first, then the youngest.
    fn remove_one(&mut self) {
        let youngest = |wanted| self.replicas.iter().rposition(|one| one.state == wanted);
        if let Some(replica) = youngest(State::Starting) {
            self.gone(replica);
        } else if let Some(replica) = youngest(State::Ready) {
            self.drain(replica);
        }
    }

    pub(super) fn add(&mut self) -> usize {
        let spot = self.serving.spot.is_some_and(|spot| {
            let counted = self.replicas.iter().filter(|r| r.counts() && !r.spot);
            counted.count() >= spot.on_demand as usize
        });
        self.replicas.push(Replica::new(spot));
        self.replicas.len() - 1
    }

    /// On-demand capacity is there at once, spot capacity may have to be waited for.
    fn launch(&mut self, replica: usize) {
        let wait = self.serving.spot.map_or(Span::ZERO, |spot| spot.wait);
        if !self.replicas[replica].spot || wait == Span::ZERO {
            self.launched(replica);
            return;
        }
        let wait = self.spot.exponential_span(wait);
        let at = self.now.saturating_add(wait.nanos());
        self.agenda.plan(at, Event::Launched { replica });
    }

    pub(super) fn launched(&mut self, replica: usize) {
        if self.replicas[replica].state != State::Starting {
            return;
        }
        self.replicas[replica].paid = true;
        let starts = self.now.saturating_add(self.serving.cold_start.nanos());
        self.agenda.plan(starts, Event::Ready { replica });
        let spot = self.serving.spot.filter(|_| self.replicas[replica].spot);
        let Some(spot) = spot else {
            self.account.now.paid_on_demand += 1;
            return;
        };
        self.account.now.paid_spot += 1;
        let life = self.spot.exponential_span(spot.between_interruptions);
        let ends = self.now.saturating_add(life.nanos());
        let before = |span: Span| ends.saturating_sub(span.nanos()).max(self.now);
        self.agenda
            .plan(before(spot.notice), Event::Noticed { replica });
        let drain = spot.drain.min(spot.notice);
        self.agenda.plan(before(drain), Event::Closed { replica });
        self.agenda.plan(ends, Event::Interrupted { replica });
    }

    pub(super) fn ready(&mut self, replica: usize) {
        if self.replicas[replica].state != State::Starting {
            return;
        }
        self.replicas[replica].state = State::Ready;
        self.account.now.ready += 1;
        self.free
            .extend(std::iter::repeat_n(replica, self.serving.slots as usize));
        self.serve();
    }

    /// Takes no more requests and is gone when those that it has are answered.
    fn drain(&mut self, replica: usize) {
        self.account.now.ready -= 1;
        self.replicas[replica].state = State::Draining;
        if self.replicas[replica].serving.is_empty() {
            self.gone(replica);
        }
    }

    pub(super) fn gone(&mut self, replica: usize) {
        let one = &mut self.replicas[replica];
        one.state = State::Gone;
        if std::mem::take(&mut one.paid) {
            let paid = &mut self.account.now;
            let level = if one.spot {
                &mut paid.paid_spot
            } else {
                &mut paid.paid_on_demand
            };
            *level -= 1;
        }
    }

    /// A replacement is launched at the notice. One that serves goes on beside it.
    pub(super) fn noticed(&mut self, replica: usize) {
        self.replicas[replica].state = match self.replicas[replica].state {
            State::Ready => State::Noticed,
            State::Starting => State::Closing,
            State::Draining | State::Noticed | State::Closing | State::Gone => return,
        };
        self.follow();
    }

    /// It takes no more requests, so that those that it has are answered before it goes.
    pub(super) fn closed(&mut self, replica: usize) {
        if self.replicas[replica].state == State::Noticed {
            self.replicas[replica].state = State::Closing;
            self.account.now.ready -= 1;
        }
    }

    pub(super) fn interrupted(&mut self, replica: usize) {
        if self.replicas[replica].state == State::Gone {
            return;
        }
        let lost = std::mem::take(&mut self.replicas[replica].serving);
        let counts = u64::from(self.counts_now());
        self.found.interruptions += counts;
        self.found.repeated += counts * lost.len() as u64;
        self.account.now.busy -= lost.len() as u64;
        self.gone(replica);
        for (request, _) in lost.into_iter().rev() {
            self.queue.push_front(request);
        }
        self.serve();
    }
}
