//! Saved networks: the files are what `data/networks` holds, and compute there what onnxruntime says.
//!
//! `data/networks/onnxruntime.py` runs the two files and writes `expected.json`. After a change of the format renew the files with
//! `cargo test -p learn --test networks -- --ignored`, then run the script.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use learn::Affine;
use learn::onnx::{
    Forecaster, read_forecaster, read_image_classifier, write_forecaster, write_image_classifier,
};
use learn::random::Stream;
use networks::cnn::{Cnn, Examples, Images};
use networks::lstm::{self, Windows};
use networks::{Network, cnn};
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/networks")
        .join(name)
}

fn expected(network: &str) -> Vec<f32> {
    let text = std::fs::read_to_string(path("expected.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let numbers = all[network].as_array().unwrap().iter();
    numbers
        .map(|number| number.as_f64().unwrap() as f32)
        .collect()
}

/// Four images of a formula that the script repeats.
fn images() -> Images {
    Images::new(
        16,
        (0..4 * 256_usize).map(|n| (n * n % 251) as u8).collect(),
    )
    .unwrap()
}

fn classifier() -> Vec<u8> {
    let images = images();
    let examples = Examples {
        images: &images,
        labels: &[0, 2, 1, 0],
    };
    let shape = cnn::Shape::new(16, &[16, 32], 3).unwrap();
    let network = Cnn::new(shape, examples, None).unwrap();
    let mut parameters = network.initial(3);
    for (place, value) in parameters.statistics.iter_mut().enumerate() {
        *value += (place % 5) as f32 * 0.05;
    }
    let classes = ["crack", "good", "scratch"].map(str::to_owned);
    write_image_classifier(
        &network.folded(&parameters),
        &classes,
        &[("seed", "3".to_owned())],
    )
}

fn forecaster() -> Vec<u8> {
    let shape = lstm::Shape::new(5, 3, 16, 2).unwrap();
    let mut stream = Stream::new(4, 1);
    let mut number = || (stream.below(2000) as f32 - 1000.0) / 2000.0;
    let weights = (0..shape.weights()).map(|_| number()).collect();
    let mut affine = |count: usize| {
        let pair = |_| Affine {
            offset: number(),
            factor: 1.0 + number(),
        };
        (0..count).map(pair).collect::<Vec<_>>()
    };
    let forecaster = Forecaster {
        predictor: lstm::Predictor::new(shape, weights),
        columns: affine(3),
        extra: affine(2),
        target: (7.5, 10.25),
    };
    write_forecaster(&forecaster, &[("seed", "4".to_owned())])
}

/// Twenty windows of a formula that the script repeats.
fn windows() -> Windows {
    Windows {
        series: (0..72)
            .map(|n| ((n * 37 % 23) as f32 - 11.0) / 8.0)
            .collect(),
        ends: (4..24).collect(),
        extra: (0..40).map(|n| n as f32 * 0.25 - 4.0).collect(),
        targets: Vec::new(),
    }
}

fn close(own: &[f32], expected: &[f32], error: f32) {
    assert_eq!(own.len(), expected.len());
    for (own, expected) in own.iter().zip(expected) {
        assert!((own - expected).abs() <= error, "{own} {expected}");
    }
}

#[test]
fn a_saved_classifier_predicts_what_onnxruntime_does() {
    let bytes = std::fs::read(path("image_classifier.onnx")).unwrap();
    assert_eq!(classifier(), bytes, "the format has changed");
    let model = read_image_classifier(&bytes).unwrap();
    assert_eq!(model.classes, ["crack", "good", "scratch"]);
    let (images, mut room) = (images(), model.predictor.room());
    let mut own = vec![0.0; 12];
    for (image, out) in own.chunks_exact_mut(3).enumerate() {
        model
            .predictor
            .probabilities(images.image(image), &mut room, out);
    }
    close(&own, &expected("image_classifier"), 1e-6);
}

#[test]
fn a_saved_forecaster_predicts_what_onnxruntime_does() {
    let bytes = std::fs::read(path("forecaster.onnx")).unwrap();
    assert_eq!(forecaster(), bytes, "the format has changed");
    let (model, metadata) = read_forecaster(&bytes).unwrap();
    assert_eq!(metadata, [("seed".to_owned(), "4".to_owned())]);
    close(&model.predict(&windows()), &expected("forecaster"), 1e-5);
}

#[test]
#[ignore = "renews the files"]
fn renew() {
    std::fs::write(path("image_classifier.onnx"), classifier()).unwrap();
    std::fs::write(path("forecaster.onnx"), forecaster()).unwrap();
}
