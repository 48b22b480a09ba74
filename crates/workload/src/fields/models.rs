//! Families of models and their hyperparameters.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::{ClassWeight, TaskKind};

/// The default of `models` where the data are images.
pub(crate) const IMAGE_MODELS: &str = "[{ cnn: {} }]";

/// Trees, rows and iterations at most: beyond it a value is a mistake.
const MANY: i64 = 1_000_000_000;

pub(super) const FAMILIES: &[Field] = &[
    Field::optional(
        "logistic_regression",
        Kind::Section(LOGISTIC_REGRESSION),
        "Logistic regression with an L2 penalty, solved by L-BFGS; softmax for more than two classes. Of \
         classifications only.",
    ),
    Field::optional(
        "random_forest",
        Kind::Section(RANDOM_FOREST),
        "Random forest: trees split by the Gini impurity of classes, or by the squared error of numbers.",
    ),
    Field::optional(
        "gradient_boosting",
        Kind::Section(GRADIENT_BOOSTING),
        "Gradient boosting: trees grown leaf by leaf on histograms, under the names and with the defaults of LightGBM's \
         scikit-learn interface.",
    ),
    Field::optional(
        "linear_regression",
        Kind::Section(LINEAR_REGRESSION),
        "Linear regression by least squares. Of regressions only.",
    ),
    Field::optional(
        "ridge",
        Kind::Section(RIDGE),
        "Linear regression with an L2 penalty. Of regressions only.",
    ),
    Field::optional(
        "cnn",
        Kind::Section(CNN),
        "Convolutional network for images: blocks of 3 x 3 convolution, batch normalisation, rectifier and 2 x 2 maximum, then \
         the average over the image and a linear layer. Each training image is flipped by chance in each epoch.",
    ),
    Field::optional(
        "script",
        Kind::Section(SCRIPT),
        "A training program of your own, run in your Python under the contract of SageMaker's script mode. It reads the \
         prepared rows of the channels `train` and `validation`, and leaves a model in `SM_MODEL_DIR`: a `model.onnx`, \
         or anything that its inference functions load.",
    ),
    Field::optional(
        "lstm",
        Kind::Section(LSTM),
        "A recurrent network of one layer over the last hours of a series. Of forecasts only.",
    ),
    Field::optional(
        "onnx",
        Kind::Form(&forms::PATH),
        "A model that exists: an ONNX file that scikit-learn, PyTorch or another program exported. It is checked against \
         the columns and classes of the task, never trained, and stays as it is in Refit.",
    ),
];

/// The table of a family's hyperparameters; none of one that has no table of its own.
pub(crate) fn hyperparameters(family: &str) -> Option<&'static [Field]> {
    let field = FAMILIES.iter().find(|field| field.name == family)?;
    match (&field.kind, family) {
        (_, "script") => None,
        (Kind::Section(fields), _) => Some(fields),
        _ => None,
    }
}

/// The family of a candidate's name: `random_forest_2` is the second of its family.
pub(crate) fn family_of(candidate: &str) -> Option<&'static str> {
    let stem = candidate
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches('_');
    let known = |name: &str| FAMILIES.iter().find(|field| field.name == name);
    known(candidate)
        .or_else(|| known(stem))
        .map(|field| field.name)
}

/// Whether a hyperparameter is a whole number.
pub(crate) fn is_whole(field: &Field) -> bool {
    match &field.kind {
        Kind::Integer { .. } => true,
        Kind::Form(form) => {
            std::ptr::eq(*form, &forms::MAX_DEPTH) || form.expected == forms::MAX_DEPTH.expected
        }
        _ => false,
    }
}

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
    CLASS_WEIGHT,
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
    Field::by_task(
        "max_features",
        Kind::Form(&forms::MAX_FEATURES),
        &[
            (TaskKind::Classification, "sqrt"),
            (TaskKind::Regression, "0.3333333333333333"),
            (TaskKind::Forecast, "0.3333333333333333"),
        ],
        "Columns looked at for a split: the square root or the binary logarithm of their number, all (`none`), so many, \
         or a share such as 0.5.",
    ),
    Field::default(
        "bootstrap",
        Kind::Boolean,
        "true",
        "Whether each tree sees a resample of the rows.",
    ),
    CLASS_WEIGHT,
];

const CLASS_WEIGHT: Field = Field::default(
    "class_weight",
    Kind::words(ClassWeight::NAMES),
    "none",
    "Whether each class counts the same in sum (`balanced`) or each row. Of classifications only.",
);

const GRADIENT_BOOSTING: &[Field] = &[
    Field::default(
        "n_estimators",
        Kind::Integer {
            least: 1,
            most: 10_000,
        },
        "100",
        "Rounds at most; each adds a tree, or one for each of more than two classes.",
    ),
    Field::default(
        "learning_rate",
        ABOVE_ZERO,
        "0.1",
        "What each tree's answer is multiplied with, above 0.",
    ),
    Field::default(
        "num_leaves",
        Kind::Integer {
            least: 2,
            most: 4096,
        },
        "31",
        "Leaves of a tree at most.",
    ),
    Field::default(
        "max_depth",
        Kind::Form(&forms::MAX_DEPTH),
        "none",
        "Deepest level of a tree; `none` is without limit.",
    ),
    Field::default(
        "min_child_samples",
        Kind::Integer {
            least: 1,
            most: MANY,
        },
        "20",
        "Rows that each side of a split keeps.",
    ),
    Field::default(
        "min_child_weight",
        FROM_ZERO,
        "1e-3",
        "Sum of second derivatives of the loss that each side of a split keeps.",
    ),
    Field::default(
        "reg_lambda",
        FROM_ZERO,
        "0.0",
        "Penalty on squared answers of leaves.",
    ),
    Field::default(
        "subsample",
        SHARE,
        "1.0",
        "Share of the rows that a round sees, drawn anew for each; above 0.",
    ),
    Field::default(
        "colsample_bytree",
        SHARE,
        "1.0",
        "Share of the columns that a tree sees, drawn anew for each; above 0.",
    ),
    CLASS_WEIGHT,
    Field::default(
        "early_stopping_rounds",
        Kind::Form(&forms::EARLY_STOPPING),
        "none",
        "Rounds without a smaller loss on held-out training rows that end the training; with `none` all rounds are made \
         on all rows.",
    ),
    Field::default(
        "validation_fraction",
        Kind::Number {
            least: f64::MIN_POSITIVE,
            most: 0.5,
        },
        "0.1",
        "Share of the training rows that early stopping holds out, above 0.",
    ),
];

const FIT_INTERCEPT: Field = Field::default(
    "fit_intercept",
    Kind::Boolean,
    "true",
    "Whether there is an intercept.",
);

const LINEAR_REGRESSION: &[Field] = &[FIT_INTERCEPT];

const RIDGE: &[Field] = &[
    Field::default(
        "alpha",
        FROM_ZERO,
        "1.0",
        "Strength of the penalty on squared weights.",
    ),
    FIT_INTERCEPT,
];

const LSTM: &[Field] = &[
    Field::optional(
        "epochs",
        Kind::Integer {
            least: 1,
            most: 10_000,
        },
        "Passes over the training windows; 8 below 6 hours ahead and 3 from there on where this key is not there, since \
         longer training follows the noise of far hours.",
    ),
    Field::default(
        "batch_size",
        Kind::Integer {
            least: 1,
            most: 4096,
        },
        "64",
        "Windows of a step.",
    ),
    Field::optional(
        "learning_rate",
        ABOVE_ZERO,
        "The first and highest learning rate, above 0; 0.003 below 6 hours ahead and 0.001 from there on where this key is \
         not there.",
    ),
    Field::default(
        "hidden_size",
        Kind::Integer {
            least: 16,
            most: 4096,
        },
        "32",
        "Size of the state, a multiple of 16.",
    ),
    Field::optional(
        "window",
        Kind::Integer {
            least: 1,
            most: 168,
        },
        "Hours that it looks back; at most as many as a forecast is given. Where this key is not there it is all of them, up \
         to 48.",
    ),
    Field::default(
        "clip_norm",
        ABOVE_ZERO,
        "1.0",
        "The longest gradient, above 0; longer ones are shortened.",
    ),
    Field::default(
        "patience",
        Kind::Integer {
            least: 0,
            most: 10_000,
        },
        "0",
        "Epochs without a smaller loss on validation rows that end the training; 0 never ends it.",
    ),
];

const ABOVE_ZERO: Kind = Kind::Number {
    least: f64::MIN_POSITIVE,
    most: f64::MAX,
};
const FROM_ZERO: Kind = Kind::Number {
    least: 0.0,
    most: f64::MAX,
};
const SHARE: Kind = Kind::Number {
    least: f64::MIN_POSITIVE,
    most: 1.0,
};

const CNN: &[Field] = &[
    Field::default(
        "epochs",
        Kind::Integer {
            least: 1,
            most: 10_000,
        },
        "12",
        "Passes over the training images.",
    ),
    Field::default(
        "batch_size",
        Kind::Integer {
            least: 2,
            most: 4_096,
        },
        "32",
        "Images of a step. The last ones of an epoch that do not fill a step are left out of it; fewer images than a step are \
         one step.",
    ),
    Field::default(
        "learning_rate",
        Kind::Number {
            least: 1e-9,
            most: 10.0,
        },
        "0.01",
        "The highest learning rate of AdamW: it rises over the first tenth of the steps and falls to 0 in half a cosine wave.",
    ),
    Field::default(
        "weight_decay",
        Kind::Number {
            least: 0.0,
            most: 1.0,
        },
        "1e-4",
        "Weight decay of AdamW.",
    ),
    Field::default(
        "channels",
        Kind::List(&Kind::Integer {
            least: 16,
            most: 512,
        }),
        "[16, 32, 64, 64]",
        "Channels of each block, multiples of 16. Each block halves the image.",
    ),
    Field::default(
        "patience",
        Kind::Integer {
            least: 0,
            most: 10_000,
        },
        "0",
        "Epochs without a better validation loss after which training ends with the best epoch's network; 0 runs all epochs. \
         Refit has no validation part and runs all epochs.",
    ),
    CLASS_WEIGHT,
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
