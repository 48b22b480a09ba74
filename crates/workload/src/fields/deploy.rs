//! The keys of `deploy` and `instances`.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::BatchBy;

pub(super) const DEPLOY: &[Field] = &[
    Field::optional("endpoint", Kind::Section(ENDPOINT), "A served model."),
    Field::optional(
        "batch",
        Kind::Section(BATCH),
        "Predictions for a file, at the end of each run.",
    ),
];

const ENDPOINT: &[Field] = &[
    Field::optional(
        "name",
        Kind::Form(&forms::ENDPOINT_NAME),
        "Name of the endpoint; the workload's where this key is not there.",
    ),
    Field::default(
        "replicas",
        Kind::Integer { least: 1, most: 16 },
        "1",
        "Instances that serve.",
    ),
    Field::optional(
        "load_test",
        Kind::Section(LOAD_TEST),
        "A short load on the endpoint once it is in service; none where this key is not there.",
    ),
];

const LOAD_TEST: &[Field] = &[
    Field::default(
        "rate",
        Kind::Form(&forms::LOAD_RATE),
        "100 /s",
        "Requests sent on schedule, whatever the answers do.",
    ),
    Field::default("for", Kind::Form(&forms::LOAD_SPAN), "2 s", "How long."),
];

const BATCH: &[Field] = &[
    Field::required(
        "input",
        Kind::Form(&forms::PATH),
        "File with rows as the data has them, without the target, or a folder of images, relative to this file.",
    ),
    Field::default(
        "by",
        Kind::words_and_later(BatchBy::NAMES, &["lambda"]),
        "transform",
        "What runs it: a transform job.",
    ),
    Field::later("schedule", "When batches run by themselves."),
];

/// SageMaker's smallest current general type for every kind of job.
const SMALL: &str = "ml.m5.large";

pub(super) const INSTANCES: &[Field] = &[
    Field::default(
        "prepare",
        Kind::Form(&forms::INSTANCE_TYPE),
        SMALL,
        "Of processing jobs: prepare, select, test, load test.",
    ),
    Field::default(
        "train",
        Kind::Form(&forms::INSTANCE_TYPE),
        SMALL,
        "Of training jobs.",
    ),
    Field::default(
        "serve",
        Kind::Form(&forms::INSTANCE_TYPE),
        SMALL,
        "Of the endpoint.",
    ),
    Field::default(
        "batch",
        Kind::Form(&forms::INSTANCE_TYPE),
        SMALL,
        "Of transform jobs.",
    ),
];
