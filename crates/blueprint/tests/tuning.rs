//! What `tune` compiles to.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use blueprint::{Blueprint, CandidateSource, Place, ScriptSource, Sources, compile};
use serde_json::{Value, json};
use steps::{FileHash, Source};

const HEAD: &str = "plimsoll: 1\nname: heart-disease\ndata: { source: a.csv }\ntask: { target: num }\n\
    models:\n  - random_forest: { n_estimators: 10, bootstrap: false }\n  - logistic_regression\n  \
    - script: { entry_point: train.py, hyperparameters: { alpha: 1, beta: x }, metrics: { \"validation:f1_macro\": \"f1=(.*)\" } }\n";

fn compiled(tune: &str) -> Blueprint {
    let workload = workload::parse(&format!("{HEAD}{tune}")).unwrap();
    let hash = FileHash::of(b"a");
    let source = Source {
        name: "a.csv".to_owned(),
        sha256: hash.sha256.clone(),
        bytes: hash.bytes,
    };
    let script = ScriptSource {
        files: vec![source.clone()],
        sha256: hash.sha256,
        interpreter: "3.11".to_owned(),
    };
    let sources = Sources {
        data: vec![source],
        objects: Vec::new(),
        batch: Vec::new(),
        candidates: BTreeMap::from([("script".to_owned(), CandidateSource::Script(script))]),
    };
    let place = Place {
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        image: "plimsoll:0.0.0".to_owned(),
        machine: "golden".to_owned(),
        poll_seconds: 1,
        run: "0fgh3k2m".to_owned(),
    };
    compile(&workload, &sources, &place)
}

const TUNE: &str = "tune:\n  max_jobs: 30\n  max_parallel_jobs: 3\n  stop: { time: 10 min, cost: 1.5 USD, no_improvement: 8, target: 0.9 }\n  \
    ranges:\n    random_forest: { n_estimators: [50, 400], max_depth: { values: [none, 4] }, max_features: { linear: [0.1, 1] } }\n    \
    script: { alpha: { log: [0.001, 1] }, kind: { values: [a, b] } }\n";

fn train(blueprint: &Blueprint, branch: usize) -> &Value {
    blueprint.machine["States"]["Train"]["Branches"]
        .get(branch)
        .unwrap()
}

#[test]
fn a_tuned_candidate_is_a_tuning_job_and_its_best_trial() {
    let blueprint = compiled(TUNE);
    states::Machine::parse(&blueprint.machine.to_string()).unwrap();
    let branch = train(&blueprint, 1);
    let names: Vec<&String> = branch["States"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Find random_forest",
            "Train random_forest",
            "Best random_forest",
            "Keep random_forest",
            "Trained random_forest",
            "Failed random_forest"
        ]
    );
    let task = &branch["States"]["Train random_forest"];
    let resource = "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync";
    assert_eq!(task["Resource"], resource);
    let definition = &task["Parameters"]["TrainingJobDefinition"];
    let statics = &definition["StaticHyperParameters.$"];
    assert_eq!(statics, "$.in.Train.random_forest.hyperparameters");
    assert_eq!(definition.get("TrainingJobName.$"), None);
    // Baselines and candidates without ranges are what they were.
    for untouched in [0, 2] {
        let states = train(&blueprint, untouched)["States"].as_object().unwrap();
        let plain = "arn:aws:states:::sagemaker:createTrainingJob.sync";
        let work = states.iter().find(|(name, _)| name.starts_with("Train "));
        assert_eq!(work.unwrap().1["Resource"], plain);
    }
}

#[test]
fn the_input_has_the_search_and_what_stays() {
    let blueprint = compiled(TUNE);
    let forest = &blueprint.input["in"]["Train"]["random_forest"];
    assert_eq!(
        forest["tuning"],
        json!({
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:f1_macro"},
            "ResourceLimits": {"MaxParallelTrainingJobs": 3, "MaxNumberOfTrainingJobs": 30, "MaxRuntimeInSeconds": 600},
            "ParameterRanges": {
                "IntegerParameterRanges": [{"Name": "n_estimators", "MinValue": "50", "MaxValue": "400", "ScalingType": "Auto"}],
                "ContinuousParameterRanges": [{"Name": "max_features", "MinValue": "0.1", "MaxValue": "1", "ScalingType": "Linear"}],
                "CategoricalParameterRanges": [{"Name": "max_depth", "Values": ["none", "4"]}],
            },
            "TrainingJobEarlyStoppingType": "Off",
            "RandomSeed": 42,
            "TuningJobCompletionCriteria": {
                "TargetObjectiveMetricValue": 0.9,
                "BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 8},
            },
        })
    );
    let told = &forest["hyperparameters"];
    assert_eq!(
        (told.get("n_estimators"), &told["bootstrap"]),
        (None, &json!("false"))
    );
    let name = forest["tuning_name"].as_str().unwrap();
    assert!(name.starts_with("heart-di-") && name.len() == 17, "{name}");
    let tags = forest["tags"].as_array().unwrap();
    assert_eq!(
        tags.last(),
        Some(&json!({"Key": "plimsoll:max-cost", "Value": "1.5 USD"}))
    );
    assert_eq!(tags.len(), 3);
    let script = &blueprint.input["in"]["Train"]["script"];
    assert_eq!(script["hyperparameters"].get("alpha"), None);
    assert_eq!(script["hyperparameters"]["beta"], "x");
    let sets = &script["tuning"]["ParameterRanges"]["CategoricalParameterRanges"];
    assert_eq!(
        sets,
        &json!([{"Name": "kind", "Values": ["\"a\"", "\"b\""]}])
    );
}

#[test]
fn a_small_space_and_a_grid_limit_the_trials() {
    let of = |tune: &str| {
        let blueprint = compiled(&format!("tune:\n{tune}"));
        blueprint.input["in"]["Train"]["logistic_regression"]["tuning"]["ResourceLimits"].clone()
    };
    let small =
        of("  ranges: { logistic_regression: { max_iter: [100, 102] } }\n  max_parallel_jobs: 9\n");
    assert_eq!(
        small,
        json!({"MaxParallelTrainingJobs": 3, "MaxNumberOfTrainingJobs": 3})
    );
    let grid =
        of("  strategy: grid\n  ranges: { logistic_regression: { C: { values: [1, 10] } } }\n");
    assert_eq!(grid, json!({"MaxParallelTrainingJobs": 2}));
}

#[test]
fn the_key_has_the_search_in_it_and_not_the_parallelism() {
    let key = |tune: &str| compiled(tune).input["in"]["Train"]["random_forest"]["key"].clone();
    let whole = key(TUNE);
    for parallel in [1, 8, 30] {
        let other = TUNE.replace("jobs: 3\n", &format!("jobs: {parallel}\n"));
        assert_ne!(other, TUNE);
        assert_eq!(key(&other), whole, "{parallel}");
    }
    for (from, to) in [
        ("400", "401"),
        ("1.5 USD", "2 USD"),
        ("max_jobs: 30", "max_jobs: 31"),
    ] {
        assert_ne!(key(&TUNE.replace(from, to)), whole, "{to}");
    }
    assert_ne!(key(""), whole);
    assert_eq!(
        compiled(TUNE).input["in"]["Train"]["logistic_regression"]["key"],
        compiled("").input["in"]["Train"]["logistic_regression"]["key"]
    );
}

#[test]
fn a_candidate_can_have_a_search_of_its_own() {
    let tune = "tune:\n  max_jobs: 30\n  stop: { no_improvement: 8 }\n  candidates:\n    \
        script: { strategy: hyperband, resource: [1, 27], max_jobs: 60, max_parallel_jobs: 6, stop: { cost: 2 USD } }\n  \
        ranges:\n    random_forest: { n_estimators: [50, 400] }\n    script: { alpha: { log: [0.001, 1] } }\n";
    let input = compiled(tune).input;
    let of =
        |candidate: &str, member: &str| input["in"]["Train"][candidate]["tuning"][member].clone();
    assert_eq!(of("random_forest", "Strategy"), "Bayesian");
    assert_eq!(
        of("random_forest", "ResourceLimits"),
        json!({"MaxParallelTrainingJobs": 2, "MaxNumberOfTrainingJobs": 30})
    );
    assert_eq!(of("random_forest", "StrategyConfig"), Value::Null);
    assert_eq!(of("script", "Strategy"), "Hyperband");
    assert_eq!(
        of("script", "StrategyConfig"),
        json!({"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 27}})
    );
    assert_eq!(
        of("script", "ResourceLimits"),
        json!({"MaxParallelTrainingJobs": 6, "MaxNumberOfTrainingJobs": 60})
    );
    assert_eq!(of("script", "TuningJobCompletionCriteria"), Value::Null);
}

#[test]
fn the_machine_may_tune_where_it_does() {
    let may = |tune: &str| {
        let template = compiled(tune).template.to_string();
        template.contains("sagemaker:CreateHyperParameterTuningJob")
    };
    assert!(may(TUNE) && !may(""));
}
