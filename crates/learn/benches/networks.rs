//! The two networks on one thread. Prints one line of JSON: processor seconds an epoch and memory of a training, or the
//! times of predictions. `cargo xtask bench networks` runs it beside PyTorch and onnxruntime (`networks.py`).
//!
//! ```text
//! networks images FOLDER EPOCHS   a folder of 64 x 64 grey PNG files, one folder a class; the first 960 of them
//! networks series EPOCHS          windows of the shape that air quality has
//! networks predict MODEL.onnx     batches of 1,000 rows, then single ones
//! ```
//!
//! A trained model is written to the file that `PLIMSOLL_MODEL` names. Its scores are measured by the tests and examples.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what the bench is for")]

mod usage;

use std::fs;
use std::path::Path;
use std::time::Instant;

use learn::Affine;
use learn::families::{cnn, lstm};
use learn::images::{Sizing, decode, list};
use learn::onnx::{
    Forecaster, read_forecaster, read_image_classifier, write_forecaster, write_image_classifier,
};
use networks::cnn::{Examples, Images};
use networks::lstm::{Lstm, Predictor, Windows};
use networks::{Network, Training, Verdict};
use serde_json::{Value, json};
use usage::{peak, seconds};

/// Images that are trained on: thirty batches of 32.
const IMAGES: usize = 960;
const SIDE: usize = 64;
/// Windows, hours of one, columns, and columns beside the last state: those of air quality.
const WINDOWS: usize = 7397;
const HOURS: usize = 48;
const COLUMNS: usize = 17;
const EXTRA: usize = 8;
/// Rows of a batch of predictions.
const BATCH: usize = 1000;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let measured = pool.unwrap().install(|| match words[..] {
        ["images", folder, epochs] => images(Path::new(folder), epochs.parse().unwrap()),
        ["series", epochs] => series(epochs.parse().unwrap()),
        ["predict", model] => predict(Path::new(model)),
        _ => json!({"usage": "networks images FOLDER EPOCHS | series EPOCHS | predict MODEL.onnx"}),
    });
    println!("{measured}");
}

/// Trains to the end; answers processor seconds an epoch, and the memory beyond `before`.
fn trained<N: Network>(training: &mut Training<N>, before: u64) -> Value {
    let start = seconds();
    training.run(|_| Verdict::Continue).unwrap();
    let epochs = training.state().progress.epochs.len();
    json!({ "seconds": (seconds() - start) / epochs as f64, "kib": peak() - before })
}

fn keep(model: &[u8]) {
    if let Some(path) = std::env::var_os("PLIMSOLL_MODEL") {
        fs::write(path, model).unwrap();
    }
}

fn images(folder: &Path, epochs: u32) -> Value {
    let listing = list(folder).unwrap();
    let files = &listing.files[..IMAGES];
    let mut sizing = Sizing::new(SIDE, false);
    let pixels: Vec<u8> = files
        .iter()
        .flat_map(|file| {
            let picture = decode(&fs::read(folder.join(&file.path)).unwrap()).unwrap();
            sizing.fit(&picture, &file.path).unwrap()
        })
        .collect();
    let images = Images::new(SIDE, pixels).unwrap();
    let labels: Vec<u32> = files
        .iter()
        .map(|file| listing.classes.binary_search(&file.class).unwrap() as u32)
        .collect();
    let parameters = cnn::Parameters {
        epochs,
        ..cnn::Parameters::default()
    };
    let before = peak();
    let examples = || Examples {
        images: &images,
        labels: &labels,
    };
    let shape = parameters.shape(SIDE, listing.classes.len()).unwrap();
    let network = || parameters.network(shape.clone(), examples(), None).unwrap();
    let mut training = Training::new(network(), parameters.recipe(1), "").unwrap();
    let measured = trained(&mut training, before);
    let folded = network().folded(training.result());
    keep(&write_image_classifier(&folded, &listing.classes, &[]));
    measured
}

/// Windows of a formula: speed does not depend on values.
fn windows(count: usize) -> Windows {
    let value = |n: usize| ((n * 7 + n / 11) % 23) as f32 * 0.1 - 1.1;
    Windows {
        series: (0..(count + HOURS - 1) * COLUMNS).map(value).collect(),
        ends: (HOURS as u32 - 1..(count + HOURS - 1) as u32).collect(),
        extra: (0..count * EXTRA).map(value).collect(),
        targets: (0..count).map(value).collect(),
    }
}

fn series(epochs: u32) -> Value {
    let examples = windows(WINDOWS);
    let parameters = lstm::Parameters {
        epochs,
        ..lstm::Parameters::for_horizon(1)
    };
    let shape = parameters.shape(COLUMNS).unwrap();
    let before = peak();
    let network = Lstm::new(shape, &examples, None).unwrap();
    let mut training = Training::new(network, parameters.recipe(1), "").unwrap();
    let measured = trained(&mut training, before);
    let same = |count: usize| {
        vec![
            Affine {
                offset: 0.0,
                factor: 1.0
            };
            count
        ]
    };
    keep(&write_forecaster(
        &Forecaster {
            predictor: Predictor::new(shape, training.result().weights.clone()),
            columns: same(COLUMNS),
            extra: same(EXTRA),
            target: (1.0, 0.0),
        },
        &[],
    ));
    measured
}

fn predict(model: &Path) -> Value {
    let bytes = fs::read(model).unwrap();
    if let Ok(model) = read_image_classifier(&bytes) {
        let pixels = model.predictor.folded().shape.pixels();
        let image: Vec<f32> = (0..pixels).map(|n| (n * n % 251) as f32).collect();
        let (mut room, mut out) = (model.predictor.room(), vec![0.0; model.classes.len()]);
        return timed(|rows| {
            for _ in 0..rows {
                model.predictor.probabilities(&image, &mut room, &mut out);
            }
        });
    }
    let forecaster = read_forecaster(&bytes).unwrap().0;
    let (many, one) = (windows(BATCH), windows(1));
    timed(|rows| {
        let windows = if rows == 1 { &one } else { &many };
        std::hint::black_box(forecaster.predict(windows));
    })
}

/// Processor milliseconds of a batch, and the wall milliseconds of single rows.
fn timed(mut run: impl FnMut(usize)) -> Value {
    run(BATCH);
    let start = seconds();
    (0..10).for_each(|_| run(BATCH));
    let batch = (seconds() - start) * 100.0;
    let mut one = || {
        let start = Instant::now();
        run(1);
        start.elapsed().as_secs_f64() * 1e3
    };
    let mut walls: Vec<f64> = (0..2000).map(|_| one()).collect();
    walls.sort_by(f64::total_cmp);
    json!({ "batch_ms": batch, "row_ms": walls[1000], "row_p99_ms": walls[1980] })
}
