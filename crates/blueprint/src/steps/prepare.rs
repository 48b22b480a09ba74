//! Prepare: clean, type and split the data. Keyed by the data and by everything the file says about reading it.

use crate::state::{Input, States, find, input_path, keep, object_uri, processing};

pub(crate) const FIRST: &str = "FindPrepare";
/// Bumped when the same rows come out as other bytes, or are judged in another way.
pub(crate) const ALGORITHM: u32 = 2;

pub(crate) fn states(next: &str) -> States {
    let inputs = [
        Input {
            name: "spec",
            uri: object_uri("Prepare", "spec.json"),
        },
        Input {
            name: "data",
            uri: input_path("Prepare", "data"),
        },
    ];
    vec![
        (
            FIRST.to_owned(),
            find("Prepare", "$.out.Prepare", next, "Prepare"),
        ),
        (
            "Prepare".to_owned(),
            processing("Prepare", "prepare", &inputs, "KeepPrepare"),
        ),
        (
            "KeepPrepare".to_owned(),
            keep("Prepare", "$.out.Prepare", next),
        ),
    ]
}

/// URI of one part of the prepared data.
pub(crate) fn part(name: &str) -> String {
    format!("States.Format('{{}}/{name}', $.out.Prepare.complete.outputs.output)")
}
