//! Test: scores the final model once on test rows, with intervals.

use serde_json::json;

use crate::state::{Input, States, find, keep, object_key, object_uri, processing, put, read};
use crate::steps::prepare::part;
use crate::structure::Structure;

pub(crate) const FIRST: &str = "FindTest";
/// Bumped when the same model and rows give another evaluation.
pub(crate) const ALGORITHM: u32 = 2;

pub(crate) fn states(structure: &Structure, next: &str) -> States {
    let mut spec = json!({
        "schema": "plimsoll.evaluate-spec/1",
        "candidate.$": "$.out.Select.answer.selected",
        "bootstrap.$": "$.in.Test.bootstrap",
        "metric.$": "$.in.Select.metric",
    });
    let mut inputs = vec![
        Input {
            name: "spec",
            uri: object_uri("Test", "spec.json"),
        },
        Input {
            name: "data",
            uri: part("test"),
        },
        Input {
            name: "model",
            uri: structure.model_path().to_owned(),
        },
    ];
    if structure.groups {
        // Each group is left out of all rows, so all parts are read.
        spec["groups"] = json!({
            "by.$": "$.in.Test.groups",
            "hyperparameters.$": "$.out.Select.answer.hyperparameters",
        });
        inputs.extend(["train", "validation"].map(|name| Input {
            name,
            uri: part(name),
        }));
    }
    let mut states = vec![
        (
            FIRST.to_owned(),
            find("Test", "$.out.Test", "ReadTest", "TellTest"),
        ),
        (
            "TellTest".to_owned(),
            put(&object_key("Test", "spec.json"), &spec, "Test"),
        ),
        (
            "Test".to_owned(),
            processing("Test", "evaluate", &inputs, "KeepTest"),
        ),
        (
            "KeepTest".to_owned(),
            keep("Test", "$.out.Test", "ReadTest"),
        ),
    ];
    states.extend(read("Test", "evaluation.json", &["scores"], next));
    states
}
