//! Scores of both families on heart disease, through the saved model, compared with scikit-learn's: 5 folds x 5 seeds, paired.
//!
//! Two programs count as equal when the lower end of the paired 95 % interval of (own - reference) is above minus a margin. The
//! margins are at least twice the half-width that scikit-learn's forest shows against itself with another seed; the optimum of
//! logistic regression is unique, so its margin is small.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "the figures are part of what the test shows"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use learn::families::Family;
use learn::metrics::{Metric, Score, Scorer};
use learn::split::folds;
use learn::train::{Fit, fit};
use learn::{Labelled, Model, Recipe, Scale, prepare, read_part};
use serde_json::Value;
use steps::{
    ColumnSpec, ColumnType, Comparison, CsvFormat, Duplicates, Hyperparameters, Positive,
    PrepareSpec, Schema, SplitSpec,
};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;
const FOLDS: usize = 5;
/// Student's t for 24 degrees of freedom, 97.5 %.
const T_24: f64 = 2.064;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn spec(hospitals: &[&str], binary: bool) -> PrepareSpec {
    let number = ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"];
    let order = [
        "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak",
        "slope", "ca", "thal", "num",
    ];
    let column = |name: &&str| ColumnSpec {
        name: (*name).to_owned(),
        kind: if number.contains(name) {
            ColumnType::Number
        } else {
            ColumnType::Category
        },
    };
    let markers = [("*", "?"), ("chol", "0"), ("trestbps", "0")];
    PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: hospitals
            .iter()
            .map(|name| format!("processed.{name}.data"))
            .collect(),
        csv: CsvFormat {
            header: false,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        missing: markers
            .map(|(name, text)| (name.to_owned(), vec![text.to_owned()]))
            .into(),
        duplicates: Duplicates::Drop,
        columns: order.iter().map(column).collect(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "num".to_owned(),
        target_kind: steps::TargetKind::Class,
        positive: binary.then_some(Positive::Compare {
            comparison: Comparison::Greater,
            value: 0.0,
        }),
        split: SplitSpec {
            test_ppm: 200_000,
            validation_ppm: 200_000,
            stratify: true,
            seed: 42,
            by: steps::SplitBy::Random,
        },
        series: None,
        images: None,
    }
}

/// All rows, none of which is held out.
fn rows(spec: &PrepareSpec) -> (Schema, Labelled) {
    let mut spec = spec.clone();
    (spec.split.test_ppm, spec.split.validation_ppm) = (0, 0);
    let out = tempfile::tempdir().unwrap();
    prepare::run(&spec, &data().join("heart-disease"), out.path()).unwrap();
    read_part(&out.path().join("train")).unwrap()
}

/// Hyperparameters of the reference.
fn family(name: &str) -> Family {
    let own: &[(&str, &str)] = match name {
        "logistic_regression" => &[("C", "1"), ("max_iter", "2000"), ("tol", "0.000001")],
        "random_forest" => &[("n_estimators", "100")],
        _ => &[],
    };
    let named = [&[("algorithm", name)], own].concat();
    let given = named
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Family::parse(&Hyperparameters(given), &[]).unwrap()
}

/// Scores of all runs of a family, seed outermost, and seconds of fitting.
fn runs(name: &str, schema: &Schema, rows: &Labelled) -> (BTreeMap<Metric, Vec<f64>>, f64) {
    let family = family(name);
    let recipe = Recipe {
        scale: if family.scaled() {
            Scale::Standard
        } else {
            Scale::None
        },
        ..Recipe::default()
    };
    let mut found: BTreeMap<Metric, Vec<f64>> = BTreeMap::new();
    let mut seconds = 0.0;
    for seed in SEEDS {
        let fold = folds(rows.truth.labels(), seed, FOLDS);
        for held_out in 0..FOLDS {
            let part = |inside: bool| -> Labelled {
                let chosen: Vec<usize> = (0..fold.len())
                    .filter(|&row| (fold[row] == held_out) == inside)
                    .collect();
                rows.select(&chosen)
            };
            let (train, test) = (part(false), part(true));
            let what = Fit {
                family: &family,
                recipe,
                seed: 1000 * seed + held_out as u64,
            };
            let start = Instant::now();
            let trained = fit(&what, schema, train).unwrap();
            seconds += start.elapsed().as_secs_f64();
            let model = Model::from_bytes(&trained.bytes, trained.schema, "model.onnx").unwrap();
            let scorer = Scorer::new(test.truth.labels(), &model.predict(&test.table).unwrap());
            for (metric, value) in scorer.scores() {
                found.entry(metric).or_default().push(value);
            }
        }
    }
    (found, seconds)
}

/// Mean and half-width of the paired interval.
fn paired(own: &[f64], reference: &[f64], sign: f64) -> (f64, f64) {
    let differences: Vec<f64> = own
        .iter()
        .zip(reference)
        .map(|(a, b)| sign * (a - b))
        .collect();
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, T_24 * (variance / count).sqrt())
}

struct Case {
    task: &'static str,
    hospitals: &'static [&'static str],
    binary: bool,
    /// Family, margin of accuracy, margin of log loss where one is held.
    margins: &'static [(&'static str, f64, Option<f64>)],
}

const FOUR: &[&str] = &["cleveland", "hungarian", "switzerland", "va"];

const CASES: &[Case] = &[
    Case {
        task: "four_binary",
        hospitals: FOUR,
        binary: true,
        margins: &[
            ("majority", 1e-4, Some(1e-4)),
            ("logistic_regression", 0.002, Some(0.001)),
            ("random_forest", 0.015, None),
        ],
    },
    Case {
        task: "cleveland_binary",
        hospitals: &["cleveland"],
        binary: true,
        margins: &[
            ("logistic_regression", 0.002, Some(0.001)),
            ("random_forest", 0.020, None),
        ],
    },
    Case {
        task: "cleveland_5",
        hospitals: &["cleveland"],
        binary: false,
        margins: &[
            ("majority", 1e-4, Some(1e-4)),
            ("logistic_regression", 0.002, Some(0.001)),
            ("random_forest", 0.020, None),
        ],
    },
];

fn compare(case: &Case, reference: &Value) {
    let (schema, rows) = rows(&spec(case.hospitals, case.binary));
    let reference = &reference["tasks"][case.task];
    assert_eq!(rows.truth.len() as u64, reference["rows"].as_u64().unwrap());
    for &(name, accuracy, log_loss) in case.margins {
        let (own, seconds) = runs(name, &schema, &rows);
        let margins = [
            (Metric::Accuracy, "accuracy", Some(accuracy)),
            (Metric::F1Macro, "macro_f1", None),
            (Metric::RocAuc, "roc_auc", None),
            (Metric::LogLoss, "log_loss", log_loss),
        ];
        for (metric, key, margin) in margins {
            let values: Vec<f64> = reference[name][key]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_f64().unwrap())
                .collect();
            assert_eq!(values.len(), own[&metric].len());
            let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
            let (mean, half) = paired(&own[&metric], &values, sign);
            let of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let verdict = margin.map_or(String::new(), |margin| format!(", margin {margin}"));
            println!(
                "{} {name} {metric}: own {:.5}, scikit-learn {:.5}, difference {mean:+.5} +- {half:.5}{verdict}",
                case.task,
                of(&own[&metric]),
                of(&values)
            );
            if let Some(margin) = margin {
                assert!(
                    mean - half > -margin,
                    "{} {name} {metric}: {mean} +- {half}",
                    case.task
                );
            }
        }
        println!(
            "{} {name} fit: own {:.4} s wall, scikit-learn {} s of processor",
            case.task,
            seconds / 25.0,
            reference[name]["fit_cpu_seconds"]
        );
    }
}

#[test]
fn scores_equal_those_of_scikit_learn() {
    let text = std::fs::read_to_string(data().join("scikit_learn_scores.json")).unwrap();
    let reference: Value = serde_json::from_str(&text).unwrap();
    for case in CASES {
        compare(case, &reference);
    }
}
