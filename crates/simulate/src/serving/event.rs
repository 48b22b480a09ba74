//! What happens next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens to the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Capacity was found: the replica is paid from now on.
    Launched { replica: usize },
    /// A replica serves.
    Ready { replica: usize },
    /// A request that a replica took as its so-manieth is answered.
    Answered { replica: usize, request: usize },
    /// Spot capacity will be taken back.
    Noticed { replica: usize },
    /// A replica that will be interrupted takes no more requests.
    Closed { replica: usize },
    /// Spot capacity is taken back.
    Interrupted { replica: usize },
    /// The policy is asked.
    Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    at: u64,
    order: u64,
    event: Event,
}

impl Ord for Entry {
    /// The earliest is the greatest; of equals the one that was planned first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Events in order of time, equal times in the order of their planning.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Entry>,
    planned: u64,
}

impl Agenda {
    pub(super) fn plan(&mut self, at: u64, event: Event) {
        self.planned += 1;
        self.heap.push(Entry {
            at,
            order: self.planned,
            event,
        });
    }

    /// Moment of the next event.
    pub(super) fn next(&self) -> Option<u64> {
        self.heap.peek().map(|entry| entry.at)
    }

    pub(super) fn take(&mut self) -> Option<(u64, Event)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }
}
