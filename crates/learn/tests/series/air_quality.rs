//! The series of examples/air-quality: its features are those of an independent program, and its scores those of the references.
//!
//! `data/series/features.py` writes down the features. The scores of reference programs are in docs/design/learning.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use learn::series::Material;
use learn::{Table, Truth};
use serde_json::Value;
use steps::{CsvFormat, PrepareSpec, SeriesSpec};

use super::made::{self, Place};

fn spec() -> PrepareSpec {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    let moment = |text: &str| Some(text.to_owned());
    PrepareSpec {
        files: texts(&["AirQualityUCI.csv"]),
        csv: CsvFormat {
            delimiter: ';',
            decimal: ',',
            ..made::spec().csv
        },
        ignore: texts(&["NMHC(GT)", "column_16", "column_17"]),
        target: "C6H6(GT)".to_owned(),
        series: Some(SeriesSpec {
            time: texts(&["Date", "Time"]),
            format: None,
            horizons: vec![1, 6, 24],
            lags: learn::series::LAGS.to_vec(),
            gaps: steps::Gaps::Error,
            validation_from: moment("2004-12-01 00:00:00"),
            test_from: moment("2005-02-01 00:00:00"),
        }),
        ..made::spec()
    }
}

/// The prepared series.
fn prepared() -> (Place, steps::PrepareSummary) {
    let place = Place::new("");
    let source: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/air-quality/data");
    let summary = learn::prepare::run(&spec(), &source, &place.path("prepared")).unwrap();
    (place, summary)
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap())
        .collect()
}

/// Single precision keeps seven digits; sums of a column lose another.
fn close(own: f64, expected: f64, name: &str) {
    let error = (own - expected).abs() / expected.abs().max(1.0);
    assert!(error < 1e-5, "{name}: {own} {expected}");
}

fn row(table: &Table, truth: &Truth, place: usize) -> Vec<f64> {
    let Truth::Numbers(targets) = truth else {
        panic!("no numbers")
    };
    let features = table.numbers(place).iter().map(|&value| f64::from(value));
    features.chain([targets[place]]).collect()
}

#[test]
fn features_are_those_of_an_independent_program() {
    let (place, summary) = prepared();
    let text = include_str!("../data/series/features.json");
    let expected: Value = serde_json::from_str(text).unwrap();
    let mut compared = 0;
    for (horizon, parts) in expected["horizons"].as_object().unwrap() {
        for (part, expected) in parts.as_object().unwrap() {
            let material = Material::read(&[&place.part(part)]).unwrap();
            let examples = material.examples(horizon.parse().unwrap()).unwrap();
            assert_eq!(
                examples.len() as u64,
                expected["examples"].as_u64().unwrap(),
                "{horizon} {part}"
            );
            let rows = material.rows(&examples);
            for (number, expected) in expected["rows"].as_object().unwrap() {
                let own = row(&rows.table, &rows.truth, number.parse().unwrap());
                let expected = numbers(expected);
                assert_eq!(own.len(), expected.len());
                for (place, (own, expected)) in own.into_iter().zip(expected).enumerate() {
                    close(own, expected, &format!("{horizon} {part} {number} {place}"));
                    compared += 1;
                }
            }
            for (place, mean) in numbers(&expected["means"]).into_iter().enumerate() {
                let sum: f64 = (0..examples.len())
                    .map(|number| row(&rows.table, &rows.truth, number)[place])
                    .sum();
                close(
                    sum / examples.len() as f64,
                    mean,
                    &format!("{horizon} {part} mean {place}"),
                );
            }
            let naive = material.schema.target.naive_error.unwrap();
            assert!((naive - expected_naive()).abs() < 1e-9);
        }
    }
    assert_eq!(compared, 3 * 3 * 3 * 32);
    assert_eq!(
        (
            summary.read,
            summary.train,
            summary.validation,
            summary.test
        ),
        (9471, 6050, 1347, 1426)
    );
    let series = summary.series.unwrap();
    assert_eq!(
        (series.empty_rows, series.format.as_str()),
        (114, "%d/%m/%Y %H.%M.%S")
    );
    assert_eq!(
        (series.first.as_str(), series.last.as_str()),
        ("2004-03-10 18:00:00", "2005-04-04 14:00:00")
    );
    assert_eq!(summary.missing["C6H6(GT)"], 366);
}

fn expected_naive() -> f64 {
    let all: Value = serde_json::from_str(include_str!("../data/series/features.json")).unwrap();
    all["naive_error"].as_f64().unwrap()
}

/// Reference values are scikit-learn's, and for the baselines NumPy's.
#[test]
fn ridge_and_baselines_have_the_scores_of_the_references() {
    let (place, _) = prepared();
    place
        .train(
            "ridge",
            &[("algorithm", "ridge"), ("alpha", "1"), ("refit", "")],
        )
        .unwrap();
    let evaluation = place.evaluate("ridge", 50);
    let forecast = evaluation.forecast.unwrap();
    assert_eq!((forecast.days, evaluation.rows), (61, 1426));
    let references = [
        (
            1,
            [3.05, 2.07, 0.76, 0.46],
            [3.83, 2.37, 0.62, 0.53],
            [5.43, 3.71, 0.24, 0.83],
        ),
        (
            6,
            [4.48, 3.48, 0.48, 0.78],
            [8.48, 6.27, -0.85, 1.40],
            [5.43, 3.71, 0.24, 0.83],
        ),
        (
            24,
            [4.60, 3.43, 0.46, 0.77],
            [5.43, 3.71, 0.24, 0.83],
            [5.43, 3.71, 0.24, 0.83],
        ),
    ];
    let names = ["rmse", "mae", "r2", "mase"];
    let check = |scores: &BTreeMap<String, f64>, expected: [f64; 4], who: &str| {
        for (name, expected) in names.into_iter().zip(expected) {
            assert!(
                (scores[name] - expected).abs() < 0.006,
                "{who} {name} {} {expected}",
                scores[name]
            );
        }
    };
    for (own, (hours, ridge, persistence, seasonal)) in forecast.horizons.iter().zip(references) {
        assert_eq!((own.hours, own.rows), (hours, 1426));
        check(&own.scores, ridge, "ridge");
        check(&own.baselines[0].scores, persistence, "persistence");
        check(&own.baselines[1].scores, seasonal, "seasonal");
        assert_eq!(own.last.len(), 336);
    }
    let mean: f64 = forecast
        .horizons
        .iter()
        .map(|own| own.scores["rmse"])
        .sum::<f64>()
        / 3.0;
    assert!((evaluation.scores["rmse"] - mean).abs() < 1e-12);
    assert!((evaluation.scores["rmse_6h"] - forecast.horizons[1].scores["rmse"]).abs() < 1e-12);
}

/// `cargo test --release -p learn --test series -- --ignored --nocapture quality`
#[test]
#[ignore = "minutes of work; prints scores beside those of the references"]
#[expect(clippy::disallowed_methods, reason = "which seeds it takes")]
fn quality() {
    let (place, _) = prepared();
    let families: [(&str, &[(&str, &str)]); 3] = [
        (
            "random_forest",
            &[
                ("n_estimators", "100"),
                ("max_features", "0.3333333333"),
                ("min_samples_leaf", "3"),
            ],
        ),
        (
            "gradient_boosting",
            &[
                ("n_estimators", "300"),
                ("learning_rate", "0.05"),
                ("subsample", "0.8"),
                ("colsample_bytree", "0.8"),
            ],
        ),
        ("lstm", &[]),
    ];
    let seeds = std::env::var("SEEDS").unwrap_or_else(|_| "1,2,3".to_owned());
    for (name, own) in families {
        let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for seed in seeds.split(',') {
            let mut told = vec![("algorithm", name), ("seed", seed), ("refit", "")];
            told.extend(own);
            place.train(name, &told).unwrap();
            for (metric, value) in place.evaluate(name, 1).scores {
                all.entry(metric).or_default().push(value);
            }
        }
        for metric in [
            "rmse_1h", "rmse_6h", "rmse_24h", "mae_1h", "mae_6h", "mae_24h",
        ] {
            let values = &all[metric];
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            println!("{name} {metric} {mean:.3} {values:.3?}");
        }
    }
}
