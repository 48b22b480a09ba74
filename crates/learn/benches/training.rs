//! Processor seconds and peak memory of fitting a family on one thread, and its scores: `training FOLDER FAMILY
//! name=value...` prints one line of JSON, and writes the model to the file that `PLIMSOLL_MODEL` names. `cargo xtask bench training` runs it beside the programs that people use.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what the bench is for")]

mod task;
mod usage;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use learn::families::Known;
use learn::onnx::{self, Artifact};
use learn::{Labelled, Model, Predictor, Preparation, Truth};
use serde_json::json;
use task::{Part, Task};
use usage::{peak, seconds};

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let [folder, name, pairs @ ..] = arguments.as_slice() else {
        println!("usage: training FOLDER FAMILY name=value...");
        return;
    };
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    let family = task::family(name, &pairs);
    let before = peak();
    let task = Task::read(Path::new(folder), Part::Train);
    assert!(task.parted, "the task says which rows are to train on");
    let Labelled { table, truth } = task.rows;
    let preparation = Preparation::fit(&table, task::recipe(&family));
    let features = preparation.features_of(table);
    let known = match &truth {
        Truth::Classes(labels) => Known::Classes(labels, task.schema.target.classes.len()),
        Truth::Numbers(targets) => Known::Numbers(targets),
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let start = seconds();
    let fitted = pool
        .install(|| family.fit_owned(features, known, 1))
        .unwrap();
    let used = seconds() - start;
    let memory = peak() - before;
    let bytes = onnx::write(&Artifact {
        preparation: &preparation,
        estimator: &fitted.estimator,
        classes: &task.schema.target.classes,
        metadata: &[],
    });
    if let Some(path) = std::env::var_os("PLIMSOLL_MODEL") {
        fs::write(path, &bytes).unwrap();
    }
    let model = Model::from_bytes(&bytes, task.schema, "model.onnx").unwrap();
    let test = Task::read(Path::new(folder), Part::Test);
    let scores = model.score(&test.rows).unwrap().scores().into_iter();
    let scores: BTreeMap<String, f64> = scores
        .map(|(metric, value)| (metric.to_string(), value))
        .collect();
    println!(
        "{}",
        json!({ "seconds": used, "kib": memory, "scores": scores })
    );
}
