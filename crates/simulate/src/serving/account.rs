//! Sums over time: what was there, what was used, what is paid.

/// Seconds times how many, within the counted part of the trace and since the last observation.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Nanoseconds: moment up to which all is summed.
    upto: u64,
    /// Nanoseconds: the counted part.
    from: u64,
    to: u64,
    pub(super) now: Levels,
    pub(super) total: Sums,
    pub(super) window: Sums,
    pub(super) most_paid: u64,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Levels {
    pub(super) paid_on_demand: u64,
    pub(super) paid_spot: u64,
    pub(super) ready: u64,
    pub(super) busy: u64,
    pub(super) waiting: u64,
}

/// How many there were, times nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) paid_on_demand: u128,
    pub(super) paid_spot: u128,
    pub(super) ready: u128,
    pub(super) busy: u128,
    pub(super) waiting: u128,
    pub(super) available: u128,
}

impl Sums {
    fn add(&mut self, levels: &Levels, nanos: u64, required: u32) {
        let nanos = u128::from(nanos);
        self.paid_on_demand += u128::from(levels.paid_on_demand) * nanos;
        self.paid_spot += u128::from(levels.paid_spot) * nanos;
        self.ready += u128::from(levels.ready) * nanos;
        self.busy += u128::from(levels.busy) * nanos;
        self.waiting += u128::from(levels.waiting) * nanos;
        if levels.ready >= u64::from(required) {
            self.available += nanos;
        }
    }
}

impl Account {
    pub(super) fn new(from: u64, to: u64) -> Self {
        Self {
            from,
            to,
            ..Self::default()
        }
    }

    /// Sums up to a moment with the levels that held until then.
    pub(super) fn advance(&mut self, at: u64, required: u32) {
        let counted = at.clamp(self.from, self.to) - self.upto.clamp(self.from, self.to);
        if counted > 0 {
            self.total.add(&self.now, counted, required);
            let paid = self.now.paid_on_demand + self.now.paid_spot;
            self.most_paid = self.most_paid.max(paid);
        }
        self.window.add(&self.now, at - self.upto, required);
        self.upto = at;
    }

    /// Nanoseconds of the counted part.
    pub(super) fn counted(&self) -> u64 {
        self.to - self.from
    }
}
