//! The choice of a family by name, with its hyperparameters, and what any of them fits.

use steps::{Hyperparameters, HyperparametersError};

use super::problem::{ClassWeight, Problem};
use super::{logistic_regression, majority, random_forest};

/// A family with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
pub enum Family {
    /// Shares of classes.
    Majority,
    /// Logistic regression.
    LogisticRegression(logistic_regression::Parameters),
    /// Random forest.
    RandomForest(random_forest::Parameters),
}

/// What a family computes scores with.
#[derive(Debug, Clone, PartialEq)]
pub enum Classifier {
    /// A linear classifier.
    Linear(logistic_regression::Linear),
    /// A forest of classification trees.
    Forest(random_forest::Forest),
}

/// A fitted classifier and how it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The classifier.
    pub classifier: Classifier,
    /// Steps of a solver or trees of a forest.
    pub iterations: u64,
    /// Whether a solver met its tolerance; true where there is none.
    pub converged: bool,
}

impl Family {
    /// Names of the families, as the hyperparameter `algorithm` gives them.
    pub const NAMES: &'static [&'static str] =
        &["majority", "logistic_regression", "random_forest"];

    /// Reads the family and its own hyperparameters; `shared` names those that are read elsewhere.
    pub fn parse(given: &Hyperparameters, shared: &[&str]) -> Result<Self, HyperparametersError> {
        let name = given.required(Hyperparameters::ALGORITHM)?;
        let (family, own) = match name {
            "majority" => (Self::Majority, &[][..]),
            "logistic_regression" => (
                Self::LogisticRegression(logistic_regression::Parameters::parse(given)?),
                logistic_regression::Parameters::NAMES,
            ),
            "random_forest" => (
                Self::RandomForest(random_forest::Parameters::parse(given)?),
                random_forest::Parameters::NAMES,
            ),
            _ => {
                let expected = format!("one of `{}`", Self::NAMES.join("`, `"));
                return Err(invalid(Hyperparameters::ALGORITHM, name, &expected));
            }
        };
        given.only(&[shared, own, &[Hyperparameters::ALGORITHM]].concat())?;
        Ok(family)
    }

    /// The name of the family.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::LogisticRegression(_) => "logistic_regression",
            Self::RandomForest(_) => "random_forest",
        }
    }

    /// Whether its features are scaled; trees and shares do not care for scale.
    pub const fn scaled(&self) -> bool {
        matches!(self, Self::LogisticRegression(_))
    }

    /// Fits on all rows of a problem, with the threads of the pool that it runs in.
    pub fn fit(&self, problem: Problem<'_>, seed: u64) -> Fitted {
        match self {
            Self::Majority => Fitted {
                classifier: Classifier::Linear(majority::fit(problem)),
                iterations: 0,
                converged: true,
            },
            Self::LogisticRegression(parameters) => {
                let solved = logistic_regression::fit(problem, *parameters);
                Fitted {
                    classifier: Classifier::Linear(solved.model),
                    iterations: solved.iterations,
                    converged: solved.converged,
                }
            }
            Self::RandomForest(parameters) => Fitted {
                classifier: Classifier::Forest(random_forest::fit(problem, parameters, seed)),
                iterations: parameters.n_estimators.into(),
                converged: true,
            },
        }
    }
}

impl ClassWeight {
    /// Reads `class_weight`.
    pub(super) fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        match given.text("class_weight") {
            None | Some("none") => Ok(Self::None),
            Some("balanced") => Ok(Self::Balanced),
            Some(other) => Err(invalid("class_weight", other, "`none` or `balanced`")),
        }
    }
}

/// The error for a value outside its range.
pub(crate) fn invalid(name: &str, value: &str, expected: &str) -> HyperparametersError {
    HyperparametersError::Invalid {
        name: name.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Family, String> {
        let given = pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Family::parse(&Hyperparameters(given), &["seed"]).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_those_of_scikit_learn() {
        let logistic = parse(&[("algorithm", "logistic_regression"), ("seed", "1")]).unwrap();
        assert_eq!(
            logistic,
            Family::LogisticRegression(logistic_regression::Parameters::default())
        );
        let Family::RandomForest(forest) = parse(&[("algorithm", "random_forest")]).unwrap() else {
            panic!("another family");
        };
        assert_eq!(
            (forest.n_estimators, forest.max_depth, forest.bootstrap),
            (100, None, true)
        );
    }

    #[test]
    fn wrong_names_and_values_are_refused_by_name() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[], "hyperparameter `algorithm` is missing"),
            (
                &[("algorithm", "svm")],
                "hyperparameter `algorithm` has the value `svm`, expected one of `majority`, `logistic_regression`, `random_forest`",
            ),
            (
                &[("algorithm", "majority"), ("C", "1")],
                "hyperparameter `C` is not one of this algorithm's",
            ),
            (
                &[("algorithm", "logistic_regression"), ("C", "0")],
                "hyperparameter `C` has the value `0`, expected a number above 0",
            ),
            (
                &[("algorithm", "random_forest"), ("class_weight", "x")],
                "hyperparameter `class_weight` has the value `x`, expected `none` or `balanced`",
            ),
        ];
        for (pairs, message) in cases {
            assert_eq!(parse(pairs).unwrap_err(), *message);
        }
    }
}
