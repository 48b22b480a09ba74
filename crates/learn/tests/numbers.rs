//! A target that is a number, from a source file to a served model: prepare, train, select, test, answer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use learn::serve::{Request, Service};
use learn::{Model, evaluate, prepare, select, train};
use steps::{
    Bootstrap, Candidate, CsvFormat, Document, Duplicates, EvaluateSpec, Hyperparameters,
    PrepareSpec, PrepareSummary, Schema, SelectSpec, SplitSpec, TargetKind, TrainSummary,
};
use tempfile::TempDir;

/// Consumption in litres, with a decimal comma, that weight and fuel explain but for some noise.
fn source() -> String {
    let mut text = "weight;fuel;litres\n".to_owned();
    for row in 0..400_u32 {
        let weight = 800 + row * 37 % 1200;
        let fuel = ["diesel", "petrol", "?"][row as usize % 3];
        let more = if fuel == "petrol" { 2.0 } else { 0.0 };
        let noise = f64::from(row * 7919 % 101) / 100.0 - 0.5;
        let litres = f64::from(weight) / 200.0 + more + noise;
        let litres = if row == 5 {
            "?".to_owned()
        } else {
            format!("{litres:.2}")
        };
        writeln!(text, "{weight};{fuel};{}", litres.replace('.', ",")).unwrap();
    }
    text
}

fn spec() -> PrepareSpec {
    PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: vec!["cars.csv".to_owned()],
        csv: CsvFormat {
            header: true,
            delimiter: ';',
            decimal: ',',
            encoding: steps::Encoding::default(),
        },
        missing: [("*".to_owned(), vec!["?".to_owned()])].into(),
        duplicates: Duplicates::Keep,
        columns: Vec::new(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "litres".to_owned(),
        target_kind: TargetKind::Number,
        positive: None,
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

fn prepare_text(text: &str) -> Result<(TempDir, PrepareSummary), String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cars.csv"), text).unwrap();
    let out = folder.path().join("prepared");
    match prepare::run(&spec(), folder.path(), &out) {
        Ok(summary) => Ok((folder, summary)),
        Err(error) => Err(format!("{}: {error}", error.code())),
    }
}

fn given(algorithm: &str) -> Hyperparameters {
    let pairs: &[(&str, &str)] = match algorithm {
        "random_forest" | "gradient_boosting" => &[("n_estimators", "40")],
        _ => &[],
    };
    let named = [&[("algorithm", algorithm)], pairs].concat();
    let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    Hyperparameters(named.iter().map(owned).collect())
}

fn train_at(
    folder: &Path,
    algorithm: &str,
    threads: usize,
) -> Result<(PathBuf, TrainSummary), String> {
    let model = folder.join(format!("{algorithm}-{threads}"));
    let job = train::Job {
        hyperparameters: &given(algorithm),
        train: vec![folder.join("prepared/train")],
        validation: Some(folder.join("prepared/validation")),
        existing: None,
        model: model.clone(),
        threads,
    };
    match train::run(&job, &mut |_| ()) {
        Ok(summary) => Ok((model, summary)),
        Err(error) => Err(format!("{}: {error}", error.code())),
    }
}

const FAMILIES: [&str; 5] = [
    "mean",
    "linear_regression",
    "ridge",
    "random_forest",
    "gradient_boosting",
];

#[test]
fn numbers_are_prepared_without_classes() {
    let (folder, summary) = prepare_text(&source()).unwrap();
    assert_eq!((summary.read, summary.without_target), (400, 1));
    assert_eq!(
        (summary.train, summary.validation, summary.test),
        (239, 80, 80)
    );
    assert!(summary.classes.is_empty());
    let schema = std::fs::read(folder.path().join("prepared/schema.json")).unwrap();
    let target = Schema::from_slice(&schema).unwrap().target;
    assert_eq!((target.kind, target.classes.len()), (TargetKind::Number, 0));
    let train = std::fs::read_to_string(folder.path().join("prepared/train/train.csv")).unwrap();
    let first = train.lines().nth(1).unwrap();
    assert_eq!(first.split(',').count(), 3, "a decimal point: {first}");
}

#[test]
fn a_target_that_is_no_number_is_named_by_its_line() {
    let text = source().replacen("808;petrol;", "808;petrol;much ", 1);
    let wrong = "weight;fuel;litres\n1;a;much\n";
    assert_eq!(
        prepare_text(wrong).map(drop).unwrap_err(),
        "P0207: target `litres`: `cars.csv`, line 2: `much` is not a number"
    );
    let same = "weight;fuel;litres\n1;a;2,5\n2;b;2,5\n";
    assert_eq!(
        prepare_text(same).map(drop).unwrap_err(),
        "P0207: target `litres`: all 2 rows have the one number 2.5"
    );
    assert!(prepare_text(&text).is_ok(), "no such row");
}

#[test]
fn every_family_is_scored_through_its_file_and_does_not_depend_on_threads() {
    let (folder, _) = prepare_text(&source()).unwrap();
    for family in FAMILIES {
        let (model, summary) = train_at(folder.path(), family, 1).unwrap();
        let bytes = std::fs::read(model.join("model.onnx")).unwrap();
        for threads in [2, 4] {
            let (other, _) = train_at(folder.path(), family, threads).unwrap();
            assert_eq!(
                bytes,
                std::fs::read(other.join("model.onnx")).unwrap(),
                "{family}"
            );
        }
        let r2 = summary.scores["validation:r2"];
        if family == "mean" {
            assert!(r2.abs() < 0.1, "{r2}");
        } else {
            assert!(r2 > 0.9, "{family}: {r2}");
        }
        assert!(!summary.scores.contains_key("validation:accuracy"));
        assert!(!summary.scores.contains_key("validation:mase"));
    }
    assert!(
        train_at(folder.path(), "logistic_regression", 1)
            .unwrap_err()
            .starts_with("P0225: hyperparameter `algorithm` has the value `logistic_regression`, expected a family of numbers")
    );
}

fn candidates(names: &[&str]) -> Vec<Candidate> {
    let candidate = |name: &&str| Candidate {
        name: (*name).to_owned(),
        baseline: *name == "mean",
        hyperparameters: given(name),
        job: Some("job".to_owned()),
        model: Some(format!("s3://models/{name}")),
        failure: None,
    };
    names.iter().map(candidate).collect()
}

#[test]
fn the_smallest_error_is_selected_and_tested_with_intervals() {
    let (folder, _) = prepare_text(&source()).unwrap();
    let root = folder.path();
    let names = ["mean", "ridge", "random_forest"];
    let models: BTreeMap<String, PathBuf> = names
        .iter()
        .map(|name| ((*name).to_owned(), train_at(root, name, 1).unwrap().0))
        .collect();
    let (validation, output) = (root.join("prepared/validation"), root.join("selected"));
    let folders = select::Folders {
        load: learn::load,
        models: &models,
        validation: &validation,
        output: &output,
    };
    let select_by = |metric: &str| {
        let told = SelectSpec {
            metric: metric.to_owned(),
            candidates: candidates(&names),
        };
        select::run(&told, folders, None).map_err(|error| error.to_string())
    };
    let selection = select_by("rmse").unwrap();
    let errors: Vec<f64> = selection
        .candidates
        .iter()
        .map(|one| one.scores["rmse"])
        .collect();
    assert_eq!(selection.selected, "ridge", "{errors:?}");
    assert!(errors[1] < errors[2] && errors[2] < errors[0]);
    assert_eq!(
        select_by("accuracy").unwrap_err(),
        "metric `accuracy`: it has no meaning for a target that is a number"
    );
    assert_eq!(
        select_by("mase").unwrap_err(),
        "metric `mase`: it is defined for series"
    );
    let told = EvaluateSpec {
        candidate: "ridge".to_owned(),
        bootstrap: Bootstrap {
            resamples: 200,
            level: 0.95,
            seed: 1,
        },
        metric: None,
        groups: None,
    };
    let folders = evaluate::Folders {
        others: &[],
        load: learn::load,
        model: &models["ridge"],
        test: &root.join("prepared/test"),
        output: &root.join("tested"),
    };
    let found = evaluate::run(&told, folders, 1).unwrap();
    assert_eq!(
        (found.rows, found.classes.len(), found.confusion.len()),
        (80, 0, 0)
    );
    assert!(found.roc.is_empty() && found.calibration.is_none());
    let (rmse, interval) = (found.scores["rmse"], found.intervals["rmse"]);
    assert!(interval.low < rmse && rmse < interval.high && interval.high < 0.6);
    let importance = found.importance.unwrap();
    assert_eq!(
        (
            importance.metric.as_str(),
            importance.columns[0].column.as_str()
        ),
        ("rmse", "weight")
    );
}

#[test]
fn a_served_model_answers_numbers() {
    let (folder, _) = prepare_text(&source()).unwrap();
    let (path, _) = train_at(folder.path(), "ridge", 1).unwrap();
    let service = Service::new(Model::load(&path, 1).unwrap());
    let answer = |content_type: &str, body: &str| {
        let request = Request {
            content_type,
            accept: None,
            body: body.as_bytes(),
        };
        String::from_utf8(service.invoke(&request).unwrap().body).unwrap()
    };
    let litres: f32 = answer("text/csv", "1000,petrol\n").trim().parse().unwrap();
    assert!((litres - 7.0).abs() < 0.2, "{litres}");
    let json = answer("application/json", r#"{"instances": [[1000, "petrol"]]}"#);
    assert_eq!(
        json,
        format!("{{\"predictions\":[{{\"prediction\":{litres}}}]}}")
    );
}
