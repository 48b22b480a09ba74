//! The choice of a family by name, with its hyperparameters, and what any of them fits.

use std::borrow::Cow;

use steps::{Hyperparameters, HyperparametersError, TargetKind};

use super::gradient_boosting::{self, Boosting, Goal};
use super::problem::{ClassWeight, Known, Problem, Regression, Task};
use super::{linear_regression, logistic_regression, majority, mean, random_forest};
use crate::Matrix;

/// A family with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
pub enum Family {
    /// Shares of classes.
    Majority,
    /// The mean of numbers.
    Mean,
    /// Logistic regression.
    LogisticRegression(logistic_regression::Parameters),
    /// Linear regression without a penalty.
    LinearRegression(linear_regression::Parameters),
    /// Linear regression with a penalty on squared weights.
    Ridge(linear_regression::Parameters),
    /// Random forest.
    RandomForest(random_forest::Parameters),
    /// Gradient boosting.
    GradientBoosting(gradient_boosting::Parameters),
}

/// What a family computes scores of classes with.
#[derive(Debug, Clone, PartialEq)]
pub enum Classifier {
    /// A linear classifier.
    Linear(logistic_regression::Linear),
    /// A forest of classification trees.
    Forest(random_forest::Forest),
    /// Boosted trees.
    Boosting(Boosting),
}

/// What a family computes numbers with.
#[derive(Debug, Clone, PartialEq)]
pub enum Regressor {
    /// A linear model.
    Linear(linear_regression::LinearModel),
    /// A forest of regression trees.
    Forest(random_forest::Forest),
    /// Boosted trees.
    Boosting(Boosting),
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub enum Estimator {
    /// Of classes.
    Classifier(Classifier),
    /// Of numbers.
    Regressor(Regressor),
}

/// A fitted estimator and how it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The estimator.
    pub estimator: Estimator,
    /// Steps of a solver, trees of a forest or rounds of boosting.
    pub iterations: u64,
    /// Whether a solver met its tolerance; true where there is none.
    pub converged: bool,
}

impl Fitted {
    fn classes(classifier: Classifier, iterations: u64) -> Self {
        Self {
            estimator: Estimator::Classifier(classifier),
            iterations,
            converged: true,
        }
    }

    fn numbers(regressor: Regressor, iterations: u64) -> Self {
        Self {
            estimator: Estimator::Regressor(regressor),
            iterations,
            converged: true,
        }
    }
}

impl Family {
    /// Names of the families that learn classes, as the hyperparameter `algorithm` gives them.
    pub const OF_CLASSES: &'static [&'static str] = &[
        "majority",
        "logistic_regression",
        "random_forest",
        "gradient_boosting",
    ];
    /// Names of the families that learn numbers.
    pub const OF_NUMBERS: &'static [&'static str] = &[
        "mean",
        "linear_regression",
        "ridge",
        "random_forest",
        "gradient_boosting",
    ];

    /// Reads the family and its own hyperparameters; `shared` names those that are read elsewhere.
    pub fn parse(given: &Hyperparameters, shared: &[&str]) -> Result<Self, HyperparametersError> {
        let name = given.required(Hyperparameters::ALGORITHM)?;
        let (family, own) = match name {
            "majority" => (Self::Majority, &[][..]),
            "mean" => (Self::Mean, &[][..]),
            "logistic_regression" => (
                Self::LogisticRegression(logistic_regression::Parameters::parse(given)?),
                logistic_regression::Parameters::NAMES,
            ),
            "linear_regression" => (
                Self::LinearRegression(linear_regression::Parameters::parse_linear(given)?),
                linear_regression::Parameters::LINEAR,
            ),
            "ridge" => (
                Self::Ridge(linear_regression::Parameters::parse_ridge(given)?),
                linear_regression::Parameters::RIDGE,
            ),
            "random_forest" => (
                Self::RandomForest(random_forest::Parameters::parse(given)?),
                random_forest::Parameters::NAMES,
            ),
            "gradient_boosting" => (
                Self::GradientBoosting(gradient_boosting::Parameters::parse(given)?),
                gradient_boosting::Parameters::NAMES,
            ),
            _ => return Err(unknown(name)),
        };
        given.only(&[shared, own, &[Hyperparameters::ALGORITHM]].concat())?;
        Ok(family)
    }

    /// The name of the family.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::Mean => "mean",
            Self::LogisticRegression(_) => "logistic_regression",
            Self::LinearRegression(_) => "linear_regression",
            Self::Ridge(_) => "ridge",
            Self::RandomForest(_) => "random_forest",
            Self::GradientBoosting(_) => "gradient_boosting",
        }
    }

    /// Whether its features are scaled; trees, shares and means do not care for scale.
    pub const fn scaled(&self) -> bool {
        matches!(
            self,
            Self::LogisticRegression(_) | Self::LinearRegression(_) | Self::Ridge(_)
        )
    }

    /// Refuses a target of a kind that the family does not learn, and more features than it takes.
    pub fn check(&self, kind: TargetKind, features: usize) -> Result<(), HyperparametersError> {
        let (what, names) = match kind {
            TargetKind::Class => ("classes", Self::OF_CLASSES),
            TargetKind::Number => ("numbers", Self::OF_NUMBERS),
        };
        if !names.contains(&self.name()) {
            let expected = format!("a family of {what}: `{}`", names.join("`, `"));
            return Err(invalid(Hyperparameters::ALGORITHM, self.name(), &expected));
        }
        let weight = match self {
            Self::RandomForest(parameters) => parameters.class_weight,
            Self::GradientBoosting(parameters) => parameters.class_weight,
            _ => ClassWeight::None,
        };
        if kind == TargetKind::Number && weight != ClassWeight::None {
            return Err(invalid("class_weight", "balanced", "`none` for numbers"));
        }
        let linear = matches!(self, Self::LinearRegression(_) | Self::Ridge(_));
        if linear && features > linear_regression::MAX_FEATURES {
            let limit = linear_regression::MAX_FEATURES;
            let expected = format!("one that takes {features} features, this one takes {limit}");
            return Err(invalid(Hyperparameters::ALGORITHM, self.name(), &expected));
        }
        Ok(())
    }

    /// Fits on all rows, with the threads of the pool that it runs in; none where the family does not learn that.
    pub fn fit(&self, task: Task<'_>, seed: u64) -> Option<Fitted> {
        let (features, known) = task.apart();
        self.fit_on(Cow::Borrowed(features), known, seed)
    }

    /// As [`Family::fit`], on features that nobody needs afterwards: trees let go of them once they are in bins.
    pub fn fit_owned(&self, features: Matrix, known: Known<'_>, seed: u64) -> Option<Fitted> {
        self.fit_on(Cow::Owned(features), known, seed)
    }

    fn fit_on(&self, features: Cow<'_, Matrix>, known: Known<'_>, seed: u64) -> Option<Fitted> {
        match known {
            Known::Classes(labels, classes) => self.fit_classes(features, (labels, classes), seed),
            Known::Numbers(targets) => self.fit_numbers(features, targets, seed),
        }
    }

    fn fit_classes(
        &self,
        features: Cow<'_, Matrix>,
        (labels, classes): (&[u32], usize),
        seed: u64,
    ) -> Option<Fitted> {
        let problem = |features| Problem {
            features,
            labels,
            classes,
        };
        Some(match self {
            Self::Majority => {
                Fitted::classes(Classifier::Linear(majority::fit(problem(&features))), 0)
            }
            Self::LogisticRegression(parameters) => {
                let solved = logistic_regression::fit(problem(&features), *parameters);
                Fitted {
                    converged: solved.converged,
                    ..Fitted::classes(Classifier::Linear(solved.model), solved.iterations)
                }
            }
            Self::RandomForest(parameters) => {
                let forest = random_forest::fit(features, (labels, classes), parameters, seed);
                Fitted::classes(Classifier::Forest(forest), parameters.n_estimators.into())
            }
            Self::GradientBoosting(parameters) => {
                let weights = parameters.class_weight.of_classes(labels, classes);
                let goal = Goal::Classes {
                    labels,
                    weights: &weights,
                };
                let model = gradient_boosting::fit(features, goal, parameters, seed);
                let rounds = model.rounds() as u64;
                Fitted::classes(Classifier::Boosting(model), rounds)
            }
            Self::Mean | Self::LinearRegression(_) | Self::Ridge(_) => return None,
        })
    }

    fn fit_numbers(&self, features: Cow<'_, Matrix>, targets: &[f64], seed: u64) -> Option<Fitted> {
        let regression = |features| Regression { features, targets };
        Some(match self {
            Self::Mean => Fitted::numbers(Regressor::Linear(mean::fit(regression(&features))), 0),
            Self::LinearRegression(parameters) | Self::Ridge(parameters) => {
                let model = linear_regression::fit(regression(&features), *parameters);
                Fitted::numbers(Regressor::Linear(model), 0)
            }
            Self::RandomForest(parameters) => {
                let forest = random_forest::fit_numbers(features, targets, parameters, seed);
                Fitted::numbers(Regressor::Forest(forest), parameters.n_estimators.into())
            }
            Self::GradientBoosting(parameters) => {
                let goal = Goal::Numbers(targets);
                let model = gradient_boosting::fit(features, goal, parameters, seed);
                let rounds = model.rounds() as u64;
                Fitted::numbers(Regressor::Boosting(model), rounds)
            }
            Self::Majority | Self::LogisticRegression(_) => return None,
        })
    }
}

fn unknown(name: &str) -> HyperparametersError {
    let mut names = Family::OF_CLASSES.to_vec();
    for name in Family::OF_NUMBERS {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let expected = format!("one of `{}`", names.join("`, `"));
    invalid(Hyperparameters::ALGORITHM, name, &expected)
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
                "hyperparameter `algorithm` has the value `svm`, expected one of `majority`, `logistic_regression`, `random_forest`, `gradient_boosting`, `mean`, `linear_regression`, `ridge`",
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

    #[test]
    fn a_family_learns_what_it_says_it_learns() {
        let features = crate::Matrix {
            rows: 4,
            columns: 1,
            values: vec![1.0, 2.0, 3.0, 4.0],
        };
        let classes = Task::Classes(Problem {
            features: &features,
            labels: &[0, 1, 0, 1],
            classes: 2,
        });
        let numbers = Task::Numbers(Regression {
            features: &features,
            targets: &[1.0, 2.0, 3.0, 5.0],
        });
        for name in [Family::OF_CLASSES, Family::OF_NUMBERS].concat() {
            let family = parse(&[("algorithm", name)]).unwrap();
            assert_eq!(family.name(), name);
            for (task, kind) in [(classes, TargetKind::Class), (numbers, TargetKind::Number)] {
                assert_eq!(family.fit(task, 1).is_some(), family.check(kind, 1).is_ok());
            }
        }
        let ridge = parse(&[("algorithm", "ridge"), ("alpha", "2")]).unwrap();
        let message = |result: Result<(), HyperparametersError>| result.unwrap_err().to_string();
        assert_eq!(
            message(ridge.check(TargetKind::Class, 1)),
            "hyperparameter `algorithm` has the value `ridge`, expected a family of classes: `majority`, `logistic_regression`, `random_forest`, `gradient_boosting`"
        );
        assert_eq!(
            message(ridge.check(TargetKind::Number, 5000)),
            "hyperparameter `algorithm` has the value `ridge`, expected one that takes 5000 features, this one takes 4096"
        );
    }
}
