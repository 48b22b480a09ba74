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
    Field::optional(
        "script",
        Kind::Section(SCRIPT),
        "A training program of your own, run in your Python under the contract of SageMaker's script mode. It reads the \
         prepared rows of the channels `train` and `validation`, and leaves a model in `SM_MODEL_DIR`: a `model.onnx`, \
         or anything that its inference functions load.",
    ),
    Field::later("gradient_boosting", "Gradient boosting."),
    Field::later("ridge", "Ridge regression."),
    Field::later("linear_regression", "Linear regression."),
    Field::later("cnn", "A convolutional network for images."),
    Field::later("lstm", "A recurrent network for series."),
    Field::optional(
        "onnx",
        Kind::Form(&forms::PATH),
        "A model that exists: an ONNX file that scikit-learn, PyTorch or another program exported. It is checked against \
         the columns and classes of the task, never trained, and stays as it is in Refit.",
    ),
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

const SCRIPT: &[Field] = &[
    Field::required(
        "entry_point",
        Kind::Form(&forms::ENTRY_POINT),
        "The program, a `.py` or `.sh`: its path in `source_dir`, or relative to this file without one.",
    ),
    Field::optional(
        "source_dir",
        Kind::Form(&forms::PATH),
        "Folder with the program and what it imports, relative to this file. Without it the program is one file.",
    ),
    Field::optional(
        "requirements",
        Kind::Form(&forms::PATH),
        "File of packages that are installed before the program runs, relative to this file; else the \
         `requirements.txt` of `source_dir`, if it has one.",
    ),
    Field::default(
        "hyperparameters",
        Kind::Map {
            key: &forms::HYPERPARAMETER,
            value: &Kind::Form(&forms::LABEL),
        },
        "{}",
        "Arguments of the program: each becomes `--name value`, and a variable `SM_HP_<NAME>`.",
    ),
    Field::default(
        "metrics",
        Kind::Map {
            key: &forms::TEXT,
            value: &Kind::Form(&forms::TEXT),
        },
        "{}",
        "Metrics by name: a regular expression with one group, looked for in what the program prints.",
    ),
    Field::default(
        "cache",
        Kind::words(&["auto", "never"]),
        "auto",
        "Whether a finished training is found again by its source, requirements, hyperparameters, data and Python \
         (`auto`), or the program runs every time (`never`), which a program needs that reads anything else.",
    ),
];
