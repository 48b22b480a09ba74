//! How often a run should save its state, and what it takes then.
//!
//! Interruptions are taken as exponential: as likely at any moment, whatever happened before. Spot capacity is not quite so (young
//! instances are lost more often than old ones), which [`crate::spot`] shows on real traces.

use units::{Share, Span};

use crate::error::SimulateError;
use crate::random::Stream;

/// A run that saves its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpointed {
    /// Work without any interruption and without saving.
    pub work: Span,
    /// Time to write a checkpoint.
    pub write: Span,
    /// Work between two checkpoints.
    pub interval: Span,
    /// From new capacity until work goes on: start and reading the checkpoint.
    pub restart: Span,
    /// Mean time between two interruptions.
    pub between_interruptions: Span,
    /// Mean time until there is capacity again; it is not paid.
    pub wait: Span,
}

/// What a run takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// Time that is paid.
    pub paid: Span,
    /// Time from beginning to end.
    pub wall: Span,
    /// Interruptions.
    pub interruptions: f64,
}

/// Interval between checkpoints by Young (1974): `sqrt(2 C M)`.
///
/// ```
/// let interval = simulate::checkpoint::young("30 s".parse()?, "10 h".parse()?);
/// assert_eq!(interval.whole_seconds(), 1_469);
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn young(write: Span, between_interruptions: Span) -> Span {
    let product = 2.0 * write.as_seconds() * between_interruptions.as_seconds();
    from_seconds(product.sqrt())
}

/// Interval between checkpoints by Daly (2006), of higher order: it holds where writing is not small beside the time between
/// interruptions.
///
/// ```
/// let (write, mean) = ("30 s".parse()?, "10 h".parse()?);
/// assert_eq!(simulate::checkpoint::daly(write, mean).whole_seconds(), 1_449);
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn daly(write: Span, between_interruptions: Span) -> Span {
    let (c, m) = (write.as_seconds(), between_interruptions.as_seconds());
    if c >= 2.0 * m {
        return between_interruptions;
    }
    let ratio = c / (2.0 * m);
    from_seconds((2.0 * c * m).sqrt() * (1.0 + ratio.sqrt() / 3.0 + ratio / 9.0) - c)
}

/// Mean time between interruptions of an instance, out of the share of instances that are interrupted within a month of 730 hours;
/// `None` where none or all are.
///
/// ```
/// let mean = simulate::checkpoint::between_interruptions("10 %".parse()?).unwrap();
/// assert_eq!(mean.whole_seconds() / 3_600, 6_928);
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn between_interruptions(within_a_month: Share) -> Option<Span> {
    let kept = within_a_month.rest().as_fraction();
    if kept <= 0.0 || kept >= 1.0 {
        return None;
    }
    Some(from_seconds(730.0 * 3_600.0 / -kept.ln()))
}

/// Most interruptions of a simulated run; such a run gets nowhere.
const INTERRUPTIONS: u32 = 1_000_000;

impl Checkpointed {
    fn check(&self) -> Result<(), SimulateError> {
        let settings = [
            ("work", self.work),
            ("interval", self.interval),
            ("between_interruptions", self.between_interruptions),
        ];
        match settings.into_iter().find(|(_, span)| *span == Span::ZERO) {
            None => Ok(()),
            Some((setting, span)) => Err(SimulateError::Setting {
                setting,
                found: span.to_string(),
                expected: "a duration above 0",
            }),
        }
    }

    /// What the run takes on average, by Daly's complete formula `M exp(R/M) (exp((T+C)/M) - 1) W/T`; waits come on top of each
    /// interruption. Each stretch of work is followed by a checkpoint, the last one too.
    ///
    /// ```
    /// # use simulate::checkpoint::{Checkpointed, young};
    /// # use units::Span;
    /// let (write, mean): (Span, Span) = ("30 s".parse()?, "10 h".parse()?);
    /// let run = Checkpointed {
    ///     work: "24 h".parse()?,
    ///     write,
    ///     interval: young(write, mean),
    ///     restart: "3 min".parse()?,
    ///     between_interruptions: mean,
    ///     wait: Span::ZERO,
    /// };
    /// let taken = run.expected()?;
    /// assert!((taken.wall.as_seconds() / 86_400.0 - 1.047).abs() < 0.001);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expected(&self) -> Result<Taken, SimulateError> {
        self.check()?;
        let mean = self.between_interruptions.as_seconds();
        let stretch = (self.interval.min(self.work)).as_seconds();
        let stretches = self.work.as_seconds() / stretch;
        let restarts = (self.restart.as_seconds() / mean).exp();
        let lost = ((stretch + self.write.as_seconds()) / mean).exp_m1();
        let paid = mean * restarts * lost * stretches;
        let interruptions = lost * restarts * stretches;
        Ok(Taken {
            paid: from_seconds(paid),
            wall: from_seconds(paid + interruptions * self.wait.as_seconds()),
            interruptions,
        })
    }

    /// One run, drawn.
    pub fn simulate(&self, stream: &mut Stream) -> Result<Taken, SimulateError> {
        self.check()?;
        let mean = self.between_interruptions;
        let mut left = self.work.nanos();
        let (mut paid, mut waited, mut interruptions) = (0_u64, 0_u64, 0_u32);
        let mut life = stream.exponential_span(mean).nanos();
        while left > 0 {
            let stretch = left.min(self.interval.nanos());
            let needed = stretch.saturating_add(self.write.nanos());
            if life >= needed {
                life -= needed;
                paid = paid.saturating_add(needed);
                left -= stretch;
                continue;
            }
            // What lived shorter than its restart is interrupted again.
            paid = paid.saturating_add(life);
            loop {
                interruptions += 1;
                let wait = stream.exponential_span(self.wait).nanos();
                waited = waited.saturating_add(wait);
                life = stream.exponential_span(mean).nanos();
                let restarted = life.min(self.restart.nanos());
                paid = paid.saturating_add(restarted);
                if life >= self.restart.nanos() || interruptions >= INTERRUPTIONS {
                    life = life.saturating_sub(restarted);
                    break;
                }
            }
            if interruptions >= INTERRUPTIONS {
                return Err(SimulateError::Size {
                    found: format!("a run of {INTERRUPTIONS} interruptions"),
                    expected: "checkpoints close enough to get on".to_owned(),
                });
            }
        }
        Ok(Taken {
            paid: Span::from_nanos(paid),
            wall: Span::from_nanos(paid.saturating_add(waited)),
            interruptions: f64::from(interruptions),
        })
    }
}

/// Seconds as a span, as far as a span reaches.
fn from_seconds(seconds: f64) -> Span {
    Span::from_nanos((seconds * 1e9) as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(text: &str) -> Span {
        text.parse().unwrap()
    }

    fn run(work: &str, interval: Span, restart: &str, mean: &str) -> Checkpointed {
        Checkpointed {
            work: span(work),
            write: span("60 s"),
            interval,
            restart: span(restart),
            between_interruptions: span(mean),
            wait: span("10 min"),
        }
    }

    #[test]
    fn simulated_runs_take_what_the_formula_says() {
        let cases = [
            run("48 h", span("30 min"), "10 min", "4 h"),
            run("48 h", span("2 h"), "3 min", "4 h"),
            run("12 h", span("20 min"), "12 min", "1 h"),
            run("100 h", span("5 h"), "0 s", "100 h"),
        ];
        for case in cases {
            let expected = case.expected().unwrap();
            let count = 4_000;
            let (mut paid, mut wall, mut interruptions) = (0.0, 0.0, 0.0);
            for seed in 0..count {
                let taken = case.simulate(&mut Stream::new(seed, 0)).unwrap();
                paid += taken.paid.as_seconds();
                wall += taken.wall.as_seconds();
                interruptions += taken.interruptions;
            }
            let count = count as f64;
            let near = |found: f64, expected: f64| (found / count / expected - 1.0).abs() < 0.03;
            assert!(
                near(paid, expected.paid.as_seconds()),
                "{case:?} {}",
                paid / count
            );
            assert!(
                near(wall, expected.wall.as_seconds()),
                "{case:?} {}",
                wall / count
            );
            assert!(near(interruptions, expected.interruptions), "{case:?}");
        }
    }

    #[test]
    fn the_interval_of_daly_is_the_best_one() {
        for (write, mean) in [("60 s", "4 h"), ("5 min", "2 h"), ("30 s", "100 h")] {
            let best = daly(span(write), span(mean));
            let wall = |factor: f64| {
                let case = Checkpointed {
                    write: span(write),
                    ..run(
                        "48 h",
                        from_seconds(best.as_seconds() * factor),
                        "5 min",
                        mean,
                    )
                };
                case.expected().unwrap().wall
            };
            assert!(wall(1.0) < wall(0.7), "{write} {mean}");
            assert!(wall(1.0) < wall(1.4), "{write} {mean}");
            let young = young(span(write), span(mean)).as_seconds();
            assert!(
                (young / best.as_seconds() - 1.0).abs() < 0.2,
                "{write} {mean}"
            );
        }
        assert_eq!(daly(span("2 h"), span("1 h")), span("1 h"));
    }

    #[test]
    fn a_share_of_a_month_is_a_time_between_interruptions() {
        let hours = |share: &str| {
            let mean = between_interruptions(share.parse().unwrap());
            mean.map(|mean| (mean.as_seconds() / 3_600.0).round() as u64)
        };
        assert_eq!(hours("5 %"), Some(14_232));
        assert_eq!(hours("20 %"), Some(3_271));
        assert_eq!(hours("63.2121 %"), Some(730));
        assert_eq!((hours("0 %"), hours("100 %")), (None, None));
    }

    #[test]
    fn settings_without_meaning_and_runs_that_get_nowhere_are_refused() {
        let zero = run("0 s", span("1 h"), "1 min", "1 h");
        assert_eq!(zero.expected().unwrap_err().code(), "P0755");
        assert!(
            run("1 h", Span::ZERO, "1 min", "1 h")
                .simulate(&mut Stream::new(1, 1))
                .is_err()
        );
        let stuck = run("1000 h", span("1000 h"), "1 min", "1 min");
        let error = stuck.simulate(&mut Stream::new(1, 1)).unwrap_err();
        assert_eq!(error.code(), "P0754");
    }

    proptest! {
        #[test]
        fn a_run_takes_at_least_its_work(seed in any::<u64>(), minutes in 1_u64..600, mean in 60_u64..6_000) {
            let case = Checkpointed {
                between_interruptions: Span::from_seconds(mean * 60).unwrap(),
                ..run("5 h", Span::from_seconds(minutes.min(mean) * 60).unwrap(), "2 min", "1 h")
            };
            let taken = case.simulate(&mut Stream::new(seed, 0)).unwrap();
            prop_assert!(taken.paid >= case.work && taken.wall >= taken.paid);
            prop_assert!(case.expected().unwrap().paid > case.work);
        }
    }
}
