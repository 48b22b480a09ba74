//! The keys of `goals` and `traffic`, which take effect in a plan.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::Objective;

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
