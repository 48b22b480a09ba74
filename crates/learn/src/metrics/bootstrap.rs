//! Percentile bootstrap intervals: rows are drawn with replacement, each resample from its own random stream.

use std::collections::BTreeMap;

use rayon::prelude::*;
use steps::{Bootstrap, Interval};

use super::metric::Metric;
use super::score::Score;
use crate::random::Stream;

/// Resamples at most.
const MAX_RESAMPLES: u32 = 100_000;

/// A bootstrap that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BootstrapError {
    /// The coverage is not between 0 and 1.
    #[error("an interval cannot cover {level} of the resamples, only more than 0 and less than 1")]
    Level {
        /// What was asked for.
        level: f64,
    },
    /// The number of resamples is none or beyond the limit.
    #[error("{resamples} resamples were asked for, 1 to {MAX_RESAMPLES} are possible")]
    Resamples {
        /// What was asked for.
        resamples: u32,
    },
}

/// The interval of every metric. A resample in which a metric is not defined (a class without rows) does not count for it.
pub fn intervals(
    scorer: &dyn Score,
    bootstrap: &Bootstrap,
) -> Result<BTreeMap<Metric, Interval>, BootstrapError> {
    let bootstrap = checked(bootstrap)?;
    let scores: Vec<BTreeMap<Metric, f64>> = (0..bootstrap.resamples)
        .into_par_iter()
        .map(|number| scorer.weighted(&times_drawn(scorer.rows(), bootstrap.seed, number)))
        .collect();
    let of = |metric: Metric| {
        let values = scores.iter().filter_map(|of| of.get(&metric).copied());
        Some((metric, interval(values.collect(), bootstrap.level)?))
    };
    Ok(Metric::ALL.into_iter().filter_map(of).collect())
}

/// Refuses a bootstrap that cannot be made.
pub(crate) fn checked(bootstrap: &Bootstrap) -> Result<&Bootstrap, BootstrapError> {
    let (level, resamples) = (bootstrap.level, bootstrap.resamples);
    if !(level > 0.0 && level < 1.0) {
        return Err(BootstrapError::Level { level });
    }
    if !(1..=MAX_RESAMPLES).contains(&resamples) {
        return Err(BootstrapError::Resamples { resamples });
    }
    Ok(bootstrap)
}

/// The middle share of some values; none of no value.
pub(crate) fn interval(mut values: Vec<f64>, level: f64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    Some(Interval {
        low: quantile(&values, tail),
        high: quantile(&values, 1.0 - tail),
    })
}

/// How often each row, or group of rows, is drawn.
pub(crate) fn times_drawn(rows: usize, seed: u64, number: u32) -> Vec<u32> {
    let mut stream = Stream::new(seed, u64::from(number));
    let mut weights = vec![0; rows];
    for _ in 0..rows {
        weights[stream.below(rows as u32) as usize] += 1;
    }
    weights
}

/// The quantile of sorted values, on the straight line between its neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor();
    let next = sorted[(place.ceil() as usize).min(sorted.len() - 1)];
    let value = sorted[below as usize];
    value + (place - below) * (next - value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Predictions;
    use crate::metrics::Scorer;

    fn scorer(rows: usize, wrong: usize) -> Scorer {
        let truth: Vec<u32> = (0..rows).map(|row| (row % 2) as u32).collect();
        let labels: Vec<u32> = truth
            .iter()
            .enumerate()
            .map(|(row, &t)| if row < wrong { 1 - t } else { t })
            .collect();
        let probabilities = labels
            .iter()
            .flat_map(|&label| {
                if label == 1 {
                    [0.25, 0.75]
                } else {
                    [0.75, 0.25]
                }
            })
            .collect();
        Scorer::new(
            &truth,
            &Predictions {
                classes: 2,
                labels,
                probabilities,
            },
        )
    }

    fn bootstrap(seed: u64) -> Bootstrap {
        Bootstrap {
            resamples: 2000,
            level: 0.95,
            seed,
        }
    }

    #[test]
    fn an_accuracy_has_about_the_interval_of_the_binomial() {
        let found = intervals(&scorer(400, 80), &bootstrap(1)).unwrap()[&Metric::Accuracy];
        let half = 1.96 * (0.8_f64 * 0.2 / 400.0).sqrt();
        assert!((found.low - (0.8 - half)).abs() < 0.005, "{found:?}");
        assert!((found.high - (0.8 + half)).abs() < 0.005, "{found:?}");
    }

    #[test]
    fn one_seed_gives_one_interval_at_any_number_of_threads() {
        let scorer = scorer(60, 20);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| intervals(&scorer, &bootstrap(7)).unwrap())
        };
        assert_eq!(on(1), on(3));
        assert_ne!(on(1), intervals(&scorer, &bootstrap(8)).unwrap());
    }

    #[test]
    fn quantiles_lie_on_the_line_between_values() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let cases = [(0.0, 1.0), (0.5, 3.0), (1.0, 8.0), (0.25, 1.75)];
        for (share, expected) in cases {
            assert!((quantile(&values, share) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn impossible_bootstraps_are_refused() {
        let scorer = scorer(4, 1);
        let wrong = Bootstrap {
            level: 1.0,
            ..bootstrap(1)
        };
        assert_eq!(
            intervals(&scorer, &wrong),
            Err(BootstrapError::Level { level: 1.0 })
        );
        let none = Bootstrap {
            resamples: 0,
            ..bootstrap(1)
        };
        assert_eq!(
            intervals(&scorer, &none),
            Err(BootstrapError::Resamples { resamples: 0 })
        );
    }
}
