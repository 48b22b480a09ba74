//! The baseline that every candidate is compared with: the share of each class, whatever the row.

use networks::functions::ln;

use super::logistic_regression::Linear;
use super::problem::Problem;

/// A class that is absent gets this share, since a logarithm is stored.
const ABSENT: f64 = 1e-30;

/// Fits the shares: a linear classifier without weights, whose intercepts are logarithms of shares.
pub fn fit(problem: Problem<'_>) -> Linear {
    let rows = problem.labels.len() as f64;
    let share = |&count: &u64| ln((count as f64 / rows).max(ABSENT));
    Linear {
        coefficients: vec![0.0; problem.classes * problem.features.columns],
        intercepts: problem.class_counts().iter().map(share).collect(),
        softmax: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn intercepts_are_logarithms_of_shares() {
        let features = Matrix {
            rows: 4,
            columns: 1,
            values: vec![1.0, 2.0, 3.0, 4.0],
        };
        let fitted = fit(Problem {
            features: &features,
            labels: &[0, 1, 1, 1],
            classes: 3,
        });
        let shares: Vec<f64> = fitted.intercepts.iter().map(|log| log.exp()).collect();
        assert!((shares[0] - 0.25).abs() < 1e-12 && (shares[1] - 0.75).abs() < 1e-12);
        assert!(shares[2] > 0.0 && shares[2] < 1e-20);
        assert_eq!(fitted.coefficients, [0.0; 3]);
    }
}
