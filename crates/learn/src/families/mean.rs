//! The baseline that every candidate of a regression is compared with: the mean of the numbers, whatever the row.

use super::linear_regression::LinearModel;
use super::problem::Regression;

/// Fits the mean: a linear model without weights.
pub fn fit(regression: Regression<'_>) -> LinearModel {
    LinearModel {
        coefficients: vec![0.0; regression.features.columns],
        intercept: regression.mean(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn every_row_gets_the_mean() {
        let features = Matrix {
            rows: 3,
            columns: 1,
            values: vec![1.0, 2.0, 9.0],
        };
        let model = fit(Regression {
            features: &features,
            targets: &[1.0, 2.0, 6.0],
        });
        assert!((model.answer(&[100.0]) - 3.0).abs() < 1e-12);
    }
}
