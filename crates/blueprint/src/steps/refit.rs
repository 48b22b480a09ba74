//! Refit: the chosen candidate again, on train and validation rows. A model that exists stays as it is.

use serde_json::json;
use steps::Complete;

use crate::state::{States, channel, find, keep, training, with_checkpoints};
use crate::steps::prepare::part;
use crate::structure::Structure;

pub(crate) const FIRST: &str = "FindRefit";
/// Bumped with Train's: the same rows and hyperparameters give another model.
pub(crate) const ALGORITHM: u32 = super::train::ALGORITHM;
/// Where it is decided whether the chosen candidate is trained at all.
const CHOICE: &str = "IsTrained";

/// Passes a model that exists on, as if Refit had made it.
fn kept_as_it_is() -> States {
    let algorithm = "$.out.Select.answer.hyperparameters.algorithm";
    vec![
        (
            CHOICE.to_owned(),
            json!({
                "Type": "Choice",
                // A script is told no algorithm.
                "Choices": [{
                    "And": [
                        {"Variable": algorithm, "IsPresent": true},
                        {"Variable": algorithm, "StringEquals": "onnx"},
                    ],
                    "Next": "KeepModel",
                }],
                "Default": "Refit",
            }),
        ),
        (
            "KeepModel".to_owned(),
            json!({
                "Type": "Pass",
                "Comment": "a model that exists stays as it is",
                "Parameters": {"complete": {
                    "job": Complete::NO_JOB,
                    "outputs": {"model.$": "$.out.Select.answer.model"},
                }},
                "ResultPath": "$.out.Refit",
                "Next": "KeepRefit",
            }),
        ),
    ]
}

pub(crate) fn states(structure: &Structure, next: &str) -> States {
    let (existing, data) = (structure.may_choose_existing(), structure.data);
    // Every channel whose name begins with `train` holds rows to fit on.
    let channels = [
        channel("train", &part("train"), data),
        channel("train_validation", &part("validation"), data),
    ];
    let path = "$.out.Select.answer.hyperparameters";
    let miss = if existing { CHOICE } else { "Refit" };
    let mut states = vec![(FIRST.to_owned(), find("Refit", "$.out.Refit", next, miss))];
    if existing {
        states.extend(kept_as_it_is());
    }
    states.extend([
        (
            "Refit".to_owned(),
            with_checkpoints(
                training("Refit", path, &channels, "$.out.Refit", "KeepRefit"),
                "Refit",
                data,
            ),
        ),
        ("KeepRefit".to_owned(), keep("Refit", "$.out.Refit", next)),
    ]);
    states
}
