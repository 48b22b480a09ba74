//! The cross-validated log loss of a random forest at every point of a grid: `losses FOLDER` reads a task that `peers.py` wrote
//! and prints one JSON document. `cargo xtask bench tune` searches in it, so that every search pays nothing for a trial.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what the bench is for")]

#[expect(dead_code, reason = "other benches need more of a task")]
mod task;

use std::path::Path;

use learn::families::Family;
use learn::metrics::Metric;
use learn::split::folds;
use learn::train::{Fit, fit};
use learn::{Labelled, Model, Predictor};
use rayon::prelude::*;
use serde_json::json;
use task::{Part, Task};

const FOLDS: usize = 3;
const SEED: u64 = 1;
const TREES: usize = 20;
const DEPTHS: usize = 12;
const LEAVES: usize = 32;
const FEATURES: [&str; 4] = ["sqrt", "log2", "0.5", "none"];

fn loss(family: &Family, task: &Task, parts: &[(Labelled, Labelled)]) -> f64 {
    let of = |(train, test): &(Labelled, Labelled)| {
        let what = Fit {
            family,
            recipe: task::recipe(family),
            seed: SEED,
        };
        let trained = fit(&what, &task.schema, train.clone()).unwrap();
        let model = Model::from_bytes(&trained.bytes, trained.schema, "model.onnx").unwrap();
        model.score(test).unwrap().scores()[&Metric::LogLoss]
    };
    parts.iter().map(of).sum::<f64>() / parts.len() as f64
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(folder) = arguments.next() else {
        println!("usage: losses FOLDER");
        return;
    };
    let task = Task::read(Path::new(&folder), Part::Train);
    let fold = folds(task.rows.truth.labels(), SEED, FOLDS);
    let parts: Vec<_> = (0..FOLDS)
        .map(|held_out| {
            let part = |inside: bool| {
                let rows = (0..fold.len()).filter(|&row| (fold[row] == held_out) == inside);
                task.rows.select(&rows.collect::<Vec<_>>())
            };
            (part(false), part(true))
        })
        .collect();
    let points = DEPTHS * LEAVES * FEATURES.len();
    let losses: Vec<f64> = (0..points)
        .into_par_iter()
        .map(|point| {
            let (place, features) = (point / FEATURES.len(), FEATURES[point % FEATURES.len()]);
            let pairs = [
                format!("n_estimators={TREES}"),
                format!("max_depth={}", place / LEAVES + 1),
                format!("min_samples_leaf={}", place % LEAVES + 1),
                format!("max_features={features}"),
            ];
            let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
            loss(&task::family("random_forest", &pairs), &task, &parts)
        })
        .collect();
    let told = json!({"max_depth": DEPTHS, "min_samples_leaf": LEAVES, "max_features": FEATURES, "losses": losses});
    println!("{told}");
}
