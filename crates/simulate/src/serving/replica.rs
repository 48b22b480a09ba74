//! One replica and what it is doing.

/// A replica.
#[derive(Debug, Clone)]
pub(super) struct Replica {
    pub(super) state: State,
    pub(super) spot: bool,
    /// Whether it is paid: not while it waits for capacity, nor after its end.
    pub(super) paid: bool,
    /// Requests that it serves, by their place among the arrivals, and when it began each.
    pub(super) serving: Vec<(usize, u64)>,
}

/// Stages of a replica's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It waits for capacity or starts.
    Starting,
    /// It serves.
    Ready,
    /// It takes no new requests and ends with those that it has.
    Draining,
    /// It will be interrupted and still serves, beside its replacement.
    Noticed,
    /// It will be interrupted soon and takes no new requests; until then it is paid.
    Closing,
    /// It is gone.
    Gone,
}

impl Replica {
    pub(super) fn new(spot: bool) -> Self {
        Self {
            state: State::Starting,
            spot,
            paid: false,
            serving: Vec::new(),
        }
    }

    /// Whether it takes requests.
    pub(super) fn serves(&self) -> bool {
        matches!(self.state, State::Ready | State::Noticed)
    }

    /// Whether it counts among those that a policy asked for.
    pub(super) fn counts(&self) -> bool {
        matches!(self.state, State::Starting | State::Ready)
    }
}
