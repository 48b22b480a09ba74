//! The keys of `tune`.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::TuneStrategy;

pub(super) const TUNE: &[Field] = &[
    Field::default(
        "strategy",
        Kind::words(TuneStrategy::NAMES),
        "bayesian",
        STRATEGY,
    ),
    Field::default(
        "max_jobs",
        JOBS,
        "20",
        "Trials at most, a candidate. With `grid` it is the number of combinations.",
    ),
    Field::default(
        "max_parallel_jobs",
        PARALLEL,
        "2",
        "Trials at a time; the result is the same for every number. `bayesian` and `hyperband` run at most 4 at a time, or a \
         fifteenth of `max_jobs` where that is more.",
    ),
    Field::default(
        "stop",
        Kind::Section(STOP),
        "{}",
        "What ends the search of a candidate before `max_jobs`.",
    ),
    Field::optional("resource", RESOURCE, BAND),
    Field::default(
        "candidates",
        Kind::Map {
            key: &forms::CANDIDATE,
            value: &Kind::Section(OWN),
        },
        "{}",
        "What is different for a candidate, by its name; what is not given is as above.",
    ),
    Field::required(
        "ranges",
        Kind::Map {
            key: &forms::CANDIDATE,
            value: &Kind::Map {
                key: &forms::HYPERPARAMETER,
                value: &Kind::ListOr(&Kind::Form(&forms::BOUND), &Kind::Variant(RANGE)),
            },
        },
        "For each candidate that is tuned, by its name (the second of a family is `random_forest_2`): hyperparameters and \
         where they are searched. `[low, high]` is even, or logarithmic where a positive range spans a factor of 1000.",
    ),
];

/// What a candidate can have for itself.
const OWN: &[Field] = &[
    Field::optional("strategy", Kind::words(TuneStrategy::NAMES), STRATEGY),
    Field::optional("max_jobs", JOBS, "Trials at most."),
    Field::optional("max_parallel_jobs", PARALLEL, "Trials at a time."),
    Field::optional(
        "stop",
        Kind::Section(STOP),
        "What ends the search before `max_jobs`, in place of all of `tune.stop`.",
    ),
    Field::optional("resource", RESOURCE, BAND),
];

const JOBS: Kind = Kind::Integer {
    least: 1,
    most: 750,
};
const PARALLEL: Kind = Kind::Integer {
    least: 1,
    most: 100,
};
const RESOURCE: Kind = Kind::List(&Kind::Integer {
    least: 1,
    most: 20_000,
});
const STRATEGY: &str = "How the next trial is chosen: by the tree-structured Parzen estimator, evenly at random, every \
                        combination of `values` once, or at random with bad ones stopped early.";
const BAND: &str = "With `hyperband`: the fewest values of the score that a trial prints before it may be stopped, and the \
                    most that it may print, such as `[1, 27]` for a script that prints it every epoch.";

const STOP: &[Field] = &[
    Field::optional(
        "time",
        Kind::Form(&forms::TUNE_SPAN),
        "Wall time of the search.",
    ),
    Field::optional(
        "cost",
        Kind::Form(&forms::COST),
        "What the trials cost: their seconds at the price of their instance type. It is exact on this plane; on AWS it \
         is a tag that nobody reads.",
    ),
    Field::optional(
        "no_improvement",
        Kind::Integer {
            least: 3,
            most: 750,
        },
        "Trials one after the other that improve the best by less than 1 %.",
    ),
    Field::optional(
        "target",
        Kind::Number {
            least: 0.0,
            most: 1e9,
        },
        "A score that is good enough.",
    ),
];

/// Ways to lay out a range.
const RANGE: &[Field] = &[
    Field::optional(
        "linear",
        Kind::List(&Kind::Form(&forms::BOUND)),
        "A range that is searched evenly.",
    ),
    Field::optional(
        "log",
        Kind::List(&Kind::Form(&forms::BOUND)),
        "A range above 0 that is searched evenly in the logarithm.",
    ),
    Field::optional(
        "reverse_log",
        Kind::List(&Kind::Form(&forms::BOUND)),
        "A range within 0 and below 1 that is searched evenly in the logarithm of its distance from 1.",
    ),
    Field::optional(
        "values",
        Kind::List(&Kind::Form(&forms::LABEL)),
        "Words or numbers without an order.",
    ),
];
