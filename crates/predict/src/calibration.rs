//! Predicted against actual: what every run that ends says of the predictions.

use std::collections::BTreeMap;

use crate::prediction::{Method, Prediction};

/// A prediction and what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actual {
    /// What was predicted.
    pub predicted: Prediction,
    /// What it was, in the same unit.
    pub actual: f64,
}

/// How good predictions of a method were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// How many.
    pub count: usize,
    /// Median of `|predicted / actual - 1|`.
    pub median_error: f64,
    /// Mean of it.
    pub mean_error: f64,
    /// Geometric mean of `actual / predicted`: above 1, predictions are too small.
    pub bias: f64,
    /// Share of actuals in their interval.
    pub coverage: f64,
    /// Level that the intervals were meant to have.
    pub level: f64,
    /// How many of the intervals were marked uncalibrated.
    pub uncalibrated: usize,
}

/// By method. Actuals that are no number above zero are left out.
///
/// ```
/// use predict::{Actual, Method, Prediction, calibration};
/// let level = units::Share::from_ppm(900_000).unwrap();
/// let predicted = Prediction { low: 8.0, mid: 10.0, high: 12.0, level, method: Method::Local, calibrated: true };
/// let of = calibration(&[Actual { predicted, actual: 12.5 }]);
/// assert!((of[&Method::Local].median_error - 0.2).abs() < 1e-12 && of[&Method::Local].coverage == 0.0);
/// ```
pub fn calibration(actuals: &[Actual]) -> BTreeMap<Method, Calibration> {
    let mut groups: BTreeMap<Method, Vec<&Actual>> = BTreeMap::new();
    let sound = actuals.iter().filter(|one| {
        let usable = |value: f64| value.is_finite() && value > 0.0;
        usable(one.actual) && usable(one.predicted.mid)
    });
    for one in sound {
        groups.entry(one.predicted.method).or_default().push(one);
    }
    groups
        .into_iter()
        .map(|(method, of)| (method, summary(&of)))
        .collect()
}

fn summary(of: &[&Actual]) -> Calibration {
    let count = of.len() as f64;
    let mut errors: Vec<f64> = of
        .iter()
        .map(|one| (one.predicted.mid / one.actual - 1.0).abs())
        .collect();
    errors.sort_by(f64::total_cmp);
    let logs = of.iter().map(|one| (one.actual / one.predicted.mid).ln());
    let held = of.iter().filter(|one| one.predicted.holds(one.actual));
    let levels = of.iter().map(|one| one.predicted.level.as_fraction());
    Calibration {
        count: of.len(),
        median_error: median(&errors),
        mean_error: errors.iter().sum::<f64>() / count,
        bias: (logs.sum::<f64>() / count).exp(),
        coverage: held.count() as f64 / count,
        level: levels.sum::<f64>() / count,
        uncalibrated: of.iter().filter(|one| !one.predicted.calibrated).count(),
    }
}

/// Of sorted values; not a number where there are none.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_judged_apart_and_nonsense_not_at_all() {
        let of = |mid: f64, method, calibrated| Prediction {
            calibrated,
            ..Prediction::of_logarithm(mid.ln(), 0.1, method, true)
        };
        let one = |predicted, actual| Actual { predicted, actual };
        let found = calibration(&[
            one(of(10.0, Method::Local, true), 10.0),
            one(of(10.0, Method::Local, false), 20.0),
            one(of(10.0, Method::Local, true), f64::NAN),
            one(of(10.0, Method::Local, true), 0.0),
            one(of(10.0, Method::Class, true), 8.0),
        ]);
        assert_eq!(found.len(), 2);
        let local = found[&Method::Local];
        assert_eq!((local.count, local.uncalibrated), (2, 1));
        assert!((local.median_error - 0.25).abs() < 1e-12 && (local.coverage - 0.5).abs() < 1e-12);
        assert!((local.bias - 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((found[&Method::Class].mean_error - 0.25).abs() < 1e-12);
        assert!(calibration(&[]).is_empty());
        assert!(median(&[]).is_nan());
    }
}
