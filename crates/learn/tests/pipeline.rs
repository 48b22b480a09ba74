//! Prepare, train, select, refit and test on the files of four hospitals, as jobs do it: from folder to folder.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use learn::{Model, evaluate, prepare, select, train};
use steps::{
    Bootstrap, Candidate, ColumnSpec, ColumnType, Comparison, CsvFormat, Document, Duplicates,
    EvaluateSpec, Evaluation, Failure, Hyperparameters, Manifest, Positive, PrepareSpec,
    PrepareSummary, Schema, SelectSpec, Selection, SplitSpec, TrainSummary,
};
use tempfile::TempDir;

const NUMBERS: [&str; 6] = ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"];
const COLUMNS: [&str; 14] = [
    "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak",
    "slope", "ca", "thal", "num",
];

fn spec() -> PrepareSpec {
    let kind = |name: &str| {
        if NUMBERS.contains(&name) {
            ColumnType::Number
        } else {
            ColumnType::Category
        }
    };
    let column = |name: &str| ColumnSpec {
        name: name.to_owned(),
        kind: kind(name),
    };
    let hospitals = ["cleveland", "hungarian", "switzerland", "va"];
    let markers = [("*", "?"), ("chol", "0"), ("trestbps", "0")];
    PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: hospitals
            .map(|name| format!("processed.{name}.data"))
            .to_vec(),
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
        columns: COLUMNS.iter().map(|name| column(name)).collect(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "num".to_owned(),
        target_kind: steps::TargetKind::Class,
        positive: Some(Positive::Compare {
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

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/heart-disease")
}

fn prepared() -> (TempDir, PrepareSummary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = prepare::run(&spec(), &data(), folder.path()).unwrap();
    (folder, summary)
}

fn hyperparameters(algorithm: &str, more: &[(&str, &str)]) -> Hyperparameters {
    let given = [&[("algorithm", algorithm), ("seed", "7")], more].concat();
    Hyperparameters(
        given
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

struct Trained {
    summary: TrainSummary,
    lines: Vec<String>,
    model: Vec<u8>,
}

fn train_into(
    prepared: &Path,
    parts: &[&str],
    given: &Hyperparameters,
    model: &Path,
    threads: usize,
) -> Trained {
    let job = train::Job {
        hyperparameters: given,
        train: parts.iter().map(|part| prepared.join(part)).collect(),
        validation: (!parts.contains(&"validation")).then(|| prepared.join("validation")),
        existing: None,
        model: model.to_owned(),
        threads,
    };
    let mut lines = Vec::new();
    let summary = train::run(&job, &mut |line| lines.push(line.to_owned())).unwrap();
    Trained {
        summary,
        lines,
        model: std::fs::read(model.join("model.onnx")).unwrap(),
    }
}

#[test]
fn preparation_writes_parts_that_stand_alone() {
    let (folder, summary) = prepared();
    assert_eq!(
        (summary.read, summary.duplicates, summary.without_target),
        (920, 2, 0)
    );
    assert_eq!(
        (summary.train, summary.validation, summary.test),
        (550, 184, 184)
    );
    assert_eq!((summary.columns, summary.features), (13, 25));
    assert_eq!(summary.missing["chol"], 30 + 172 - 1);
    let text = std::fs::read_to_string(folder.path().join("train/train.csv")).unwrap();
    assert_eq!(text.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(text.lines().count(), 551);
    let manifest = std::fs::read(folder.path().join("manifest.json")).unwrap();
    let manifest = Manifest::from_slice(&manifest).unwrap();
    let files: Vec<&str> = manifest.files.keys().map(String::as_str).collect();
    let expected = [
        "schema.json",
        "summary.json",
        "test/schema.json",
        "test/test.csv",
        "train/schema.json",
        "train/train.csv",
        "validation/schema.json",
        "validation/validation.csv",
    ];
    assert_eq!(files, expected);
    let schema = std::fs::read(folder.path().join("test/schema.json")).unwrap();
    let schema = Schema::from_slice(&schema).unwrap();
    assert_eq!(schema.columns[2].levels, ["1", "2", "3", "4"]);
    assert_eq!(schema.columns[4].missing, ["?", "0"]);
    assert_eq!(schema.target.classes, ["0", "1"]);
}

#[test]
fn preparing_twice_gives_the_same_bytes() {
    let (first, _) = prepared();
    let (second, _) = prepared();
    let manifest = |folder: &TempDir| std::fs::read(folder.path().join("manifest.json")).unwrap();
    assert_eq!(manifest(&first), manifest(&second));
}

#[test]
fn models_are_the_same_bytes_at_any_number_of_threads() {
    let (folder, _) = prepared();
    for (algorithm, more) in [
        ("majority", &[][..]),
        (
            "logistic_regression",
            &[("encode", "ordinal"), ("class_weight", "balanced")],
        ),
        ("random_forest", &[("n_estimators", "20")]),
    ] {
        let given = hyperparameters(algorithm, more);
        let at = |threads: usize| {
            let model = tempfile::tempdir().unwrap();
            train_into(folder.path(), &["train"], &given, model.path(), threads).model
        };
        let one = at(1);
        assert_eq!(one, at(2), "{algorithm}");
        assert_eq!(one, at(4), "{algorithm}");
    }
}

#[test]
fn training_reports_scores_of_the_saved_model() {
    let (folder, _) = prepared();
    let model = tempfile::tempdir().unwrap();
    let given = hyperparameters("logistic_regression", &[("C", "0.5")]);
    let trained = train_into(folder.path(), &["train"], &given, model.path(), 2);
    assert_eq!((trained.summary.rows, trained.summary.features), (550, 25));
    assert!(trained.summary.converged && trained.summary.iterations > 3);
    let accuracy = trained.summary.scores["validation:accuracy"];
    assert!((0.75..0.9).contains(&accuracy), "{accuracy}");
    assert!(
        trained
            .lines
            .contains(&format!("validation:accuracy={accuracy:.6};")),
        "{:?}",
        trained.lines
    );
    assert!(
        trained
            .lines
            .iter()
            .all(|line| line.contains(':') && line.ends_with(';'))
    );
    let loaded = Model::load(model.path(), 1).unwrap();
    assert_eq!(
        loaded.program().unwrap().metadata()["family"],
        "logistic_regression"
    );
    assert_eq!(loaded.program().unwrap().metadata()["seed"], "7");
    assert_eq!(loaded.schema().columns[0].name, "age");
}

#[test]
fn refitting_fits_on_both_parts() {
    let (folder, _) = prepared();
    let model = tempfile::tempdir().unwrap();
    let given = hyperparameters("random_forest", &[("n_estimators", "10")]);
    let refitted = train_into(
        folder.path(),
        &["train", "validation"],
        &given,
        model.path(),
        1,
    );
    assert_eq!(refitted.summary.rows, 734);
    let first = train_into(folder.path(), &["train"], &given, model.path(), 1);
    assert_ne!(first.model, refitted.model);
}

#[test]
fn too_few_iterations_are_reported() {
    let (folder, _) = prepared();
    let model = tempfile::tempdir().unwrap();
    let given = hyperparameters("logistic_regression", &[("max_iter", "2")]);
    let trained = train_into(folder.path(), &["train"], &given, model.path(), 1);
    assert!(!trained.summary.converged);
    assert!(
        trained.lines.last().unwrap().contains("max_iter"),
        "{:?}",
        trained.lines
    );
}

fn candidate(name: &str, given: &Hyperparameters, failure: Option<Failure>) -> Candidate {
    Candidate {
        name: name.to_owned(),
        baseline: name == "majority",
        hyperparameters: given.clone(),
        job: Some(format!("job-{name}")),
        model: failure
            .is_none()
            .then(|| format!("s3://bucket/{name}/model.tar.gz")),
        failure,
    }
}

/// Trains the candidates and describes the selection among them.
fn candidates(folder: &Path, names: &[&str]) -> (SelectSpec, BTreeMap<String, PathBuf>) {
    let mut models = BTreeMap::new();
    let mut candidates = Vec::new();
    for &name in names {
        let given = hyperparameters(name, &[]);
        let model = folder.join("models").join(name);
        train_into(folder, &["train"], &given, &model, 2);
        candidates.push(candidate(name, &given, None));
        models.insert(name.to_owned(), model);
    }
    let failure = Failure {
        error: "States.TaskFailed".to_owned(),
        cause: None,
    };
    candidates.push(candidate(
        "broken",
        &hyperparameters("random_forest", &[]),
        Some(failure),
    ));
    (
        SelectSpec {
            metric: "f1_macro".to_owned(),
            candidates,
        },
        models,
    )
}

fn selected(
    folder: &Path,
    spec: &SelectSpec,
    models: &BTreeMap<String, PathBuf>,
) -> Result<Selection, String> {
    let output = folder.join("selected");
    let folders = select::Folders {
        load: learn::load,
        models,
        validation: &folder.join("validation"),
        output: &output,
    };
    let clock = Cell::new(0);
    let tick = || {
        clock.set(clock.get() + 1_000);
        clock.get()
    };
    let selection = select::run(spec, folders, Some(&tick))
        .map_err(|error| format!("{}: {error}", error.code()))?;
    let written = std::fs::read(output.join(Selection::FILE)).unwrap();
    assert_eq!(Selection::from_slice(&written).unwrap(), selection);
    Ok(selection)
}

#[test]
fn the_best_candidate_that_is_no_baseline_is_selected_and_tested() {
    let (folder, _) = prepared();
    let folder = folder.path();
    let (spec, models) = candidates(
        folder,
        &["majority", "logistic_regression", "random_forest"],
    );
    let selection = selected(folder, &spec, &models).unwrap();
    let score = |name: &str| {
        let of = |c: &&steps::CandidateScore| c.name == name;
        selection.candidates.iter().find(of).unwrap().scores["f1_macro"]
    };
    let best = if score("random_forest") > score("logistic_regression") {
        "random_forest"
    } else {
        "logistic_regression"
    };
    assert_eq!(selection.selected, best);
    assert!(score("majority") < 0.4 && score(best) > 0.75);
    assert_eq!(selection.model, format!("s3://bucket/{best}/model.tar.gz"));
    assert_eq!(selection.candidates[1].one_row_p99_ns, Some(1_000));
    assert!(selection.candidates[3].scores.is_empty() && selection.candidates[3].failure.is_some());

    let bootstrap = Bootstrap {
        resamples: 1_000,
        level: 0.95,
        seed: 3,
    };
    let told = EvaluateSpec {
        candidate: best.to_owned(),
        bootstrap,
        metric: Some("accuracy".to_owned()),
        groups: None,
    };
    let (test, output) = (folder.join("test"), folder.join("tested"));
    let folders = evaluate::Folders {
        others: &[],
        load: learn::load,
        model: &models[best],
        test: &test,
        output: &output,
    };
    let evaluation = evaluate::run(&told, folders, 2).unwrap();
    assert_eq!(evaluation.rows, 184);
    assert_eq!(evaluation.confusion.iter().flatten().sum::<u64>(), 184);
    for (metric, value) in &evaluation.scores {
        let interval = evaluation.intervals[metric];
        assert!(
            interval.low < *value && *value < interval.high,
            "{metric}: {value} {interval:?}"
        );
    }
    let right = evaluation.confusion[0][0] + evaluation.confusion[1][1];
    assert!((evaluation.scores["accuracy"] - right as f64 / 184.0).abs() < 1e-12);
    let written = std::fs::read(output.join(Evaluation::FILE)).unwrap();
    assert_eq!(Evaluation::from_slice(&written).unwrap(), evaluation);
}

#[test]
fn selections_that_cannot_be_made_say_why() {
    let (folder, _) = prepared();
    let folder = folder.path();
    let (spec, models) = candidates(folder, &["majority"]);
    let message = selected(folder, &spec, &models).unwrap_err();
    assert_eq!(
        message,
        "P0227: no candidate is left to select from: broken"
    );
    let unknown = SelectSpec {
        metric: "auc".to_owned(),
        ..spec.clone()
    };
    let message = selected(folder, &unknown, &models).unwrap_err();
    assert!(
        message.starts_with("P0226: metric `auc`: not one of `accuracy`"),
        "{message}"
    );
    let message = selected(folder, &spec, &BTreeMap::new()).unwrap_err();
    assert_eq!(message, "P0227: candidate `majority` has no model");
}

#[test]
fn changed_and_foreign_files_are_refused() {
    let (folder, _) = prepared();
    let folder = folder.path();
    let given = hyperparameters("logistic_regression", &[]);
    let model = folder.join("model");
    train_into(folder, &["train"], &given, &model, 1);
    let mut bytes = std::fs::read(model.join("model.onnx")).unwrap();
    bytes[100] ^= 1;
    std::fs::write(model.join("model.onnx"), &bytes).unwrap();
    assert_eq!(Model::load(&model, 1).unwrap_err().code(), "P0221");
    std::fs::remove_file(model.join("manifest.json")).unwrap();
    std::fs::write(model.join("model.onnx"), b"\x0Anothing").unwrap();
    assert_eq!(Model::load(&model, 1).unwrap_err().code(), "P0230");

    std::fs::write(folder.join("train/train.csv"), "age\n1\n").unwrap();
    let job = train::Job {
        existing: None,
        hyperparameters: &given,
        train: vec![folder.join("train")],
        validation: None,
        model,
        threads: 1,
    };
    assert_eq!(train::run(&job, &mut |_| ()).unwrap_err().code(), "P0221");
}

#[test]
fn a_model_is_not_tested_on_rows_of_another_preparation() {
    let (folder, _) = prepared();
    let model = folder.path().join("model");
    train_into(
        folder.path(),
        &["train"],
        &hyperparameters("majority", &[]),
        &model,
        1,
    );
    let other = tempfile::tempdir().unwrap();
    let spec = PrepareSpec {
        positive: None,
        ..spec()
    };
    prepare::run(&spec, &data(), other.path()).unwrap();
    let bootstrap = Bootstrap {
        resamples: 10,
        level: 0.9,
        seed: 1,
    };
    let told = EvaluateSpec {
        candidate: "majority".to_owned(),
        bootstrap,
        metric: None,
        groups: None,
    };
    let test = other.path().join("test");
    let folders = evaluate::Folders {
        others: &[],
        load: learn::load,
        model: &model,
        test: &test,
        output: other.path(),
    };
    let error = evaluate::run(&told, folders, 1).unwrap_err();
    assert_eq!(error.code(), "P0232");
    assert!(
        error
            .to_string()
            .ends_with("a target that the model was not trained on"),
        "{error}"
    );
}
