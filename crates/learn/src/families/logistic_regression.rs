//! Logistic regression: binary for two classes, softmax for more, with an L2 penalty, by L-BFGS.

use steps::{Hyperparameters, HyperparametersError};

use super::lbfgs::{self, Stop};
use super::linear_objective::Objective;
use super::problem::{ClassWeight, Problem};

/// Hyperparameters under scikit-learn's names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Inverse strength of the penalty, scikit-learn's `C`.
    pub c: f64,
    /// Steps of the solver at most.
    pub max_iter: u64,
    /// Largest entry of the gradient that counts as zero.
    pub tol: f64,
    /// Whether there is an intercept.
    pub fit_intercept: bool,
    /// Weights of classes.
    pub class_weight: ClassWeight,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            c: 1.0,
            max_iter: 100,
            tol: 1e-4,
            fit_intercept: true,
            class_weight: ClassWeight::None,
        }
    }
}

impl Parameters {
    /// Names that [`Self::parse`] reads.
    pub const NAMES: &'static [&'static str] =
        &["C", "max_iter", "tol", "fit_intercept", "class_weight"];

    /// Reads the family's own hyperparameters.
    pub fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let default = Self::default();
        let positive = "a number above 0";
        let read = Self {
            c: given.parsed("C", default.c, positive)?,
            max_iter: given.parsed("max_iter", default.max_iter, "a whole number")?,
            tol: given.parsed("tol", default.tol, positive)?,
            fit_intercept: given.parsed(
                "fit_intercept",
                default.fit_intercept,
                "`true` or `false`",
            )?,
            class_weight: ClassWeight::parse(given)?,
        };
        for (name, value) in [("C", read.c), ("tol", read.tol)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(super::choice::invalid(name, &value.to_string(), positive));
            }
        }
        Ok(read)
    }
}

/// Weights of a fitted linear classifier, one set a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Weights by class, then by feature.
    pub coefficients: Vec<f64>,
    /// Intercept by class.
    pub intercepts: Vec<f64>,
    /// Whether scores become probabilities by the logistic function (two classes) or by softmax.
    pub softmax: bool,
}

/// A fitted model and how the solver went.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// The model.
    pub model: Linear,
    /// Steps of the solver.
    pub iterations: u64,
    /// Whether it met its tolerance.
    pub converged: bool,
}

/// Fits on all rows of a problem; threads are those of the pool that it runs in.
pub fn fit(problem: Problem<'_>, parameters: Parameters) -> Solved {
    let weights = problem.class_weights(parameters.class_weight);
    let objective = Objective::new(problem, weights, parameters.c, parameters.fit_intercept);
    let start = vec![0.0; objective.parameters()];
    let stop = Stop {
        tol: parameters.tol,
        max_iter: parameters.max_iter,
    };
    let minimum = lbfgs::minimize(start, stop, |point, gradient| {
        objective.evaluate(point, gradient)
    });
    let width = problem.features.columns + 1;
    let mut coefficients = Vec::new();
    let mut intercepts = Vec::new();
    for set in minimum.point.chunks_exact(width) {
        if objective.outputs() == 1 {
            coefficients.extend(set[..width - 1].iter().map(|weight| -weight));
            intercepts.push(-set[width - 1]);
        }
        coefficients.extend_from_slice(&set[..width - 1]);
        intercepts.push(set[width - 1]);
    }
    let model = Linear {
        coefficients,
        intercepts,
        softmax: objective.outputs() > 1,
    };
    Solved {
        model,
        iterations: minimum.iterations,
        converged: minimum.converged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    fn fitted(labels: &[u32], classes: usize, parameters: Parameters) -> Solved {
        let values = vec![0.0, 1.0, 1.0, 0.5, 2.0, -1.0, 3.0, 0.0, 4.0, 1.5, 5.0, -0.5];
        let features = Matrix {
            rows: 6,
            columns: 2,
            values,
        };
        fit(
            Problem {
                features: &features,
                labels,
                classes,
            },
            parameters,
        )
    }

    fn exact() -> Parameters {
        Parameters {
            tol: 1e-10,
            max_iter: 1000,
            ..Parameters::default()
        }
    }

    fn close(found: &[f64], expected: &[f64]) {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-5;
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(near),
            "{found:?}"
        );
    }

    /// Expected weights are those of scikit-learn 1.9.1 with `tol` 1e-10.
    #[test]
    fn two_classes_have_the_weights_of_scikit_learn() {
        let labels = [0, 0, 1, 0, 1, 1];
        let cases: [(Parameters, [f64; 3]); 3] = [
            (exact(), [0.771_805_04, -0.298_102_52, -1.876_005_25]),
            (
                Parameters { c: 10.0, ..exact() },
                [1.307_820_84, -0.782_614_84, -3.215_273_76],
            ),
            (
                Parameters {
                    fit_intercept: false,
                    ..exact()
                },
                [0.281_268_59, -0.430_957_30, 0.0],
            ),
        ];
        for (parameters, [first, second, intercept]) in cases {
            let solved = fitted(&labels, 2, parameters);
            close(
                &solved.model.coefficients,
                &[-first, -second, first, second],
            );
            close(&solved.model.intercepts, &[-intercept, intercept]);
            assert!(solved.converged && !solved.model.softmax);
        }
        let balanced = Parameters {
            class_weight: ClassWeight::Balanced,
            ..exact()
        };
        let model = fitted(&[0, 0, 0, 0, 1, 1], 2, balanced).model;
        close(&model.coefficients[2..], &[1.095_767_68, 0.382_318_10]);
        close(&model.intercepts[1..], &[-3.574_102_53]);
    }

    #[test]
    fn three_classes_have_the_weights_of_scikit_learn() {
        let solved = fitted(&[0, 1, 1, 2, 2, 0], 3, exact());
        let expected = [
            0.033_066_81,
            0.049_096_09,
            -0.407_225_40,
            -0.594_058_67,
            0.374_158_58,
            0.544_962_57,
        ];
        close(&solved.model.coefficients, &expected);
        close(
            &solved.model.intercepts,
            &[0.058_451_42, 1.041_929_27, -1.100_380_69],
        );
        assert!(solved.model.softmax);
    }

    #[test]
    fn too_few_iterations_are_said() {
        let solved = fitted(
            &[0, 0, 1, 0, 1, 1],
            2,
            Parameters {
                max_iter: 2,
                ..exact()
            },
        );
        assert_eq!((solved.iterations, solved.converged), (2, false));
    }
}
