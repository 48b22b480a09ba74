//! Both networks beside PyTorch: the values of `data/pytorch.json`, which `data/pytorch.py` makes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use networks::cnn::{self, Cnn, Images};
use networks::lstm::{self, Lstm, Windows};
use networks::{Batch, Network, Parameters};
use serde_json::Value;

/// Numbers between `-scale / 2` and `scale / 2`, as the script makes them.
fn numbers(count: usize, salt: usize, scale: f64) -> Vec<f32> {
    let number = |n: usize| ((n * 7919 + salt * 104_729) % 1009) as f64 / 1009.0 - 0.5;
    (0..count).map(|n| (number(n) * scale) as f32).collect()
}

fn expected(network: &str) -> Value {
    let text = include_str!("data/pytorch.json");
    let mut all: Value = serde_json::from_str(text).unwrap();
    all[network].take()
}

fn list(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

/// Every seventh number is within a share of the largest.
fn close(own: &[f32], expected: &[f64], share: f64, what: &str) {
    let largest = expected
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    assert_eq!(own.len(), expected.len(), "{what}");
    for (place, (&own, expected)) in own.iter().zip(expected).enumerate() {
        let error = (f64::from(own) - expected).abs();
        assert!(
            error <= share * largest,
            "{what} {place}: {own} and {expected}"
        );
    }
}

fn sample(values: &[f32]) -> Vec<f32> {
    values.iter().copied().step_by(7).collect()
}

#[test]
fn the_convolutional_network_computes_what_pytorch_does() {
    let expected = expected("cnn");
    let pixels = (0..5 * 64_usize).map(|n| (n * 7919 % 251) as u8).collect();
    let images = Images::new(8, pixels).unwrap();
    let examples = cnn::Examples {
        images: &images,
        labels: &[0, 2, 1, 1, 0],
    };
    let shape = cnn::Shape::new(8, &[16, 32], 3).unwrap();
    let mut network = Cnn::new(shape, examples, None)
        .unwrap()
        .with_class_weights(&[1.0, 2.5, 0.5]);
    let mut parameters = network.initial(0);
    parameters.weights.clear();
    let parts = [144, 16, 16, 4608, 32, 32, 96, 3].into_iter().zip(1..);
    for (count, salt) in parts {
        // Gammas, the second of each block, are about 1.
        let shift = if salt == 2 || salt == 5 { 1.0 } else { 0.0 };
        let part = numbers(count, salt, 0.6).into_iter();
        parameters.weights.extend(part.map(|weight| weight + shift));
    }
    let mut slopes = vec![0.0; parameters.weights.len()];
    let batch = Batch {
        examples: &[0, 1, 2, 3, 4],
        bits: &[0, 1, 2, 3, 0],
    };
    let loss = network.step(batch, &mut parameters, &mut slopes);
    assert!(
        (loss - expected["loss"].as_f64().unwrap()).abs() < 1e-5,
        "{loss}"
    );
    close(&sample(&slopes), &list(&expected["slopes"]), 2e-5, "slope");
    close(
        &parameters.statistics,
        &list(&expected["statistics"]),
        1e-6,
        "statistic",
    );
    let predictor = cnn::Predictor::new(network.folded(&parameters));
    let (mut room, mut own) = (predictor.room(), vec![0.0; 15]);
    for (image, out) in own.chunks_exact_mut(3).enumerate() {
        predictor.probabilities(images.image(image), &mut room, out);
    }
    close(&own, &list(&expected["probabilities"]), 2e-5, "probability");
}

#[test]
fn the_recurrent_network_computes_what_pytorch_does() {
    let expected = expected("lstm");
    let windows = Windows {
        series: numbers(27 * 3, 1, 4.0),
        ends: (5..26).collect(),
        extra: numbers(42, 2, 2.0),
        targets: numbers(21, 3, 2.0),
    };
    let shape = lstm::Shape::new(6, 3, 16, 2).unwrap();
    let mut network = Lstm::new(shape, &windows, None).unwrap();
    let mut weights = numbers(20 * 64, 4, 1.0);
    weights.extend(numbers(18, 5, 1.0));
    weights.extend(numbers(1, 6, 1.0));
    let mut parameters = Parameters {
        weights: weights.clone(),
        statistics: Vec::new(),
    };
    let mut slopes = vec![0.0; weights.len()];
    let examples: Vec<u32> = (0..21).collect();
    let batch = Batch {
        examples: &examples,
        bits: &[0; 21],
    };
    let loss = network.step(batch, &mut parameters, &mut slopes);
    assert!(
        (loss - expected["loss"].as_f64().unwrap()).abs() < 1e-6,
        "{loss}"
    );
    close(&sample(&slopes), &list(&expected["slopes"]), 5e-6, "slope");
    let own = lstm::Predictor::new(shape, weights).predict(&windows);
    close(&own, &list(&expected["answers"]), 2e-6, "answer");
}
