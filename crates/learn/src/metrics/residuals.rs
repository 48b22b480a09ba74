//! What predicted numbers are off by: true numbers less predicted ones.

use steps::{ResidualBin, Residuals};

/// Bins of equal width over the range of the residuals.
const BINS: usize = 24;

/// Points and bins of residuals; none of no rows.
pub fn residuals(truth: &[f64], predictions: &[f32]) -> Option<Residuals> {
    let pairs: Vec<(f64, f64)> = truth
        .iter()
        .zip(predictions)
        .map(|(&truth, &predicted)| (truth, f64::from(predicted)))
        .collect();
    let differences: Vec<f64> = pairs
        .iter()
        .map(|(truth, predicted)| truth - predicted)
        .collect();
    let low = differences.iter().copied().reduce(f64::min)?;
    let high = differences.iter().copied().reduce(f64::max)?;
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences
        .iter()
        .map(|difference| (difference - mean).powi(2))
        .sum::<f64>()
        / count;
    let every = pairs.len().div_ceil(Residuals::POINTS);
    Some(Residuals {
        mean,
        deviation: variance.sqrt(),
        bins: bins(&differences, (low, high)),
        points: pairs.into_iter().step_by(every).collect(),
    })
}

fn bins(differences: &[f64], (low, high): (f64, f64)) -> Vec<ResidualBin> {
    // Residuals that are all the same have one bin.
    let count = if high > low { BINS } else { 1 };
    let width = (high - low) / count as f64;
    let mut rows = vec![0_u64; count];
    for difference in differences {
        let place = ((difference - low) / width) as usize;
        rows[place.min(count - 1)] += 1;
    }
    (0..count)
        .map(|place| ResidualBin {
            low: low + width * place as f64,
            high: low + width * (place + 1) as f64,
            rows: rows[place],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_are_binned_and_thinned() {
        let truth: Vec<f64> = (0..2000).map(f64::from).collect();
        let predictions: Vec<f32> = (0..2000_u16)
            .map(|row| f32::from(row) + f32::from(row % 25) - 12.0)
            .collect();
        let found = residuals(&truth, &predictions).unwrap();
        assert!(found.mean.abs() < 1e-9, "{}", found.mean);
        assert!((found.deviation - 52_f64.sqrt()).abs() < 1e-9);
        assert_eq!(found.bins.len(), BINS);
        assert_eq!(
            (found.bins[0].low, found.bins[BINS - 1].high),
            (-12.0, 12.0)
        );
        assert_eq!(found.bins.iter().map(|bin| bin.rows).sum::<u64>(), 2000);
        // The largest residual belongs to the last bin.
        assert_eq!(found.bins[BINS - 1].rows, 160);
        assert_eq!(found.points.len(), 500);
        assert_eq!(found.points[1], (4.0, -4.0));
    }

    #[test]
    fn residuals_that_are_all_the_same_have_one_bin() {
        let found = residuals(&[3.0, 5.0], &[2.0, 4.0]).unwrap();
        assert_eq!(found.bins.len(), 1);
        assert_eq!((found.bins[0].low, found.bins[0].rows), (1.0, 2));
        assert_eq!((found.mean, found.deviation), (1.0, 0.0));
        assert!(residuals(&[], &[]).is_none());
    }
}
