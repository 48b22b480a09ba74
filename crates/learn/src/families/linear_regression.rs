//! Linear and ridge regression by the normal equations.
//!
//! Features and numbers are centred, so the intercept bears no penalty: minimized is `|y - X w|^2 + alpha |w|^2` (Hoerl and
//! Kennard, "Ridge regression", 1970), whose gradient is zero where `(X'X + alpha I) w = X'y`. Sums over rows go by blocks of
//! fixed size in a fixed order, so the model does not depend on threads.

use rayon::prelude::*;
use steps::{Hyperparameters, HyperparametersError};

use super::cholesky;
use super::problem::Regression;
use super::reading::not_negative;

/// Features at most: the equations have as many squared.
pub const MAX_FEATURES: usize = 4096;

/// Hyperparameters of ridge regression under scikit-learn's names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Strength of the penalty on squared weights; at 0 it is plain linear regression.
    pub alpha: f64,
    /// Whether there is an intercept.
    pub fit_intercept: bool,
}

impl Parameters {
    /// Names that [`Self::parse_ridge`] reads.
    pub const RIDGE: &'static [&'static str] = &["alpha", "fit_intercept"];
    /// Names that [`Self::parse_linear`] reads.
    pub const LINEAR: &'static [&'static str] = &["fit_intercept"];

    /// Reads the hyperparameters of ridge regression.
    pub fn parse_ridge(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        Ok(Self {
            alpha: not_negative(given, "alpha", 1.0)?,
            ..Self::parse_linear(given)?
        })
    }

    /// Reads the hyperparameters of linear regression.
    pub fn parse_linear(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        Ok(Self {
            alpha: 0.0,
            fit_intercept: given.parsed("fit_intercept", true, "`true` or `false`")?,
        })
    }
}

/// A fitted linear model of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    /// Weight of each feature.
    pub coefficients: Vec<f64>,
    /// What is added.
    pub intercept: f64,
}

impl LinearModel {
    /// The number of a row.
    pub fn answer(&self, features: &[f32]) -> f64 {
        let products = self.coefficients.iter().zip(features);
        products.map(|(w, &x)| w * f64::from(x)).sum::<f64>() + self.intercept
    }
}

/// Rows of a block.
const BLOCK: usize = 256;
/// Blocks that are summed by one thread, before sums are added in order: enough of them to keep threads busy, few enough
/// that their sums fit into memory.
const PARTS: usize = 16;

/// Fits on all rows; threads are those of the pool that it runs in.
///
/// A column that the ones before it already say gets the weight 0 where there is no penalty.
pub fn fit(regression: Regression<'_>, parameters: Parameters) -> LinearModel {
    let columns = regression.features.columns;
    let (means, mean) = if parameters.fit_intercept {
        (means(regression), regression.mean())
    } else {
        (vec![0.0; columns], 0.0)
    };
    let mut sums = products(regression, &means, mean);
    for column in 0..columns {
        sums.squares[column * columns + column] += parameters.alpha;
    }
    let coefficients = cholesky::solve(sums.squares, sums.right);
    let shift: f64 = coefficients.iter().zip(&means).map(|(w, m)| w * m).sum();
    LinearModel {
        coefficients,
        intercept: mean - shift,
    }
}

fn means(regression: Regression<'_>) -> Vec<f64> {
    let features = regression.features;
    let mut means = vec![0.0; features.columns];
    for row in features.values.chunks_exact(features.columns) {
        means
            .iter_mut()
            .zip(row)
            .for_each(|(mean, &x)| *mean += f64::from(x));
    }
    for mean in &mut means {
        *mean /= features.rows as f64;
    }
    means
}

/// Both sides of the normal equations, of the matrix the lower half, row by row.
struct Sums {
    squares: Vec<f64>,
    right: Vec<f64>,
}

impl Sums {
    fn new(columns: usize) -> Self {
        Self {
            squares: vec![0.0; columns * columns],
            right: vec![0.0; columns],
        }
    }

    /// Adds some centred rows, column by column.
    fn add(&mut self, by_column: &[Vec<f64>], targets: &[f64]) {
        let columns = self.right.len();
        for (one, values) in by_column.iter().enumerate() {
            self.right[one] += dot(values, targets);
            for (other, others) in by_column[..=one].iter().enumerate() {
                self.squares[one * columns + other] += dot(values, others);
            }
        }
    }
}

fn products(regression: Regression<'_>, means: &[f64], mean: f64) -> Sums {
    let features = regression.features;
    let columns = features.columns;
    let blocks: Vec<usize> = (0..features.rows.div_ceil(BLOCK)).collect();
    let part = |blocks: &[usize]| {
        let mut sums = Sums::new(columns);
        let mut by_column = vec![Vec::with_capacity(BLOCK); columns];
        for &block in blocks {
            let rows = block * BLOCK..((block + 1) * BLOCK).min(features.rows);
            by_column.iter_mut().for_each(Vec::clear);
            for row in rows.clone() {
                let values = features.row(row).iter().zip(means);
                for (column, (&x, mean)) in by_column.iter_mut().zip(values) {
                    column.push(f64::from(x) - mean);
                }
            }
            let targets: Vec<f64> = regression.targets[rows].iter().map(|y| y - mean).collect();
            sums.add(&by_column, &targets);
        }
        sums
    };
    let size = blocks.len().div_ceil(PARTS).max(1);
    let parts: Vec<Sums> = blocks.par_chunks(size).map(part).collect();
    let mut all = Sums::new(columns);
    for part in parts {
        let add = |to: &mut Vec<f64>, from: Vec<f64>| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        };
        add(&mut all.squares, part.squares);
        add(&mut all.right, part.right);
    }
    all
}

/// A product in four sums, which the processor computes at once.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (fours, others) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    for (a, b) in fours.0.iter().zip(others.0) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = fours.1.iter().zip(others.1).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;
    use crate::random::Stream;

    const VALUES: [f32; 12] = [0.0, 1.0, 1.0, 0.5, 2.0, -1.0, 3.0, 0.0, 4.0, 1.5, 5.0, -0.5];
    const TARGETS: [f64; 6] = [1.0, 3.0, 2.0, 5.0, 9.0, 8.0];

    fn fitted(alpha: f64, fit_intercept: bool) -> LinearModel {
        let features = Matrix {
            rows: 6,
            columns: 2,
            values: VALUES.to_vec(),
        };
        let regression = Regression {
            features: &features,
            targets: &TARGETS,
        };
        fit(
            regression,
            Parameters {
                alpha,
                fit_intercept,
            },
        )
    }

    fn close(model: &LinearModel, expected: [f64; 3]) {
        let found = [
            model.coefficients[0],
            model.coefficients[1],
            model.intercept,
        ];
        let near = |(a, b): (f64, f64)| (a - b).abs() < 1e-8;
        assert!(found.into_iter().zip(expected).all(near), "{found:?}");
    }

    /// Expected weights are those of scikit-learn 1.9.1.
    #[test]
    fn weights_are_those_of_scikit_learn() {
        close(
            &fitted(0.0, true),
            [1.738_095_238, 1.380_952_381, -0.023_809_524],
        );
        close(
            &fitted(1.0, true),
            [1.616_083_009, 1.084_306_096, 0.355_382_620],
        );
        close(
            &fitted(10.0, true),
            [1.039_515_615, 0.335_245_379, 1.984_066_284],
        );
        close(
            &fitted(1.0, false),
            [1.709_119_497, 1.144_654_088, 0.000_000_000],
        );
        close(
            &fitted(0.0, false),
            [1.731_778_426, 1.376_093_294, 0.000_000_000],
        );
    }

    #[test]
    fn a_column_that_says_nothing_new_has_no_weight() {
        let values: Vec<f32> = (0..20)
            .flat_map(|n| [n as f32, 3.0 * n as f32, 1.0])
            .collect();
        let targets: Vec<f64> = (0..20).map(|n| 2.0 * f64::from(n) + 5.0).collect();
        let features = Matrix {
            rows: 20,
            columns: 3,
            values,
        };
        let regression = Regression {
            features: &features,
            targets: &targets,
        };
        let model = fit(
            regression,
            Parameters {
                alpha: 0.0,
                fit_intercept: true,
            },
        );
        for n in [0.0_f32, 7.0, 40.0] {
            let expected = 2.0 * f64::from(n) + 5.0;
            assert!((model.answer(&[n, 3.0 * n, 1.0]) - expected).abs() < 1e-8);
        }
        assert!(model.coefficients[1].abs() < 1e-12 && model.coefficients[2].abs() < 1e-12);
    }

    #[test]
    fn the_model_is_the_same_at_any_number_of_threads() {
        let mut stream = Stream::new(2, 0);
        let mut uniform = || stream.below(1 << 20) as f32 / 1e5;
        let values: Vec<f32> = (0..10_000 * 7).map(|_| uniform()).collect();
        let targets: Vec<f64> = (0..10_000).map(|_| f64::from(uniform())).collect();
        let features = Matrix {
            rows: 10_000,
            columns: 7,
            values,
        };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let regression = Regression {
                features: &features,
                targets: &targets,
            };
            let parameters = Parameters {
                alpha: 1.0,
                fit_intercept: true,
            };
            pool.install(|| fit(regression, parameters))
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(4));
    }
}
