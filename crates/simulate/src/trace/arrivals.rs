//! From a trace to the moments of its requests.

use units::Span;

use super::{Form, Trace};
use crate::error::{SimulateError, above_zero};
use crate::random::Stream;

/// Most requests of one simulation.
pub const ARRIVALS: usize = 10_000_000;

/// A request of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// When it comes.
    pub at: Span,
    /// How long its answer takes, where the trace says so.
    pub service: Option<Span>,
}

impl Trace {
    /// The requests of one repetition in order of time, `traffic` times as many as the trace has.
    ///
    /// Moments that the trace does not have are drawn: requests of a period fall evenly into it, a request that is
    /// there more than once is repeated before the next one.
    ///
    /// ```
    /// use simulate::{Stream, Trace};
    ///
    /// let trace = Trace::from_counts("1 min".parse()?, vec![10, 0, 20])?;
    /// assert_eq!(trace.arrivals(2.0, &mut Stream::new(1, 0))?.len(), 60);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn arrivals(
        &self,
        traffic: f64,
        stream: &mut Stream,
    ) -> Result<Vec<Arrival>, SimulateError> {
        let traffic = above_zero("traffic", traffic)?;
        let expected = self.requests() * traffic;
        // A third above the expectation leaves room for chance; small traces have room enough.
        if expected > ARRIVALS as f64 * 0.75 {
            return Err(SimulateError::Size {
                found: format!("{expected:.0} requests"),
                expected: format!("at most {} (take a window of it)", ARRIVALS / 4 * 3),
            });
        }
        let mut made = Vec::with_capacity(expected as usize + 16);
        match &self.form {
            Form::Counts { period, counts } => {
                for (place, &count) in (0_u64..).zip(counts) {
                    let count = whole(count as f64 * traffic, stream);
                    spread(&mut made, place * period, *period, count, stream);
                }
            }
            Form::Expected { period, means } => {
                for (place, &mean) in (0_u64..).zip(means) {
                    let span = (place * period, *period);
                    independent(&mut made, span, mean * traffic, stream);
                }
            }
            Form::Requests(requests) => {
                for (place, request) in requests.iter().enumerate() {
                    let copies = whole(traffic, stream);
                    let next = requests
                        .get(place + 1)
                        .map_or(self.duration, |n| n.at.nanos());
                    let room = next - request.at.nanos();
                    for copy in 0..copies {
                        let later = if copy == 0 {
                            0
                        } else {
                            stream.below(room.max(1))
                        };
                        made.push(Arrival {
                            at: Span::from_nanos(request.at.nanos() + later),
                            service: request.service,
                        });
                    }
                }
                made.sort_by_key(|arrival| arrival.at);
            }
        }
        Ok(made)
    }
}

/// A whole number with this mean: the one below or the one above.
fn whole(mean: f64, stream: &mut Stream) -> u64 {
    let below = mean.floor();
    let rest = mean - below;
    // Whole means take no draw, so that a plain trace is the same at any number of repetitions before it.
    let above = rest > 0.0 && stream.unit() < rest;
    below as u64 + u64::from(above)
}

/// So many requests evenly within a period.
fn spread(made: &mut Vec<Arrival>, from: u64, period: u64, count: u64, stream: &mut Stream) {
    let first = made.len();
    for _ in 0..count {
        made.push(Arrival {
            at: Span::from_nanos(from + stream.below(period)),
            service: None,
        });
    }
    made[first..].sort_unstable();
}

/// Requests of a Poisson process within a period.
fn independent(made: &mut Vec<Arrival>, span: (u64, u64), mean: f64, stream: &mut Stream) {
    let (from, period) = span;
    if mean <= 0.0 {
        return;
    }
    let gap = period as f64 / mean;
    let mut at = stream.exponential(gap);
    while at < period as f64 && made.len() < ARRIVALS {
        made.push(Arrival {
            at: Span::from_nanos(from + at as u64),
            service: None,
        });
        at += stream.exponential(gap);
    }
}
