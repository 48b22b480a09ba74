//! Outputs of fixed inputs, as they were when the steps' algorithm versions were last set.
//!
//! A failure means that a step answers differently than before for the same inputs, so results in caches are stale: raise
//! the step's `ALGORITHM` version where its key is made, then renew the value here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use learn::{Model, evaluate, prepare, train};
use steps::{
    Bootstrap, ColumnSpec, ColumnType, CsvFormat, Document, Duplicates, EvaluateSpec,
    Hyperparameters, Manifest, Positive, PrepareSpec, SplitSpec,
};

const NUMBERS: [&str; 6] = ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"];

fn prepared() -> tempfile::TempDir {
    let names = [
        "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak",
        "slope", "ca", "thal", "num",
    ];
    let kind = |name: &str| {
        if NUMBERS.contains(&name) {
            ColumnType::Number
        } else {
            ColumnType::Category
        }
    };
    let spec = PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: ["cleveland", "va"]
            .map(|name| format!("processed.{name}.data"))
            .to_vec(),
        csv: CsvFormat {
            header: false,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        missing: [("*", "?"), ("chol", "0")]
            .map(|(name, text)| (name.to_owned(), vec![text.to_owned()]))
            .into(),
        duplicates: Duplicates::Drop,
        columns: names
            .map(|name| ColumnSpec {
                name: name.to_owned(),
                kind: kind(name),
            })
            .to_vec(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "num".to_owned(),
        target_kind: steps::TargetKind::Class,
        positive: Some(Positive::Labels(
            [
                ("0", "healthy"),
                ("1", "sick"),
                ("2", "sick"),
                ("3", "sick"),
                ("4", "sick"),
            ]
            .map(|(label, class)| (label.to_owned(), class.to_owned()))
            .into(),
        )),
        split: SplitSpec {
            test_ppm: 200_000,
            validation_ppm: 150_000,
            stratify: true,
            seed: 42,
            by: steps::SplitBy::Random,
        },
        series: None,
        images: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/heart-disease");
    prepare::run(&spec, &data, folder.path()).unwrap();
    folder
}

fn trained(folder: &Path, algorithm: &str) -> Model {
    let given = [("algorithm", algorithm), ("seed", "11")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let model = folder.join(algorithm);
    let job = train::Job {
        hyperparameters: &Hyperparameters(given.into()),
        train: vec![folder.join("train")],
        validation: None,
        existing: None,
        model: model.clone(),
        threads: 2,
    };
    train::run(&job, &mut |_| ()).unwrap();
    Model::load(&model, 1).unwrap()
}

/// Two rows that no part holds.
fn probe(model: &Model) -> Vec<f32> {
    let body = b"55,1,4,132,250,0,1,140,1,1.5,2,,7\n38,0,2,120,,0,0,170,0,0,1,0,3\n";
    let service = learn::serve::Service::new(model.clone());
    model
        .predict(&service.parse("text/csv", body).unwrap())
        .unwrap()
        .probabilities
}

#[test]
fn prepare_answers_as_before() {
    let folder = prepared();
    let manifest = std::fs::read(folder.path().join(Manifest::FILE)).unwrap();
    let files = Manifest::from_slice(&manifest).unwrap().files;
    let of = |name: &str| files[name].sha256[..16].to_owned();
    let found = [
        "train/train.csv",
        "validation/validation.csv",
        "test/test.csv",
        "schema.json",
        "summary.json",
    ]
    .map(of);
    assert_eq!(found, PREPARED);
}

#[test]
fn train_answers_as_before() {
    let folder = prepared();
    let forest = trained(folder.path(), "random_forest");
    // A forest is whole numbers and divisions only, so all of its votes must be the same.
    let votes = probe(&forest);
    assert_eq!(
        votes
            .iter()
            .map(|share| share.to_bits())
            .collect::<Vec<_>>(),
        FOREST
    );
    for (algorithm, expected) in [("majority", MAJORITY), ("logistic_regression", LOGISTIC)] {
        let found = probe(&trained(folder.path(), algorithm));
        let near = found
            .iter()
            .zip(&expected)
            .all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(
            near && found.len() == expected.len(),
            "{algorithm}: {found:?}"
        );
    }
}

#[test]
fn test_answers_as_before() {
    let folder = prepared();
    trained(folder.path(), "random_forest");
    let spec = EvaluateSpec {
        candidate: "random_forest".to_owned(),
        bootstrap: Bootstrap {
            resamples: 1_000,
            level: 0.95,
            seed: 5,
        },
        metric: None,
        groups: None,
    };
    let (model, test) = (
        folder.path().join("random_forest"),
        folder.path().join("test"),
    );
    let folders = evaluate::Folders {
        others: &[],
        load: learn::load,
        model: &model,
        test: &test,
        output: folder.path(),
    };
    let evaluation = evaluate::run(&spec, folders, 1).unwrap();
    for (metric, expected) in [("accuracy", ACCURACY), ("f1_macro", F1_MACRO)] {
        let interval = evaluation.intervals[metric];
        let found = [evaluation.scores[metric], interval.low, interval.high];
        let millionths = found.map(|value| (value * 1e6).round() as u64);
        assert_eq!(millionths, expected, "{metric}");
    }
    let area = (evaluation.roc[0].area * 1e6).round() as u64;
    let calibration = evaluation.calibration.unwrap();
    let bins: Vec<u64> = calibration.bins.iter().map(|bin| bin.rows).collect();
    assert_eq!((area, &bins[..]), (AREA, &BINS[..]));
    let importance = evaluation.importance.unwrap();
    let columns: Vec<_> = importance.columns[..4]
        .iter()
        .map(|column| (column.column.as_str(), (column.mean * 1e6).round() as i64))
        .collect();
    assert_eq!(columns, IMPORTANCE);
}

const PREPARED: [&str; 5] = [
    "edfb052fb80a1735",
    "67b0f0eaf5ab8fed",
    "88befd8ff1ec2e54",
    "659812a44c62f1f3",
    "3f245e672c405f33",
];
const FOREST: [u32; 4] = [1_022_739_584, 1_064_849_884, 1_065_185_444, 1_008_981_760];
const MAJORITY: [f32; 4] = [0.428_134_53, 0.571_865_44, 0.428_134_53, 0.571_865_44];
const LOGISTIC: [f32; 4] = [0.079_398_82, 0.920_601_2, 0.992_811_14, 0.007_188_896];
const ACCURACY: [u64; 3] = [820_000, 740_000, 890_000];
const F1_MACRO: [u64; 3] = [813_973, 726_628, 887_468];
const AREA: u64 = 861_077;
const BINS: [u64; 10] = [11, 8, 7, 8, 5, 7, 12, 12, 15, 15];
const IMPORTANCE: [(&str, i64); 4] = [
    ("thal", 47_490),
    ("cp", 35_226),
    ("exang", 14_610),
    ("thalach", 11_042),
];
