//! The keys of `goals`, `traffic`, `designs` and `compare`, which take effect in a plan or a comparison.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::{Objective, StorageClass};

pub(super) const GOALS: &[Field] = &[
    Field::optional(
        "train_within",
        Kind::Form(&forms::SPAN),
        "Longest time from start to a trained model.",
    ),
    Field::optional(
        "latency",
        Kind::Section(LATENCY),
        "Slowest answers of the endpoint, by percentile.",
    ),
    Field::optional(
        "availability",
        Kind::Form(&forms::SHARE),
        "Least share of the time that the endpoint answers.",
    ),
    Field::optional("budget", Kind::Form(&forms::BUDGET), "Most money a month."),
    Field::default(
        "minimize",
        Kind::ScalarOr(&Kind::words(Objective::NAMES), &Kind::Section(MINIMIZE)),
        "cost",
        "What is minimized among the plans that keep the goals: one thing, or a weighted sum.",
    ),
];

const LATENCY: &[Field] = &[
    Field::optional("p50", Kind::Form(&forms::SPAN), "The median."),
    Field::optional("p90", Kind::Form(&forms::SPAN), "The 90th percentile."),
    Field::optional("p99", Kind::Form(&forms::SPAN), "The 99th percentile."),
];

const MINIMIZE: &[Field] = &[Field::required(
    "weights",
    Kind::Section(WEIGHTS),
    "Weights of the ratios to the baseline; one at least above 0.",
)];

const WEIGHT: Kind = Kind::Number {
    least: 0.0,
    most: 1e9,
};

const WEIGHTS: &[Field] = &[
    Field::default("cost", WEIGHT, "0", "Of money."),
    Field::default("time", WEIGHT, "0", "Of time."),
    Field::default("carbon", WEIGHT, "0", "Of greenhouse gas."),
];

pub(super) const TRAFFIC: &[Field] = &[
    Field::optional(
        "rate",
        Kind::Form(&forms::RATE),
        "The same rate at all times. Either this or `trace`.",
    ),
    Field::optional(
        "trace",
        Kind::Form(&forms::PATH),
        "File with counts of requests, one row a period. Needs `column` and `every`.",
    ),
    Field::optional(
        "column",
        Kind::Form(&forms::COLUMN),
        "Column of the trace with the counts.",
    ),
    Field::optional(
        "every",
        Kind::Form(&forms::SPAN),
        "Period of a row of the trace.",
    ),
];

pub(super) const DESIGN: &[Field] = &[
    Field::optional(
        "prepare",
        Kind::Form(&forms::PLACEMENT),
        "Where jobs run that read and write data: preparation, selection, tests. That of the baseline unless it is given.",
    ),
    Field::optional(
        "train",
        Kind::Form(&forms::PLACEMENT),
        "Where trainings run. That of the baseline unless it is given.",
    ),
    Field::optional(
        "serve",
        Kind::Form(&forms::PLACEMENT),
        "Where the endpoint runs. That of the baseline unless it is given.",
    ),
    Field::optional(
        "store",
        Kind::words(StorageClass::NAMES),
        "How data and models are kept. That of the baseline unless it is given.",
    ),
    Field::optional(
        "region",
        Kind::Form(&forms::TEXT),
        "Region of all parts, as their host names it; `us-east-1` unless it is given, `us-east1` and `eastus` on the other clouds.",
    ),
];

pub(super) const COMPARE: &[Field] = &[Field::default(
    "weights",
    Kind::Section(SCORE_WEIGHTS),
    "{}",
    "What each column counts in the score of a design; one at least above 0. They count by their share of the sum.",
)];

const SCORE_WEIGHTS: &[Field] = &[
    Field::default(
        "training_time",
        WEIGHT,
        "0.2",
        "Of the time to a trained model.",
    ),
    Field::default("latency", WEIGHT, "0.2", "Of the latency of an answer."),
    Field::default("cost", WEIGHT, "0.2", "Of money."),
    Field::default(
        "utilization",
        WEIGHT,
        "0.2",
        "Of the share of what is paid that works.",
    ),
    Field::default("scalability", WEIGHT, "0.2", "Of what more machines bring."),
];
