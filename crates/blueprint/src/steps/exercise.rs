//! Exercise: what uses the deployed model, side by side: LoadTest and BatchPredict.

use serde_json::{Value, json};

use crate::Structure;
use crate::state::{States, object};
use crate::steps::{batch_predict, load_test};

pub(crate) const FIRST: &str = "Exercise";

pub(crate) fn states(structure: &Structure, next: &str) -> States {
    let mut branches: Vec<Value> = Vec::new();
    if structure.load_test {
        branches.push(json!({"StartAt": load_test::FIRST, "States": object(load_test::states())}));
    }
    if structure.batch {
        let states = object(batch_predict::states(structure.data));
        branches.push(json!({"StartAt": batch_predict::FIRST, "States": states}));
    }
    vec![(
        FIRST.to_owned(),
        json!({
            "Type": "Parallel",
            "Branches": branches,
            "ResultPath": "$.out.Exercise",
            "Next": next,
        }),
    )]
}
