//! A request of `CreateHyperParameterTuningJob` as what it asks for, or AWS's refusal.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tune::{Criteria, Domain, Goal, Hyperband, Parameter, Scale, Space, Strategy};
use units::Money;

use super::super::request::{items, optional, text};
use crate::Fault;

/// The tag that limits what the trials of a tuning job may cost, such as `1 USD`.
pub(super) const COST_TAG: &str = "plimsoll:max-cost";
/// AWS's limits of training jobs: by the strategy, and at a time.
const MOST: u64 = 750;
const MOST_RANDOM: u64 = 10_000;
const MOST_PARALLEL: u64 = 100;
/// AWS's limit of hyperparameters, searched and static.
const HYPERPARAMETERS: usize = 100;
/// Where Hyperband looks for the most epochs, as on AWS.
const EPOCHS: [&str; 5] = ["epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs"];

/// Which trials are stopped before their end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Early {
    Off,
    Median,
    Hyperband(Hyperband),
}

/// One training job definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) name: Option<String>,
    pub(super) goal: Goal,
    pub(super) metric: String,
    pub(super) space: Space,
    pub(super) statics: BTreeMap<String, String>,
    pub(super) request: Value,
}

/// What a request asks for.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) strategy: Strategy,
    pub(super) early: Early,
    pub(super) parallel: usize,
    /// How many trials back an outcome must be known.
    pub(super) window: usize,
    pub(super) runtime_ms: Option<i64>,
    pub(super) criteria: Criteria,
    pub(super) definitions: Vec<Definition>,
    pub(super) max_cost: Option<Money>,
}

impl Settings {
    pub(super) fn of(request: &Value) -> Result<Self, Fault> {
        let config = &request["HyperParameterTuningJobConfig"];
        let strategy = match text(config, "/Strategy") {
            "Random" => Strategy::Random,
            "Grid" => Strategy::Grid,
            "Hyperband" => Strategy::Hyperband,
            _ => Strategy::Bayesian,
        };
        let definitions = definitions(request, config)?;
        let parallel = number(config, "/ResourceLimits/MaxParallelTrainingJobs").unwrap_or(1);
        let trials = trials(config, strategy, &definitions)?;
        if parallel > MOST_PARALLEL {
            return Err(limit(
                "parallel training jobs per hyperparameter tuning job",
                MOST_PARALLEL,
                parallel,
            ));
        }
        if parallel > trials {
            return Err(Fault::validation(format!(
                "The value of MaxParallelTrainingJobs, [{parallel}], must be less than or equal to the value of \
                 MaxNumberOfTrainingJobs, [{trials}]."
            )));
        }
        let criteria = "/TuningJobCompletionCriteria";
        let target = config.pointer(&format!("{criteria}/TargetObjectiveMetricValue"));
        let not_improving = "BestObjectiveNotImproving/MaxNumberOfTrainingJobsNotImproving";
        let convergence = "ConvergenceDetected/CompleteOnConvergence";
        Ok(Self {
            strategy,
            early: early(config, strategy, &definitions)?,
            parallel: usize::try_from(parallel).unwrap_or(1),
            window: tune::window(number(config, "/ResourceLimits/MaxNumberOfTrainingJobs")),
            runtime_ms: number(config, "/ResourceLimits/MaxRuntimeInSeconds")
                .and_then(|seconds| i64::try_from(seconds).ok())
                .map(|seconds| seconds * 1000),
            criteria: Criteria {
                goal: definitions[0].goal,
                trials,
                target: target.and_then(Value::as_f64),
                not_improving: number(config, &format!("{criteria}/{not_improving}")),
                convergence: text(config, &format!("{criteria}/{convergence}")) == "Enabled",
            },
            definitions,
            max_cost: max_cost(request)?,
        })
    }
}

fn number(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(Value::as_u64)
}

fn limit(what: &str, most: u64, asked: u64) -> Fault {
    Fault::client(
        "ResourceLimitExceeded",
        format!(
            "The account-level service limit 'Maximum number of {what}' is {most}, with a request for {asked}. \
             Please use a smaller number."
        ),
    )
}

/// How many training jobs there will be at most.
fn trials(config: &Value, strategy: Strategy, definitions: &[Definition]) -> Result<u64, Fault> {
    let asked = number(config, "/ResourceLimits/MaxNumberOfTrainingJobs");
    let points = definitions
        .iter()
        .try_fold(0_u64, |sum, one| sum.checked_add(one.space.points()?));
    let most = if strategy == Strategy::Random {
        MOST_RANDOM
    } else {
        MOST
    };
    if strategy == Strategy::Grid {
        let points = points.unwrap_or(u64::MAX);
        if asked.is_some_and(|asked| asked != points) {
            return Err(Fault::validation(format!(
                "MaxNumberOfTrainingJobs is not needed with the Grid strategy; where it is given it must be the number \
                 of combinations of the categorical values, [{points}]."
            )));
        }
        if points > most {
            return Err(limit(
                "training jobs per hyperparameter tuning job",
                most,
                points,
            ));
        }
        return Ok(points);
    }
    let ends_otherwise = config.get("TuningJobCompletionCriteria").is_some()
        || config
            .pointer("/ResourceLimits/MaxRuntimeInSeconds")
            .is_some();
    let Some(asked) = asked.or(ends_otherwise.then_some(most)) else {
        return Err(Fault::validation(
            "MaxNumberOfTrainingJobs is required unless MaxRuntimeInSeconds or TuningJobCompletionCriteria is given.",
        ));
    };
    if asked > most {
        return Err(limit(
            "training jobs per hyperparameter tuning job",
            most,
            asked,
        ));
    }
    match points {
        Some(points)
            if points < asked
                && number(config, "/ResourceLimits/MaxNumberOfTrainingJobs").is_some() =>
        {
            Err(Fault::validation(format!(
                "You don't have enough combinations of hyperparameter ranges. The total number of hyperparameter \
                 combinations for the provided ranges [{points}.0] must be equal or greater than the value of \
                 MaxNumberOfJobs, [{asked}]. Provide additional ranges."
            )))
        }
        Some(points) => Ok(points.min(asked)),
        None => Ok(asked),
    }
}

fn definitions(request: &Value, config: &Value) -> Result<Vec<Definition>, Fault> {
    let several = items(request, "/TrainingJobDefinitions");
    match (request.get("TrainingJobDefinition"), several) {
        (Some(one), []) => {
            let ranges = &config["ParameterRanges"];
            let objective = &config["HyperParameterTuningJobObjective"];
            Ok(vec![definition(one, ranges, objective)?])
        }
        (None, []) => Err(Fault::validation(
            "You must specify either TrainingJobDefinition or TrainingJobDefinitions.",
        )),
        (Some(_), _) => Err(Fault::validation(
            "You can specify TrainingJobDefinition or TrainingJobDefinitions, not both.",
        )),
        (None, several) => {
            for member in ["ParameterRanges", "HyperParameterTuningJobObjective"] {
                if config.get(member).is_some() {
                    return Err(Fault::validation(format!(
                        "{member} of HyperParameterTuningJobConfig cannot be used with TrainingJobDefinitions: give \
                         each definition its HyperParameterRanges and its TuningObjective."
                    )));
                }
            }
            let mut names = BTreeSet::new();
            let mut found = Vec::new();
            for one in several {
                let name = text(one, "/DefinitionName");
                if name.is_empty() || !names.insert(name) {
                    return Err(Fault::validation(
                        "Each of TrainingJobDefinitions needs a DefinitionName of its own.",
                    ));
                }
                let made = definition(one, &one["HyperParameterRanges"], &one["TuningObjective"])?;
                found.push(made);
            }
            if found
                .iter()
                .any(|one: &Definition| one.goal != found[0].goal)
            {
                return Err(Fault::validation(
                    "The TuningObjective of all TrainingJobDefinitions must have the same Type.",
                ));
            }
            Ok(found)
        }
    }
}

fn definition(request: &Value, ranges: &Value, objective: &Value) -> Result<Definition, Fault> {
    let metric = text(objective, "/MetricName").to_owned();
    if metric.is_empty() {
        return Err(Fault::validation(
            "The objective metric of the tuning job is missing.",
        ));
    }
    let defined = items(request, "/AlgorithmSpecification/MetricDefinitions");
    if !defined.iter().any(|one| text(one, "/Name") == metric) {
        return Err(Fault::validation(format!(
            "The objective metric [{metric}] is not in MetricDefinitions of the training job definition: a metric of an \
             algorithm of your own needs a regular expression."
        )));
    }
    let goal = match text(objective, "/Type") {
        "Maximize" => Goal::Maximize,
        _ => Goal::Minimize,
    };
    let space = Space::new(parameters(ranges)?)
        .map_err(|error| Fault::validation(format!("Invalid ParameterRanges: {error}")))?;
    let statics: BTreeMap<String, String> = request["StaticHyperParameters"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    for parameter in space.parameters() {
        if statics.contains_key(&parameter.name) {
            return Err(Fault::validation(format!(
                "The hyperparameter [{}] has a range and a static value: it can have one of them.",
                parameter.name
            )));
        }
    }
    let count = statics.len() + space.parameters().len();
    if count > HYPERPARAMETERS {
        return Err(Fault::validation(format!(
            "{count} hyperparameters are more than {HYPERPARAMETERS}."
        )));
    }
    Ok(Definition {
        name: optional(request, "/DefinitionName").map(str::to_owned),
        goal,
        metric,
        space,
        statics,
        request: request.clone(),
    })
}

fn parameters(ranges: &Value) -> Result<Vec<Parameter>, Fault> {
    let mut found = Vec::new();
    let scale = |range: &Value| match text(range, "/ScalingType") {
        "Linear" => Scale::Linear,
        "Logarithmic" => Scale::Logarithmic,
        "ReverseLogarithmic" => Scale::ReverseLogarithmic,
        _ => Scale::Auto,
    };
    for range in items(ranges, "/IntegerParameterRanges") {
        found.push(Parameter {
            name: text(range, "/Name").to_owned(),
            domain: Domain::Integer {
                low: bound(range, "MinValue")?,
                high: bound(range, "MaxValue")?,
                scale: scale(range),
            },
        });
    }
    for range in items(ranges, "/ContinuousParameterRanges") {
        found.push(Parameter {
            name: text(range, "/Name").to_owned(),
            domain: Domain::Continuous {
                low: bound(range, "MinValue")?,
                high: bound(range, "MaxValue")?,
                scale: scale(range),
            },
        });
    }
    for range in items(ranges, "/CategoricalParameterRanges") {
        let words = items(range, "/Values").iter().filter_map(Value::as_str);
        found.push(Parameter {
            name: text(range, "/Name").to_owned(),
            domain: Domain::Categorical {
                values: words.map(str::to_owned).collect(),
            },
        });
    }
    Ok(found)
}

fn bound<T: std::str::FromStr>(range: &Value, member: &str) -> Result<T, Fault> {
    let given = text(range, &format!("/{member}"));
    given.trim().parse().map_err(|_| {
        Fault::validation(format!(
            "Invalid ParameterRanges: the {member} [{given}] of [{}] is not a number of its kind.",
            text(range, "/Name")
        ))
    })
}

fn early(config: &Value, strategy: Strategy, definitions: &[Definition]) -> Result<Early, Fault> {
    let median = text(config, "/TrainingJobEarlyStoppingType") == "Auto";
    let band = config.pointer("/StrategyConfig/HyperbandStrategyConfig");
    match (strategy, median) {
        (Strategy::Hyperband, true) => Err(Fault::validation(
            "TrainingJobEarlyStoppingType must be Off with the Hyperband strategy, which stops training jobs itself.",
        )),
        (Strategy::Hyperband, false) => {
            let least = band
                .and_then(|band| number(band, "/MinResource"))
                .unwrap_or(1);
            let inferred = || {
                let statics = &definitions[0].statics;
                EPOCHS
                    .iter()
                    .find_map(|name| statics.get(*name)?.trim().parse().ok())
            };
            let most = band
                .and_then(|band| number(band, "/MaxResource"))
                .or_else(inferred);
            let Some(most) = most else {
                return Err(Fault::validation(
                    "MaxResource of HyperbandStrategyConfig is missing and cannot be inferred from the static \
                     hyperparameters epochs, numepochs, n-epochs, n_epochs or num_epochs.",
                ));
            };
            let band = Hyperband::new(least, most).map_err(|error| {
                Fault::validation(format!("Invalid HyperbandStrategyConfig: {error}"))
            })?;
            Ok(Early::Hyperband(band))
        }
        _ if config
            .get("StrategyConfig")
            .and_then(Value::as_object)
            .is_some_and(|config: &Map<String, Value>| !config.is_empty()) =>
        {
            Err(Fault::validation(
                "HyperbandStrategyConfig can be given with the Hyperband strategy alone.",
            ))
        }
        (Strategy::Grid, _) => {
            let numeric = definitions.iter().flat_map(|one| one.space.parameters());
            let numeric = numeric.filter(|one| !matches!(one.domain, Domain::Categorical { .. }));
            if let Some(parameter) = numeric.into_iter().next() {
                return Err(Fault::validation(format!(
                    "The Grid strategy searches categorical hyperparameters alone: [{}] has a range of numbers.",
                    parameter.name
                )));
            }
            Ok(if median { Early::Median } else { Early::Off })
        }
        (_, true) => Ok(Early::Median),
        (_, false) => Ok(Early::Off),
    }
}

fn max_cost(request: &Value) -> Result<Option<Money>, Fault> {
    let tag = items(request, "/Tags")
        .iter()
        .find(|tag| text(tag, "/Key") == COST_TAG);
    let Some(tag) = tag else {
        return Ok(None);
    };
    let given = text(tag, "/Value");
    given.parse().map(Some).map_err(|_| {
        Fault::validation(format!(
            "The tag {COST_TAG} has the value [{given}], which is no amount of money such as [1 USD]."
        ))
    })
}
