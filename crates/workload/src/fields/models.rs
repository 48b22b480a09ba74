//! Families of models and their hyperparameters.

use super::field::{Field, Kind};
use super::forms;

/// Trees, rows and iterations at most: beyond it a value is a mistake.
const MANY: i64 = 1_000_000_000;

pub(super) const FAMILIES: &[Field] = &[
    Field::optional(
        "logistic_regression",
        Kind::Section(LOGISTIC_REGRESSION),
        "Logistic regression with an L2 penalty, solved by L-BFGS; softmax for more than two classes.",
    ),
    Field::optional(
        "random_forest",
        Kind::Section(RANDOM_FOREST),
        "Random forest of classification trees split by the Gini impurity.",
    ),
    Field::later("gradient_boosting", "Gradient boosting."),
    Field::later("ridge", "Ridge regression."),
    Field::later("linear_regression", "Linear regression."),
    Field::later("cnn", "A convolutional network for images."),
    Field::later("lstm", "A recurrent network for series."),
    Field::later("script", "A training script of the user's."),
    Field::later("onnx", "A model that exists."),
];

const LOGISTIC_REGRESSION: &[Field] = &[
    Field::default(
        "C",
        Kind::Number {
            least: f64::MIN_POSITIVE,
            most: f64::MAX,
        },
        "1.0",
        "Inverse strength of the penalty, above 0.",
    ),
    Field::default(
        "max_iter",
        Kind::Integer {
            least: 1,
            most: MANY,
        },
        "100",
        "Steps of the solver at most.",
    ),
    Field::default(
        "tol",
        Kind::Number {
            least: f64::MIN_POSITIVE,
            most: f64::MAX,
        },
        "1e-4",
        "Largest entry of the gradient that counts as zero, above 0.",
    ),
];

const RANDOM_FOREST: &[Field] = &[
    Field::default(
        "n_estimators",
        Kind::Integer {
            least: 1,
            most: 10_000,
        },
        "100",
        "Number of trees.",
    ),
    Field::default(
        "max_depth",
        Kind::Form(&forms::MAX_DEPTH),
        "none",
        "Deepest level of a tree; `none` is without limit.",
    ),
    Field::default(
        "min_samples_leaf",
        Kind::Integer {
            least: 1,
            most: MANY,
        },
        "1",
        "Rows that each side of a split keeps.",
    ),
    Field::default(
        "min_samples_split",
        Kind::Integer {
            least: 2,
            most: MANY,
        },
        "2",
        "Rows that a node needs to be split.",
    ),
    Field::default(
        "max_features",
        Kind::Form(&forms::MAX_FEATURES),
        "sqrt",
        "Columns looked at for a split: the square root or the binary logarithm of their number, all (`none`), so many, \
         or a share such as 0.5.",
    ),
    Field::default(
        "bootstrap",
        Kind::Boolean,
        "true",
        "Whether each tree sees a resample of the rows.",
    ),
];
