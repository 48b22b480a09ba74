//! The search of a candidate's hyperparameters: what its tuning job is told, and what its key is made of.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use workload::{Metric, TuneRange, TuneScale, TuneSearch, TuneStrategy, Workload};

use crate::candidate::Candidate;

/// The tag by which a plane of ours knows what the trials may cost; nobody reads it on AWS.
const COST_TAG: &str = "plimsoll:max-cost";

/// What a tuned candidate's tuning job is told.
pub(crate) struct Tuning {
    /// `HyperParameterTuningJobConfig`.
    pub(crate) config: Value,
    /// What enters the key of the candidate.
    pub(crate) definition: Value,
    /// A limit on the cost of the trials.
    pub(crate) cost: Option<String>,
}

/// The search of a candidate, if it has one. What is searched is not told to the candidate otherwise.
pub(crate) fn of(workload: &Workload, candidate: &mut Candidate) -> Option<Tuning> {
    let tune = workload.tune.as_ref()?;
    let ranges = tune.ranges.get(&candidate.name)?;
    for name in ranges.keys() {
        candidate.hyperparameters.0.remove(name);
    }
    let is_script = candidate
        .hyperparameters
        .0
        .contains_key("sagemaker_program");
    let search = tune.of(&candidate.name);
    let config = config(workload, search, ranges, is_script);
    let mut definition = json!({
        "config": config,
        "cost": search.stop.cost.map(|cost| cost.to_string()),
    });
    if let Some(limits) = definition["config"]["ResourceLimits"].as_object_mut() {
        limits.remove("MaxParallelTrainingJobs");
    }
    Some(Tuning {
        config,
        definition,
        cost: search.stop.cost.map(|cost| cost.to_string()),
    })
}

/// The tag of a limit on the cost.
pub(crate) fn cost_tag(cost: &str) -> Value {
    json!({"Key": COST_TAG, "Value": cost})
}

fn config(
    workload: &Workload,
    search: &TuneSearch,
    ranges: &BTreeMap<String, TuneRange>,
    is_script: bool,
) -> Value {
    let metric = workload.select.metric;
    let goal = if metric == Metric::LogLoss {
        "Minimize"
    } else {
        "Maximize"
    };
    // More trials than there are points are refused.
    let points = ranges
        .values()
        .try_fold(1_u64, |points, range| points.checked_mul(range.count()?));
    let most = points.unwrap_or(u64::MAX).min(u64::from(search.max_jobs));
    let mut limits =
        json!({"MaxParallelTrainingJobs": u64::from(search.max_parallel_jobs).min(most)});
    let strategy = match search.strategy {
        TuneStrategy::Bayesian => "Bayesian",
        TuneStrategy::Random => "Random",
        TuneStrategy::Grid => "Grid",
        TuneStrategy::Hyperband => "Hyperband",
    };
    if search.strategy == TuneStrategy::Grid {
        let parallel = points
            .unwrap_or(u64::MAX)
            .min(u64::from(search.max_parallel_jobs));
        limits["MaxParallelTrainingJobs"] = parallel.into();
    } else {
        limits["MaxNumberOfTrainingJobs"] = most.into();
    }
    if let Some(time) = search.stop.time {
        limits["MaxRuntimeInSeconds"] = time.whole_seconds().into();
    }
    let mut criteria = Map::new();
    if let Some(target) = search.stop.target {
        criteria.insert("TargetObjectiveMetricValue".to_owned(), json!(target));
    }
    if let Some(trials) = search.stop.no_improvement {
        let member = json!({"MaxNumberOfTrainingJobsNotImproving": trials});
        criteria.insert("BestObjectiveNotImproving".to_owned(), member);
    }
    let mut config = json!({
        "Strategy": strategy,
        "HyperParameterTuningJobObjective": {"Type": goal, "MetricName": format!("validation:{metric}")},
        "ResourceLimits": limits,
        "ParameterRanges": parameter_ranges(ranges, is_script),
        "TrainingJobEarlyStoppingType": "Off",
        // AWS takes 32 bits.
        "RandomSeed": workload.split.seed % (1 << 31),
    });
    if let (TuneStrategy::Hyperband, Some((least, most))) = (search.strategy, search.resource) {
        let band = json!({"MinResource": least, "MaxResource": most});
        config["StrategyConfig"] = json!({"HyperbandStrategyConfig": band});
    }
    if !criteria.is_empty() {
        config["TuningJobCompletionCriteria"] = Value::from(criteria);
    }
    config
}

fn parameter_ranges(ranges: &BTreeMap<String, TuneRange>, is_script: bool) -> Value {
    let (mut whole_ranges, mut real_ranges, mut sets) = (Vec::new(), Vec::new(), Vec::new());
    for (name, range) in ranges {
        match range {
            TuneRange::Values(values) => {
                // Script mode reads each hyperparameter as JSON; a text has quotes there.
                let text = |value: &String| match (is_script, value.parse::<f64>()) {
                    (true, Err(_)) => Value::from(value.as_str()).to_string(),
                    _ => value.clone(),
                };
                let values: Vec<String> = values.iter().map(text).collect();
                sets.push(json!({"Name": name, "Values": values}));
            }
            TuneRange::Numbers {
                low,
                high,
                whole,
                scale,
            } => {
                let scaling = match scale {
                    TuneScale::Auto => "Auto",
                    TuneScale::Linear => "Linear",
                    TuneScale::Logarithmic => "Logarithmic",
                    TuneScale::ReverseLogarithmic => "ReverseLogarithmic",
                };
                let range = json!({"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": scaling});
                if *whole {
                    &mut whole_ranges
                } else {
                    &mut real_ranges
                }
                .push(range);
            }
            _ => {}
        }
    }
    let mut all = Map::new();
    for (member, ranges) in [
        ("IntegerParameterRanges", whole_ranges),
        ("ContinuousParameterRanges", real_ranges),
        ("CategoricalParameterRanges", sets),
    ] {
        if !ranges.is_empty() {
            all.insert(member.to_owned(), Value::from(ranges));
        }
    }
    Value::from(all)
}
