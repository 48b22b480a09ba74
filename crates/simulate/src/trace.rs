//! Requests over time: counted by period, listed one by one, or as an expected rate.

mod arrivals;
mod csv;
mod pattern;

use units::{Rate, Span};

use crate::error::SimulateError;

pub use arrivals::{ARRIVALS, Arrival};
pub use csv::{Columns, read_trace};
pub use pattern::Daily;

/// Requests over time, beginning at 0.
///
/// ```
/// use simulate::Trace;
///
/// let trace = Trace::from_counts("1 min".parse()?, vec![60, 120])?;
/// assert_eq!(trace.duration().to_string(), "2 min");
/// assert_eq!((trace.mean_rate(), trace.peak_rate()), (1.5, 2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    form: Form,
    /// Nanoseconds; at least 1.
    duration: u64,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// So many in each period, at moments that are not known.
    Counts { period: u64, counts: Vec<u64> },
    /// So many to be expected in each period.
    Expected { period: u64, means: Vec<f64> },
    /// Each with its moment, in order.
    Requests(Vec<Request>),
}

/// A request of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// When it came, since the beginning of the trace.
    pub at: Span,
    /// How long its answer took where that was measured, else it is drawn.
    pub service: Option<Span>,
}

impl Trace {
    /// From the count of each period.
    pub fn from_counts(period: Span, counts: Vec<u64>) -> Result<Self, SimulateError> {
        let duration = length(period, counts.len())?;
        let period = period.nanos();
        Ok(Self {
            form: Form::Counts { period, counts },
            duration,
        })
    }

    /// From single requests in order of time. The trace ends with the last of them.
    pub fn from_requests(requests: Vec<Request>) -> Result<Self, SimulateError> {
        let Some(last) = requests.last() else {
            return Err(empty());
        };
        let duration = last.at.nanos().max(1);
        let mut pairs = requests.windows(2);
        if let Some(pair) = pairs.find(|pair| pair[1].at < pair[0].at) {
            return Err(SimulateError::Setting {
                setting: "requests",
                found: format!("{} after {}", pair[1].at, pair[0].at),
                expected: "in order of time",
            });
        }
        Ok(Self {
            form: Form::Requests(requests),
            duration,
        })
    }

    /// A constant rate with requests independent of each other (a Poisson process).
    pub fn constant(rate: Rate, duration: Span) -> Result<Self, SimulateError> {
        let seconds = duration.as_seconds();
        Self::from_expected(duration, vec![rate.per_second() * seconds])
    }

    /// From the number to be expected in each period.
    pub(crate) fn from_expected(period: Span, means: Vec<f64>) -> Result<Self, SimulateError> {
        let duration = length(period, means.len())?;
        let period = period.nanos();
        Ok(Self {
            form: Form::Expected { period, means },
            duration,
        })
    }

    /// How long it is.
    pub fn duration(&self) -> Span {
        Span::from_nanos(self.duration)
    }

    /// Requests, or how many are to be expected.
    pub fn requests(&self) -> f64 {
        match &self.form {
            Form::Counts { counts, .. } => counts.iter().sum::<u64>() as f64,
            Form::Expected { means, .. } => means.iter().sum(),
            Form::Requests(requests) => requests.len() as f64,
        }
    }

    /// Requests of each period, where they were counted.
    pub fn counts(&self) -> Option<&[u64]> {
        match &self.form {
            Form::Counts { counts, .. } => Some(counts),
            Form::Expected { .. } | Form::Requests(_) => None,
        }
    }

    /// Requests a second on average.
    pub fn mean_rate(&self) -> f64 {
        self.requests() / self.duration().as_seconds()
    }

    /// Requests a second in the busiest period, or in the busiest minute of single requests.
    pub fn peak_rate(&self) -> f64 {
        let (most, nanos) = match &self.form {
            Form::Counts { period, counts } => (
                counts.iter().max().map_or(0.0, |&most| most as f64),
                *period,
            ),
            Form::Expected { period, means } => {
                (means.iter().copied().fold(0.0, f64::max), *period)
            }
            Form::Requests(requests) => {
                let window = MINUTE.min(self.duration);
                (busiest(requests, window).1 as f64, window)
            }
        };
        most / Span::from_nanos(nanos).as_seconds()
    }

    /// The part between two moments, beginning at 0; periods that lie partly within are kept whole.
    pub fn window(&self, from: Span, to: Span) -> Result<Self, SimulateError> {
        let cut = |period: u64, count: usize| {
            let first = usize::try_from(from.nanos() / period).unwrap_or(usize::MAX);
            let end = usize::try_from(to.nanos().div_ceil(period)).unwrap_or(usize::MAX);
            let end = end.min(count);
            first.min(end)..end
        };
        match &self.form {
            Form::Counts { period, counts } => {
                let part = counts[cut(*period, counts.len())].to_vec();
                Self::from_counts(Span::from_nanos(*period), part)
            }
            Form::Expected { period, means } => {
                let part = means[cut(*period, means.len())].to_vec();
                Self::from_expected(Span::from_nanos(*period), part)
            }
            Form::Requests(requests) => {
                let inside = requests
                    .iter()
                    .filter(|request| (from..to).contains(&request.at));
                let moved = inside.map(|request| Request {
                    at: Span::from_nanos(request.at.nanos() - from.nanos()),
                    ..*request
                });
                Self::from_requests(moved.collect())
            }
        }
    }

    /// The stretch of this length with the most requests, the first of equals.
    pub fn busiest(&self, length: Span) -> Result<Self, SimulateError> {
        let length = Span::from_nanos(length.nanos().clamp(1, self.duration));
        let from = match &self.form {
            Form::Counts { period, counts } => {
                let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
                heaviest(&weights, *period, length.nanos())
            }
            Form::Expected { period, means } => heaviest(means, *period, length.nanos()),
            Form::Requests(requests) => busiest(requests, length.nanos()).0,
        };
        let to = Span::from_nanos(from.saturating_add(length.nanos()));
        self.window(Span::from_nanos(from), to)
    }
}

const MINUTE: u64 = 60_000_000_000;

fn empty() -> SimulateError {
    SimulateError::Size {
        found: "no request and no period".to_owned(),
        expected: "at least one".to_owned(),
    }
}

/// Duration of so many periods.
fn length(period: Span, count: usize) -> Result<u64, SimulateError> {
    if period == Span::ZERO {
        return Err(SimulateError::Setting {
            setting: "period",
            found: period.to_string(),
            expected: "a duration above 0",
        });
    }
    if count == 0 {
        return Err(empty());
    }
    period
        .nanos()
        .checked_mul(count as u64)
        .ok_or_else(|| SimulateError::Size {
            found: format!("{count} periods of {period}"),
            expected: "at most 584 years".to_owned(),
        })
}

/// Beginning of the window with the largest sum.
fn heaviest(weights: &[f64], period: u64, length: u64) -> u64 {
    let width = usize::try_from(length.div_ceil(period)).unwrap_or(usize::MAX);
    let width = width.clamp(1, weights.len());
    let mut sum: f64 = weights[..width].iter().sum();
    let (mut most, mut first) = (sum, 0);
    for end in width..weights.len() {
        sum += weights[end] - weights[end - width];
        if sum > most + 1e-9 {
            (most, first) = (sum, end + 1 - width);
        }
    }
    period * first as u64
}

/// Beginning of the window with the most requests, and their number.
fn busiest(requests: &[Request], length: u64) -> (u64, usize) {
    let (mut end, mut from, mut most) = (0, 0, 0);
    for (first, request) in requests.iter().enumerate() {
        let at = request.at.nanos();
        while end < requests.len() && requests[end].at.nanos() - at < length {
            end += 1;
        }
        if end - first > most {
            (from, most) = (at, end - first);
        }
    }
    (from, most)
}

#[cfg(test)]
mod tests;
