//! How long answers take: what a load test measured, or a distribution of theory.

use units::Span;

use crate::error::{SimulateError, above_zero};
use crate::random::Stream;

/// A distribution of service times: what one request occupies one slot of a replica.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceTimes {
    /// The same always.
    Constant(Span),
    /// Exponential of this mean, for comparisons with theory.
    Exponential(Span),
    /// One of these, in order of size.
    Measured(Vec<Span>),
    /// Linear between measured quantiles: share of answers and the time within which they came, in order.
    Quantiles(Vec<(f64, Span)>),
}

impl ServiceTimes {
    /// From single measurements.
    pub fn measured(mut times: Vec<Span>) -> Result<Self, SimulateError> {
        if times.is_empty() {
            return Err(SimulateError::Setting {
                setting: "service times",
                found: "none".to_owned(),
                expected: "at least one",
            });
        }
        times.sort_unstable();
        Ok(Self::Measured(times))
    }

    /// From quantiles such as those of a load test's report: shares within 0 to 1, both rising. Below the first and
    /// above the last quantile the time is that quantile's.
    ///
    /// ```
    /// use simulate::ServiceTimes;
    ///
    /// let times = ServiceTimes::quantiles(vec![(0.0, "1 ms".parse()?), (1.0, "3 ms".parse()?)])?;
    /// assert_eq!(times.mean().to_string(), "2 ms");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quantiles(points: Vec<(f64, Span)>) -> Result<Self, SimulateError> {
        let within = points.iter().all(|(share, _)| (0.0..=1.0).contains(share));
        let rising = points
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        if points.is_empty() || !within || !rising {
            let found: Vec<String> = points.iter().map(|(s, t)| format!("{s}: {t}")).collect();
            return Err(SimulateError::Setting {
                setting: "quantiles",
                found: format!("`{}`", found.join(", ")),
                expected: "shares within 0 to 1 with times, both rising",
            });
        }
        Ok(Self::Quantiles(points))
    }

    /// The same distribution, each time so many times as long.
    pub fn scaled(&self, factor: f64) -> Result<Self, SimulateError> {
        let factor = above_zero("service time factor", factor)?;
        let scale = |time: Span| Span::from_nanos((time.nanos() as f64 * factor).round() as u64);
        Ok(match self {
            Self::Constant(time) => Self::Constant(scale(*time)),
            Self::Exponential(mean) => Self::Exponential(scale(*mean)),
            Self::Measured(times) => Self::Measured(times.iter().map(|&t| scale(t)).collect()),
            Self::Quantiles(points) => {
                Self::Quantiles(points.iter().map(|&(s, t)| (s, scale(t))).collect())
            }
        })
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        match self {
            Self::Constant(time) | Self::Exponential(time) => *time,
            Self::Measured(times) => {
                let sum: u128 = times.iter().map(|time| u128::from(time.nanos())).sum();
                Span::from_nanos((sum / times.len().max(1) as u128) as u64)
            }
            Self::Quantiles(points) => {
                let ends = points.first().zip(points.last());
                let Some(((low, first), (high, last))) = ends else {
                    return Span::ZERO;
                };
                let between: f64 = points
                    .windows(2)
                    .map(|pair| {
                        let width = pair[1].0 - pair[0].0;
                        width * f64::midpoint(pair[0].1.nanos() as f64, pair[1].1.nanos() as f64)
                    })
                    .sum();
                let ends = low * first.nanos() as f64 + (1.0 - high) * last.nanos() as f64;
                Span::from_nanos((between + ends).round() as u64)
            }
        }
    }

    /// One service time.
    pub fn draw(&self, stream: &mut Stream) -> Span {
        match self {
            Self::Constant(time) => *time,
            Self::Exponential(mean) => stream.exponential_span(*mean),
            Self::Measured(times) => {
                let place = stream.below(times.len() as u64) as usize;
                times.get(place).copied().unwrap_or_default()
            }
            Self::Quantiles(points) => at_share(points, stream.unit()),
        }
    }
}

/// The time within which that share of answers came.
fn at_share(points: &[(f64, Span)], share: f64) -> Span {
    let above = points.partition_point(|(known, _)| *known <= share);
    let Some(&(high, later)) = points.get(above) else {
        return points.last().map_or(Span::ZERO, |(_, time)| *time);
    };
    let Some(&(low, sooner)) = above.checked_sub(1).and_then(|below| points.get(below)) else {
        return later;
    };
    let part = (share - low) / (high - low);
    let more = (later.nanos() - sooner.nanos()) as f64 * part;
    Span::from_nanos(sooner.nanos() + more as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        text.parse().unwrap()
    }

    #[test]
    fn the_mean_of_draws_is_the_mean() {
        let quantiles = vec![
            (0.5, span("1 ms")),
            (0.9, span("5 ms")),
            (0.99, span("20 ms")),
        ];
        let cases = [
            ServiceTimes::Constant(span("3 ms")),
            ServiceTimes::Exponential(span("3 ms")),
            ServiceTimes::measured(vec![span("5 ms"), span("1 ms"), span("3 ms")]).unwrap(),
            ServiceTimes::quantiles(quantiles).unwrap(),
        ];
        for times in cases {
            let mut stream = Stream::new(3, 0);
            let count = 40_000;
            let sum: f64 = (0..count)
                .map(|_| times.draw(&mut stream).as_seconds())
                .sum();
            let (mean, expected) = (sum / f64::from(count), times.mean().as_seconds());
            assert!(
                (mean / expected - 1.0).abs() < 0.02,
                "{times:?} {mean} {expected}"
            );
            let half = times.scaled(0.5).unwrap().mean().as_seconds();
            assert!((half * 2.0 / expected - 1.0).abs() < 1e-6, "{times:?}");
        }
    }

    #[test]
    fn a_share_is_read_between_quantiles() {
        let points = [(0.5, span("1 ms")), (0.9, span("5 ms"))];
        for (share, expected) in [(0.0, "1 ms"), (0.5, "1 ms"), (0.7, "3 ms"), (0.95, "5 ms")] {
            let found = at_share(&points, share);
            let off = found.nanos().abs_diff(span(expected).nanos());
            assert!(off <= 1, "{share}: {found}");
        }
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        assert!(ServiceTimes::measured(Vec::new()).is_err());
        assert!(
            ServiceTimes::Constant(span("1 s"))
                .scaled(f64::NAN)
                .is_err()
        );
        let bad = [
            vec![],
            vec![(0.5, span("2 ms")), (0.9, span("1 ms"))],
            vec![(0.9, span("1 ms")), (0.5, span("2 ms"))],
            vec![(1.5, span("1 ms"))],
            vec![(f64::NAN, span("1 ms"))],
        ];
        for points in bad {
            let error = ServiceTimes::quantiles(points).unwrap_err();
            assert_eq!(error.code(), "P0755");
        }
    }
}
