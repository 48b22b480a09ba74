//! Select: scores every candidate on validation rows and picks one.

use serde_json::json;

use crate::state::{Input, States, find, keep, object_key, object_uri, processing, put, read};
use crate::steps::prepare::part;

pub(crate) const FIRST: &str = "FindSelect";
/// Bumped when the same models and rows give another selection.
pub(crate) const ALGORITHM: u32 = 1;

pub(crate) fn states(next: &str) -> States {
    let spec = json!({
        "schema": "plimsoll.select-spec/1",
        "metric.$": "$.in.Select.metric",
        "candidates.$": "$.out.Train",
    });
    let inputs = [
        Input {
            name: "spec",
            uri: object_uri("Select", "spec.json"),
        },
        Input {
            name: "data",
            uri: part("validation"),
        },
    ];
    let mut states = vec![
        (
            FIRST.to_owned(),
            find("Select", "$.out.Select", "ReadSelect", "TellSelect"),
        ),
        (
            "TellSelect".to_owned(),
            put(&object_key("Select", "spec.json"), &spec, "Select"),
        ),
        (
            "Select".to_owned(),
            processing("Select", "select", &inputs, "KeepSelect"),
        ),
        (
            "KeepSelect".to_owned(),
            keep("Select", "$.out.Select", "ReadSelect"),
        ),
    ];
    states.extend(read(
        "Select",
        "selection.json",
        &["selected", "hyperparameters", "model"],
        next,
    ));
    states
}
