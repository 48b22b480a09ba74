//! Train: one branch a candidate. A candidate that fails is caught in its branch; the run goes on while one is left,
//! but under keys of its own, since what follows then depends on which one failed.

use serde_json::{Value, json};

use crate::state::{
    States, best, channel, find, input_path, keep, keep_tuned, object, training, tuning,
    with_checkpoints,
};
use crate::steps::prepare::part;
use crate::structure::{CandidateShape, DataShape};

/// Bumped when the same rows and hyperparameters give another model.
pub(crate) const ALGORITHM: u32 = 1;

pub(crate) fn states(candidates: &[CandidateShape], data: DataShape, next: &str) -> States {
    let branches = candidates.iter().map(|candidate| branch(candidate, data));
    let branches: Vec<Value> = branches.collect();
    vec![
        (
            "Train".to_owned(),
            json!({
                "Type": "Parallel",
                "Branches": branches,
                "ResultPath": "$.out.Train",
                "Next": "CountTrained",
            }),
        ),
        (
            "CountTrained".to_owned(),
            json!({
                "Type": "Pass",
                "Parameters": {"models.$": "States.ArrayLength($.out.Train[*].model)"},
                "ResultPath": "$.trained",
                "Next": "AllTrained",
            }),
        ),
        (
            "AllTrained".to_owned(),
            json!({
                "Type": "Choice",
                "Choices": [{"Variable": "$.trained.models", "NumericEquals": candidates.len(), "Next": next}],
                "Default": "MarkPartial",
            }),
        ),
        (
            "MarkPartial".to_owned(),
            json!({
                "Type": "Pass",
                "Comment": "a candidate failed: nothing that follows may be found by another run",
                "Parameters": {"suffix.$": "States.Format('-{}', $.run)"},
                "ResultPath": "$.partial",
                "Next": next,
            }),
        ),
    ]
}

fn branch(candidate: &CandidateShape, data: DataShape) -> Value {
    let name = &candidate.name;
    let step = format!("Train.{name}");
    let out = "$.candidate";
    let [first, train, kept, done, failed] =
        ["Find", "Train", "Keep", "Trained", "Failed"].map(|verb| format!("{verb} {name}"));
    let hyperparameters = input_path(&step, "hyperparameters");
    let mut channels = vec![
        channel("train", &part("train"), data),
        channel("validation", &part("validation"), data),
    ];
    if candidate.exists {
        channels.push(channel("model", &input_path(&step, "model"), data));
    }
    let caught =
        json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": failed}]);
    let found = format!("Best {name}");
    let mut work = if candidate.tuned {
        tuning(&step, &channels, &found)
    } else {
        let work = training(&step, &hyperparameters, &channels, out, &kept);
        with_checkpoints(work, &step, data)
    };
    work["Catch"] = caught.clone();
    let answer = |rest: &Value| {
        let mut parameters = json!({
            "name": name,
            "baseline": candidate.baseline,
            "hyperparameters.$": hyperparameters,
        });
        for (member, path) in rest.as_object().into_iter().flatten() {
            parameters[member] = path.clone();
        }
        json!({"Type": "Pass", "Parameters": parameters, "End": true})
    };
    let mut trained = json!({"job.$": "$.candidate.complete.job", "model.$": "$.candidate.complete.outputs.model"});
    let mut states = vec![
        (first.clone(), find(&step, out, &done, &train)),
        (train, work),
    ];
    if candidate.tuned {
        let mut best = best(out, &kept);
        best["Catch"] = caught;
        states.push((found, best));
        states.push((kept, keep_tuned(&step, out, &done)));
        trained["hyperparameters.$"] = json!(format!("{out}.complete.hyperparameters"));
    } else {
        states.push((kept, keep(&step, out, &done)));
    }
    states.push((done, answer(&trained)));
    states.push((failed, answer(&json!({"failure.$": "$.failure"}))));
    json!({"StartAt": first, "States": object(states)})
}
