//! Calibration: whether what has a probability of 0.8 comes true in eight of ten rows.

use steps::{Calibration, CalibrationBin};

use crate::Predictions;

/// Bins of equal width.
const BINS: usize = 10;

/// Bins of the positive class's probability where there are two classes, else of the predicted class's.
pub fn calibration(truth: &[u32], predictions: &Predictions, classes: &[String]) -> Calibration {
    let binary = predictions.classes == 2;
    let mut rows = [0_u64; BINS];
    let mut probability = [0.0_f64; BINS];
    let mut true_rows = [0_u64; BINS];
    for (row, (&class, &guess)) in truth.iter().zip(&predictions.labels).enumerate() {
        let asked = if binary { 1 } else { guess };
        let share = f64::from(predictions.row(row)[asked as usize]);
        let bin = ((share * BINS as f64) as usize).min(BINS - 1);
        rows[bin] += 1;
        probability[bin] += share;
        true_rows[bin] += u64::from(class == asked);
    }
    let bins = (0..BINS).filter(|&bin| rows[bin] > 0);
    Calibration {
        class: classes.get(1).filter(|_| binary).cloned(),
        bins: bins
            .map(|bin| CalibrationBin {
                low: bin as f64 / BINS as f64,
                high: (bin + 1) as f64 / BINS as f64,
                rows: rows[bin],
                probability: probability[bin] / rows[bin] as f64,
                share: true_rows[bin] as f64 / rows[bin] as f64,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|place| format!("c{place}")).collect()
    }

    #[test]
    fn two_classes_are_binned_by_the_positive_one() {
        let predictions = Predictions {
            classes: 2,
            labels: vec![0, 0, 1, 1],
            probabilities: vec![0.75, 0.25, 0.78125, 0.21875, 0.0, 1.0, 0.25, 0.75],
        };
        let found = calibration(&[0, 1, 1, 0], &predictions, &names(2));
        assert_eq!(found.class.as_deref(), Some("c1"));
        let bins: Vec<_> = found
            .bins
            .iter()
            .map(|bin| (bin.low, bin.rows, bin.probability, bin.share))
            .collect();
        assert_eq!(
            bins,
            [
                (0.2, 2, 0.234_375, 0.5),
                (0.7, 1, 0.75, 0.0),
                (0.9, 1, 1.0, 1.0)
            ]
        );
    }

    #[test]
    fn more_classes_are_binned_by_the_predicted_one() {
        let predictions = Predictions {
            classes: 3,
            labels: vec![2, 0],
            probabilities: vec![0.25, 0.25, 0.5, 0.5, 0.25, 0.25],
        };
        let found = calibration(&[2, 1], &predictions, &names(3));
        assert_eq!(found.class, None);
        assert_eq!(found.bins.len(), 1);
        assert_eq!((found.bins[0].rows, found.bins[0].share), (2, 0.5));
    }
}
