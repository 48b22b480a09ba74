//! When there was spot capacity.

use units::Span;

use crate::error::SimulateError;
use crate::random::Stream;

/// Whether there is capacity at each tick; after the last there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    gap: Span,
    available: Vec<bool>,
}

/// Most ticks.
const TICKS: usize = 10_000_000;

/// How long capacity is there and gone, on average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// There.
    pub up: Span,
    /// Gone.
    pub down: Span,
}

impl Availability {
    /// From ticks of this length.
    ///
    /// ```
    /// let trace = simulate::spot::Availability::new("10 min".parse()?, vec![true, false, true, true])?;
    /// assert_eq!((trace.share(), trace.duration().to_string()), (0.75, "40 min".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(gap: Span, available: Vec<bool>) -> Result<Self, SimulateError> {
        if gap == Span::ZERO {
            return Err(SimulateError::Setting {
                setting: "gap",
                found: gap.to_string(),
                expected: "a duration above 0",
            });
        }
        let fits = gap.nanos().checked_mul(available.len() as u64).is_some();
        if !fits || !(1..=TICKS).contains(&available.len()) {
            return Err(SimulateError::Size {
                found: format!("{} ticks of {gap}", available.len()),
                expected: format!("1 to {TICKS} within 584 years"),
            });
        }
        Ok(Self { gap, available })
    }

    /// From the number of instances that could be held at each tick: there is capacity where there are as many as are needed.
    pub fn from_counts(gap: Span, counts: &[u32], needed: u32) -> Result<Self, SimulateError> {
        let available = counts.iter().map(|&count| count >= needed.max(1));
        Self::new(gap, available.collect())
    }

    /// Capacity that comes and goes by chance, exponential both ways, beginning as it is on average.
    pub fn drawn(
        gap: Span,
        duration: Span,
        means: Means,
        stream: &mut Stream,
    ) -> Result<Self, SimulateError> {
        let (up, down) = (means.up.as_seconds(), means.down.as_seconds());
        let ticks = duration.nanos().div_ceil(gap.nanos().max(1));
        let ticks = usize::try_from(ticks).unwrap_or(usize::MAX).min(TICKS + 1);
        if up <= 0.0 {
            return Self::new(gap, vec![false; ticks]);
        }
        let mut is_up = stream.unit() < up / (up + down);
        let next = |is_up, stream: &mut Stream| stream.exponential(if is_up { up } else { down });
        let mut until = next(is_up, stream);
        let made = (0..ticks).map(|tick| {
            let at = tick as f64 * gap.as_seconds();
            while until <= at {
                is_up = !is_up;
                until += next(is_up, stream).max(1e-9);
            }
            is_up
        });
        Self::new(gap, made.collect())
    }

    /// The ticks between two places, the second not among them.
    pub fn part(&self, first: usize, end: usize) -> Result<Self, SimulateError> {
        let end = end.min(self.available.len());
        Self::new(self.gap, self.available[first.min(end)..end].to_vec())
    }

    /// Length of a tick.
    pub fn gap(&self) -> Span {
        self.gap
    }

    /// Ticks.
    pub fn ticks(&self) -> usize {
        self.available.len()
    }

    /// How long it is.
    pub fn duration(&self) -> Span {
        Span::from_nanos(self.gap.nanos() * self.available.len() as u64)
    }

    /// Whether there is capacity at a tick.
    pub fn at(&self, tick: usize) -> bool {
        self.available.get(tick).copied().unwrap_or(false)
    }

    /// Share of ticks with capacity. Print it: sources differ in whether 1 means available.
    pub fn share(&self) -> f64 {
        let count = self.available.iter().filter(|&&there| there).count();
        count as f64 / self.available.len() as f64
    }
}
