//! The state of an endpoint, moved from event to event: requests and their answers.

use std::collections::VecDeque;

use super::account::{Account, Sums};
use super::event::{Agenda, Event};
use super::outcome::{Outcome, Quantiles};
use super::replica::{Replica, State};
use super::setting::{Serving, SloMeasure};
use crate::random::Stream;
use crate::scaling::ScalingPolicy;
use crate::trace::Arrival;
use units::Span;

/// After the trace, time in which what waits may still be answered.
const AFTERWARDS: u64 = 24 * 3_600 * 1_000_000_000;

/// The state of an endpoint.
pub(super) struct Endpoint<'a> {
    pub(super) serving: &'a Serving,
    pub(super) arrivals: &'a [Arrival],
    end: u64,
    pub(super) now: u64,
    pub(super) agenda: Agenda,
    pub(super) account: Account,
    pub(super) replicas: Vec<Replica>,
    /// Free slots of replicas, longest free first; those of replicas that no longer serve are skipped.
    pub(super) free: VecDeque<usize>,
    /// Places of arrivals.
    pub(super) queue: VecDeque<usize>,
    services: Stream,
    pub(super) spot: Stream,
    /// How many replicas the policy wants.
    pub(super) desired: u32,
    pub(super) seen: Counts,
    pub(super) found: Found,
}

/// Since the last observation.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) at: u64,
    pub(super) arrivals: u64,
    pub(super) answers: u64,
}

/// What is counted for the outcome.
#[derive(Default)]
pub(super) struct Found {
    requests: u64,
    refused: u64,
    violations: u64,
    latencies: Vec<u64>,
    waits: Vec<u64>,
    pub(super) scale_outs: u64,
    pub(super) scale_ins: u64,
    pub(super) interruptions: u64,
    pub(super) repeated: u64,
}

impl<'a> Endpoint<'a> {
    pub(super) fn new(serving: &'a Serving, arrivals: &'a [Arrival], end: u64, seed: u64) -> Self {
        Self {
            serving,
            arrivals,
            end,
            now: 0,
            agenda: Agenda::default(),
            account: Account::new(serving.warm_up.nanos(), end),
            replicas: Vec::new(),
            free: VecDeque::new(),
            queue: VecDeque::new(),
            services: Stream::new(seed, 1),
            spot: Stream::new(seed, 2),
            desired: 0,
            seen: Counts::default(),
            found: Found::default(),
        }
    }

    pub(super) fn run(mut self, policy: &mut dyn ScalingPolicy) -> Outcome {
        self.begin(policy.initial());
        let interval = policy.interval().nanos().max(1);
        self.agenda.plan(interval, Event::Asked);
        let mut next = 0;
        loop {
            let arrival = self.arrivals.get(next).map(|arrival| arrival.at.nanos());
            let event = self.agenda.next();
            // What is answered at the moment of an arrival has made its place free.
            let arrives = arrival.filter(|&at| event.is_none_or(|event| at < event));
            if let Some(at) = arrives {
                self.advance(at);
                self.arrive(next);
                next += 1;
                continue;
            }
            let idle = self.account.now.busy == 0 && self.queue.is_empty() && arrival.is_none();
            let Some((at, event)) = self.agenda.take() else {
                break;
            };
            if at >= self.end && (idle || at > self.end.saturating_add(AFTERWARDS)) {
                break;
            }
            self.advance(at);
            match event {
                Event::Launched { replica } => self.launched(replica),
                Event::Ready { replica } => self.ready(replica),
                Event::Answered { replica, request } => self.answered(replica, request),
                Event::Noticed { replica } => self.noticed(replica),
                Event::Closed { replica } => self.closed(replica),
                Event::Interrupted { replica } => self.interrupted(replica),
                Event::Asked => {
                    self.ask(policy);
                    self.agenda.plan(at.saturating_add(interval), Event::Asked);
                }
            }
        }
        self.advance(self.now.max(self.end));
        self.outcome()
    }

    fn advance(&mut self, at: u64) {
        self.account.now.waiting = self.queue.len() as u64;
        self.account.advance(at, self.serving.required);
        self.now = at;
    }

    /// Whether a request counts in the figures.
    fn counts(&self, request: usize) -> bool {
        self.arrivals[request].at >= self.serving.warm_up
    }

    /// Whether this moment counts in the figures.
    pub(super) fn counts_now(&self) -> bool {
        (self.serving.warm_up.nanos()..self.end).contains(&self.now)
    }

    fn arrive(&mut self, request: usize) {
        self.seen.arrivals += 1;
        let counts = u64::from(self.counts(request));
        self.found.requests += counts;
        self.queue.push_back(request);
        self.serve();
        if self.queue.len() > self.serving.queue {
            self.queue.pop_back();
            self.found.refused += counts;
        }
    }

    /// Gives waiting requests to free slots.
    pub(super) fn serve(&mut self) {
        while !self.queue.is_empty() {
            let Some(replica) = self.free.pop_front() else {
                return;
            };
            if !self.replicas[replica].serves() {
                continue;
            }
            let Some(request) = self.queue.pop_front() else {
                return;
            };
            let time = self.arrivals[request].service;
            let time = time.unwrap_or_else(|| self.serving.service.draw(&mut self.services));
            self.replicas[replica].serving.push((request, self.now));
            self.account.now.busy += 1;
            let at = self.now.saturating_add(time.nanos());
            self.agenda.plan(at, Event::Answered { replica, request });
        }
    }

    fn answered(&mut self, replica: usize, request: usize) {
        let serving = &mut self.replicas[replica].serving;
        // Not there: an interruption sent it back to the queue.
        let Some(place) = serving.iter().position(|(served, _)| *served == request) else {
            return;
        };
        let (_, began) = serving.swap_remove(place);
        let left = serving.len();
        self.account.now.busy -= 1;
        self.seen.answers += 1;
        self.record(request, began);
        match self.replicas[replica].state {
            State::Ready | State::Noticed => {
                self.free.push_back(replica);
                self.serve();
            }
            State::Draining if left == 0 => self.gone(replica),
            State::Starting | State::Draining | State::Closing | State::Gone => {}
        }
    }

    fn record(&mut self, request: usize, began: u64) {
        if !self.counts(request) {
            return;
        }
        let came = self.arrivals[request].at.nanos();
        let (wait, latency) = (began - came, self.now - came);
        let measured = match self.serving.slo.measure {
            SloMeasure::Latency => latency,
            SloMeasure::Wait => wait,
        };
        self.found.violations += u64::from(measured > self.serving.slo.limit.nanos());
        self.found.latencies.push(latency);
        self.found.waits.push(wait);
    }

    fn outcome(self) -> Outcome {
        let Self { account, found, .. } = self;
        let counted = account.counted() as f64;
        let Sums {
            paid_on_demand,
            paid_spot,
            ready,
            busy,
            waiting,
            available,
        } = account.total;
        let span = |nanos: u128| Span::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let mean = |nanos: u128| nanos as f64 / counted;
        let paid = paid_on_demand + paid_spot;
        let answered = found.latencies.len() as u64;
        let unanswered = found.requests - found.refused - answered;
        let paid_slots = paid as f64 * f64::from(self.serving.slots);
        Outcome {
            requests: found.requests,
            refused: found.refused,
            unanswered,
            violations: found.violations + found.refused + unanswered,
            latency: Quantiles::of(found.latencies),
            wait: Quantiles::of(found.waits),
            mean_replicas: mean(paid),
            max_replicas: account.most_paid,
            mean_serving: mean(ready),
            paid_on_demand: span(paid_on_demand),
            paid_spot: span(paid_spot),
            scale_outs: found.scale_outs,
            scale_ins: found.scale_ins,
            interruptions: found.interruptions,
            repeated: found.repeated,
            utilization: if paid == 0 {
                0.0
            } else {
                busy as f64 / paid_slots
            },
            mean_waiting: mean(waiting),
            mean_busy: mean(busy),
            availability: mean(available),
        }
    }
}
