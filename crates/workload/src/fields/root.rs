//! The keys of the file.

use super::field::{Field, Kind};
use super::{data, deploy, forms, learn, models, plan, tune};
use crate::domain::{Retrain, TaskKind};

/// Version of the schema that this crate reads.
pub(crate) const VERSION: i64 = 1;

/// All keys of a workload file.
pub(crate) const ROOT: &[Field] = &[
    Field::required(
        "plimsoll",
        Kind::Integer {
            least: VERSION,
            most: VERSION,
        },
        "Version of the schema of this file. It is 1.",
    ),
    Field::required(
        "name",
        Kind::Form(&forms::WORKLOAD_NAME),
        "Name of the workload; names of jobs, buckets and endpoints start with it.",
    ),
    Field::required(
        "data",
        Kind::Section(data::DATA),
        "Where the data is and how it is read.",
    ),
    Field::required("task", Kind::Section(data::TASK), "What is learned."),
    Field::default(
        "split",
        Kind::Section(learn::SPLIT),
        "{}",
        "How rows are dealt to train, validation and test.",
    ),
    Field::default(
        "prepare",
        Kind::Section(learn::PREPARE),
        "{}",
        "The preparation. It is fitted on training rows alone and shipped inside the model.",
    ),
    Field::by_task(
        "models",
        Kind::List(&Kind::Variant(models::FAMILIES)),
        &[
            (
                TaskKind::Classification,
                "[{ logistic_regression: {} }, { random_forest: {} }]",
            ),
            (
                TaskKind::Regression,
                "[{ ridge: {} }, { random_forest: {} }, { gradient_boosting: {} }]",
            ),
            (
                TaskKind::Forecast,
                "[{ ridge: {} }, { random_forest: { min_samples_leaf: 3 } }, { gradient_boosting: {} }, { lstm: {} }]",
            ),
        ],
        "Candidates, each a family with its hyperparameters under scikit-learn's names. A family may stand more than \
         once with different ones. A baseline runs beside them: of classes always the majority, of numbers always the \
         mean, of a forecast `persistence` (the last value) and `seasonal_naive` (that of the same hour of the last known day). For a \
         folder of images the default is `[{ cnn: {} }]`.",
    ),
    Field::optional(
        "tune",
        Kind::Section(tune::TUNE),
        "Search for hyperparameters: each candidate named here is trained many times, and its best trial is the \
         candidate. Trials are compared by `select.metric` on validation rows.",
    ),
    Field::default(
        "select",
        Kind::Section(learn::SELECT),
        "{}",
        "How one of the candidates is chosen.",
    ),
    Field::default(
        "gate",
        Kind::Map {
            key: &forms::SCORE,
            value: &Kind::Form(&forms::THRESHOLD),
        },
        "{}",
        "What the scores on test rows must keep, such as `accuracy: \">= 0.70\"` or `rmse: \"<= 2.5\"`; of a \
         forecast also at one horizon, as in `rmse_6h: \"<= 4.5\"`. If one is not \
         kept, nothing is deployed and the run ends with exit code 1.",
    ),
    Field::optional(
        "deploy",
        Kind::Section(deploy::DEPLOY),
        "Where the model goes once it has passed the gate; nowhere where this key is not there.",
    ),
    Field::default(
        "instances",
        Kind::Section(deploy::INSTANCES),
        "{}",
        "Instance types of the jobs. Locally a type is a price and a limit on CPUs and memory, not a speed.",
    ),
    Field::optional(
        "goals",
        Kind::Section(plan::GOALS),
        "What a plan must keep and what it minimizes. It is checked always and takes effect in `plimsoll plan`.",
    ),
    Field::optional(
        "traffic",
        Kind::Section(plan::TRAFFIC),
        "Requests that the endpoint will see: a rate, or a trace. It is checked always and takes effect in \
         `plimsoll plan`.",
    ),
    Field::optional(
        "retrain",
        Kind::words(Retrain::NAMES),
        "How often the pipeline runs; only once where this key is not there. It is checked always and takes effect in \
         `plimsoll plan`.",
    ),
    Field::default(
        "references",
        Kind::AnyList(&Kind::Section(learn::REFERENCE)),
        "[]",
        "Scores that others have published for this data, shown in reports beside the run's own. They change nothing \
         else.",
    ),
    Field::default(
        "designs",
        Kind::Map {
            key: &forms::DESIGN_NAME,
            value: &Kind::Section(plan::DESIGN),
        },
        "{}",
        "Designs of your own that `plimsoll compare` shows beside `baseline`, `optimized` and `hybrid`.",
    ),
    Field::default(
        "compare",
        Kind::Section(plan::COMPARE),
        "{}",
        "How designs are compared.",
    ),
];
