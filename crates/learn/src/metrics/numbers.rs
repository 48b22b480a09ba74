//! Scores of predicted numbers.
//!
//! With errors `e = y - f`: RMSE is the root of the mean of `e^2`; MAE the mean of `|e|`; R2 is `1 - sum e^2 / sum (y - mean
//! y)^2` as in scikit-learn; MASE is MAE over the mean absolute error of a naive forecast on training rows (Hyndman and
//! Koehler, "Another look at measures of forecast accuracy", 2006).

use std::collections::BTreeMap;

use super::metric::Metric;
use super::score::Score;

/// Predicted numbers beside the true ones.
#[derive(Debug, Clone)]
pub struct NumberScorer {
    truth: Vec<f64>,
    errors: Vec<f64>,
    naive_error: Option<f64>,
}

impl NumberScorer {
    /// Compares predictions with the true numbers; `naive_error` is what MASE divides by.
    ///
    /// # Panics
    /// Where there is not one prediction a row.
    pub fn new(truth: &[f64], predictions: &[f32], naive_error: Option<f64>) -> Self {
        assert_eq!(truth.len(), predictions.len(), "one number a row");
        let error = |(y, &f): (&f64, &f32)| y - f64::from(f);
        Self {
            truth: truth.to_vec(),
            errors: truth.iter().zip(predictions).map(error).collect(),
            naive_error,
        }
    }
}

impl Score for NumberScorer {
    fn rows(&self) -> usize {
        self.truth.len()
    }

    fn weighted(&self, weights: &[u32]) -> BTreeMap<Metric, f64> {
        let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        let mut scores = BTreeMap::new();
        if total == 0.0 {
            return scores;
        }
        let mean = |of: &dyn Fn(usize) -> f64| {
            let rows = weights.iter().enumerate();
            rows.map(|(row, &weight)| f64::from(weight) * of(row))
                .sum::<f64>()
                / total
        };
        let squares = mean(&|row| self.errors[row].powi(2));
        let absolute = mean(&|row| self.errors[row].abs());
        let middle = mean(&|row| self.truth[row]);
        let variance = mean(&|row| (self.truth[row] - middle).powi(2));
        scores.insert(Metric::Rmse, squares.sqrt());
        scores.insert(Metric::Mae, absolute);
        // Rows of one number have no variance to explain.
        if variance > 0.0 {
            scores.insert(Metric::R2, 1.0 - squares / variance);
        }
        if let Some(naive) = self.naive_error.filter(|&naive| naive > 0.0) {
            scores.insert(Metric::Mase, absolute / naive);
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: [f64; 4] = [3.0, -0.5, 2.0, 7.0];
    const GUESS: [f32; 4] = [2.5, 0.0, 2.0, 8.0];

    fn close(scores: &BTreeMap<Metric, f64>, expected: &[(Metric, f64)]) {
        assert_eq!(scores.len(), expected.len(), "{scores:?}");
        for (metric, value) in expected {
            assert!(
                (scores[metric] - value).abs() < 1e-12,
                "{metric}: {scores:?}"
            );
        }
    }

    /// Expected scores are those of scikit-learn 1.9.1.
    #[test]
    fn scores_are_those_of_scikit_learn() {
        let expected = [
            (Metric::Rmse, 0.612_372_435_695_794_5),
            (Metric::Mae, 0.5),
            (Metric::R2, 0.948_608_137_044_967_9),
        ];
        close(&NumberScorer::new(&TRUTH, &GUESS, None).scores(), &expected);
        let with_naive = [&expected[..], &[(Metric::Mase, 0.25)]].concat();
        close(
            &NumberScorer::new(&TRUTH, &GUESS, Some(2.0)).scores(),
            &with_naive,
        );
    }

    #[test]
    fn a_weight_counts_as_copies() {
        let weighed = NumberScorer::new(&TRUTH, &GUESS, Some(1.0)).weighted(&[2, 0, 1, 1]);
        let copied = NumberScorer::new(&[3.0, 3.0, 2.0, 7.0], &[2.5, 2.5, 2.0, 8.0], Some(1.0));
        let copied: Vec<(Metric, f64)> = copied.scores().into_iter().collect();
        close(&weighed, &copied);
    }

    #[test]
    fn rows_of_one_number_have_no_share_of_variance() {
        let scores = NumberScorer::new(&[2.0, 2.0], &[1.0, 2.0], None).scores();
        assert!(!scores.contains_key(&Metric::R2));
        assert!((scores[&Metric::Mae] - 0.5).abs() < 1e-12);
        let none = NumberScorer::new(&TRUTH, &GUESS, None).weighted(&[0; 4]);
        assert!(none.is_empty());
    }
}
