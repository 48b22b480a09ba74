//! Files compute what was fitted.

use super::*;
use crate::families::random_forest::Parameters;
use crate::families::{
    Classifier, Family, Problem, Regression, Regressor, Task, gradient_boosting, linear_regression,
};
use crate::onnx::compile;
use crate::preparation::{ImputeCategory, ImputeNumber, Recipe, Scale};
use crate::random::Stream;
use crate::table::Table;

/// Rows with missing cells, and classes that depend on both kinds of columns.
fn rows(numeric: usize, categorical: usize, classes: u32) -> (Table, Vec<u32>) {
    let mut stream = Stream::new(9, 0);
    let mut table = Table::new(numeric, categorical);
    let mut labels = Vec::new();
    for _ in 0..300 {
        let numbers: Vec<f32> = (0..numeric)
            .map(|_| {
                if stream.below(9) == 0 {
                    f32::NAN
                } else {
                    stream.below(1000) as f32 / 7.0
                }
            })
            .collect();
        let texts: Vec<&str> = (0..categorical)
            .map(|_| ["", "2", "10", "a,b"][stream.below(4) as usize])
            .collect();
        let signal = numbers.iter().filter(|x| **x > 70.0).count()
            + texts.iter().filter(|t| **t == "2").count();
        labels.push((signal as u32 + u32::from(stream.below(5) == 0)) % classes);
        table.push(&numbers, &texts);
    }
    (table, labels)
}

fn recipes() -> Vec<Recipe> {
    let default = Recipe::default();
    let most_frequent = ImputeCategory::MostFrequent;
    vec![
        default,
        Recipe {
            scale: Scale::None,
            ..default
        },
        Recipe {
            scale: Scale::Minmax,
            impute_category: most_frequent,
            ..default
        },
        Recipe {
            encode: Encode::Ordinal,
            impute_number: ImputeNumber::Mean,
            ..default
        },
        Recipe {
            encode: Encode::Ordinal,
            impute_category: most_frequent,
            ..default
        },
    ]
}

/// Probabilities straight from what was fitted, without a file.
fn direct(estimator: &Estimator, features: &[f32]) -> Vec<f64> {
    let classifier = match estimator {
        Estimator::Classifier(classifier) => classifier,
        Estimator::Regressor(Regressor::Linear(linear)) => return vec![linear.answer(features)],
        Estimator::Regressor(Regressor::Forest(forest)) => return forest.answer(features),
        Estimator::Regressor(Regressor::Boosting(boosting)) => return boosting.scores(features),
    };
    match classifier {
        Classifier::Forest(forest) => forest.answer(features),
        Classifier::Boosting(boosting) => {
            let scores = boosting.scores(features);
            let scores = match scores.as_slice() {
                [score] => vec![0.0, *score],
                all => all.to_vec(),
            };
            let sum: f64 = scores.iter().map(|score| score.exp()).sum();
            scores.iter().map(|score| score.exp() / sum).collect()
        }
        Classifier::Linear(linear) => {
            let sets = linear.coefficients.chunks_exact(features.len());
            let score = |(set, intercept): (&[f64], &f64)| {
                intercept
                    + set
                        .iter()
                        .zip(features)
                        .map(|(w, &x)| w * f64::from(x))
                        .sum::<f64>()
            };
            let powers: Vec<f64> = sets
                .zip(&linear.intercepts)
                .map(score)
                .map(f64::exp)
                .collect();
            if !linear.softmax {
                return powers.iter().map(|power| power / (1.0 + power)).collect();
            }
            powers
                .iter()
                .map(|power| power / powers.iter().sum::<f64>())
                .collect()
        }
    }
}

fn check(family: &Family, recipe: Recipe, shape: (usize, usize, u32)) {
    let (numeric, categorical, classes) = shape;
    let (table, labels) = rows(numeric, categorical, classes);
    let preparation = Preparation::fit(&table, recipe);
    let features = preparation.transform(&table);
    let problem = Problem {
        features: &features,
        labels: &labels,
        classes: classes as usize,
    };
    let estimator = family.fit(Task::Classes(problem), 4).unwrap().estimator;
    let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
    let artifact = Artifact {
        preparation: &preparation,
        estimator: &estimator,
        classes: &names,
        metadata: &[("family", family.name().to_owned())],
    };
    let bytes = write(&artifact);
    assert_eq!(bytes, write(&artifact));
    let program = compile(&bytes).unwrap();
    assert_eq!(
        (program.numeric_columns(), program.categorical_columns()),
        (numeric, categorical)
    );
    assert_eq!(program.classes(), names);
    assert_eq!(program.metadata()["family"], family.name());
    let predictions = program.run(&table);
    for row in 0..table.rows() {
        let expected = direct(&estimator, features.row(row));
        for (own, reference) in predictions.row(row).iter().zip(&expected) {
            let near = (f64::from(*own) - reference).abs() < 1e-5;
            assert!(near, "{} {recipe:?} {row}", family.name());
        }
        let best = predictions.row(row)[predictions.labels[row] as usize];
        assert!(predictions.row(row).iter().all(|share| *share <= best));
    }
}

fn boosting() -> gradient_boosting::Parameters {
    gradient_boosting::Parameters {
        n_estimators: 7,
        min_child_samples: 5,
        ..gradient_boosting::Parameters::default()
    }
}

fn check_numbers(family: &Family, recipe: Recipe, (numeric, categorical): (usize, usize)) {
    let (table, labels) = rows(numeric, categorical, 5);
    let targets: Vec<f64> = labels
        .iter()
        .map(|&label| f64::from(label) * 3.0 - 40.0)
        .collect();
    let preparation = Preparation::fit(&table, recipe);
    let features = preparation.transform(&table);
    let regression = Regression {
        features: &features,
        targets: &targets,
    };
    let estimator = family.fit(Task::Numbers(regression), 4).unwrap().estimator;
    let bytes = write(&Artifact {
        preparation: &preparation,
        estimator: &estimator,
        classes: &[],
        metadata: &[],
    });
    let program = compile(&bytes).unwrap();
    assert_eq!((program.classes().len(), program.width()), (0, 1));
    let answers = program.run(&table).probabilities;
    for (row, answer) in answers.iter().enumerate() {
        let expected = direct(&estimator, features.row(row))[0];
        let near = (f64::from(*answer) - expected).abs() < 1e-4;
        assert!(
            near,
            "{} {recipe:?} {row}: {answer} {expected}",
            family.name()
        );
    }
}

#[test]
fn the_file_computes_numbers_that_were_fitted() {
    let linear = linear_regression::Parameters {
        alpha: 0.0,
        fit_intercept: true,
    };
    let forest = Parameters {
        n_estimators: 7,
        ..Parameters::default()
    };
    let families = [
        Family::Mean,
        Family::LinearRegression(linear),
        Family::Ridge(linear_regression::Parameters {
            alpha: 1.0,
            ..linear
        }),
        Family::RandomForest(forest),
        Family::GradientBoosting(boosting()),
    ];
    for family in &families {
        for recipe in recipes() {
            for shape in [(3, 2), (4, 0), (0, 3)] {
                check_numbers(family, recipe, shape);
            }
        }
    }
}

#[test]
fn the_file_computes_what_was_fitted() {
    let forest = Parameters {
        n_estimators: 7,
        ..Parameters::default()
    };
    let families = [
        Family::Majority,
        Family::LogisticRegression(crate::families::logistic_regression::Parameters::default()),
        Family::RandomForest(forest),
        Family::GradientBoosting(boosting()),
    ];
    for family in &families {
        for recipe in recipes() {
            for shape in [(3, 2, 2), (2, 1, 3), (4, 0, 2), (0, 3, 3)] {
                check(family, recipe, shape);
            }
        }
    }
}

#[test]
fn a_column_without_levels_is_left_out() {
    let mut table = Table::new(1, 1);
    for row in 0..8_u8 {
        table.push(&[f32::from(row)], &[""]);
    }
    let labels = [0, 0, 0, 0, 1, 1, 1, 1];
    let preparation = Preparation::fit(&table, Recipe::default());
    let features = preparation.transform(&table);
    let problem = Problem {
        features: &features,
        labels: &labels,
        classes: 2,
    };
    let estimator = Family::Majority
        .fit(Task::Classes(problem), 1)
        .unwrap()
        .estimator;
    let artifact = Artifact {
        preparation: &preparation,
        estimator: &estimator,
        classes: &["a".to_owned(), "b".to_owned()],
        metadata: &[],
    };
    let program = compile(&write(&artifact)).unwrap();
    assert_eq!(
        (program.numeric_columns(), program.categorical_columns()),
        (1, 1)
    );
    assert_eq!(program.run(&table).labels, [0; 8]);
}
