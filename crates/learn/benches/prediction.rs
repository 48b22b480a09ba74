//! Processor time of predictions: `prediction MODEL FOLDER` reads a model file that the bench `training` wrote and the rows of
//! a task, and prints one line of JSON: microseconds of one thread for 1,000 rows at a time, and of one row. `cargo xtask
//! bench prediction` runs it beside onnxruntime on the same file.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what the bench is for")]

#[expect(dead_code, reason = "other benches need more of a task")]
mod task;
#[expect(dead_code, reason = "memory is what training is about")]
mod usage;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use learn::Model;
use serde_json::json;
use task::{Part, Task};
use usage::seconds;

/// Rows of a batch.
const BATCH: usize = 1000;
/// Predictions of one row that are timed.
const SINGLES: usize = 20_000;
/// Seconds that batches are timed for.
const SECONDS: f64 = 1.0;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let [model, folder] = arguments.as_slice() else {
        println!("usage: prediction MODEL FOLDER");
        return;
    };
    let task = Task::read(Path::new(folder), Part::Test);
    let bytes = fs::read(model).unwrap();
    let model = Model::from_bytes(&bytes, task.schema, model).unwrap();
    let rows = task.rows.table.rows();
    let places: Vec<usize> = (0..BATCH).map(|place| place % rows).collect();
    let batch = task.rows.table.select(&places);
    black_box(model.answer(&batch).unwrap());
    let (start, mut batches) = (seconds(), 0_u32);
    while seconds() - start < SECONDS {
        black_box(model.answer(&batch).unwrap());
        batches += 1;
    }
    let of_batch = (seconds() - start) / f64::from(batches) * 1e6;
    let singles: Vec<_> = (0..256)
        .map(|row| task.rows.table.select(&[row % rows]))
        .collect();
    let mut times: Vec<f64> = (0..SINGLES)
        .map(|place| {
            let row = &singles[place % singles.len()];
            let start = Instant::now();
            black_box(model.answer(row).unwrap());
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{}",
        json!({
            "batch": of_batch, "p50": times[SINGLES / 2], "p99": times[SINGLES * 99 / 100],
        })
    );
}
