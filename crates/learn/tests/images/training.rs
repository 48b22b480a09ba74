//! Models of images: chosen, tested, served; the same bytes however they came about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use learn::checkpoint::{Checkpoints, Moment, Watch};
use learn::serve::{Request, Service};
use learn::{Model, evaluate, select, train};
use steps::{
    Bootstrap, Candidate, Document, EvaluateSpec, Evaluation, Hyperparameters, Mistakes,
    SelectSpec, Selection,
};
use tempfile::TempDir;

use super::{SIDE, image, prepared, stripes};

fn hyperparameters(algorithm: &str, more: &[(&str, &str)]) -> Hyperparameters {
    let given = [&[("algorithm", algorithm), ("seed", "7")], more].concat();
    let given = given
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Hyperparameters(given.collect())
}

fn network() -> Hyperparameters {
    hyperparameters(
        "cnn",
        &[("epochs", "20"), ("batch_size", "4"), ("channels", "16,32")],
    )
}

struct Trained {
    folder: TempDir,
    lines: Vec<String>,
}

impl Trained {
    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("model.onnx")).unwrap()
    }
}

/// Trains on a prepared folder; `stop` is the step after which it is told to end, 0 never.
fn trained(
    parts: &Path,
    told: &Hyperparameters,
    (threads, stop): (usize, u64),
    checkpoints: Option<&Checkpoints>,
) -> Result<Trained, String> {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let mut steps = 0;
    let job = train::Job {
        hyperparameters: told,
        train: vec![parts.join("train")],
        validation: Some(parts.join("validation")),
        existing: None,
        model: folder.path().to_owned(),
        threads,
    };
    let mut watch = Watch {
        checkpoints,
        moment: &mut || {
            steps += 1;
            Moment {
                elapsed: Duration::from_secs(steps),
                stop: steps == stop,
            }
        },
        report: &mut |line: &str| lines.push(line.to_owned()),
    };
    train::run_watched(&job, &mut watch).map_err(|error| format!("{} {error}", error.code()))?;
    Ok(Trained { folder, lines })
}

#[test]
fn a_network_has_the_same_bytes_at_any_number_of_threads() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let [one, two, four] = [1, 2, 4].map(|threads| {
        trained(parts.path(), &network(), (threads, 0), None)
            .unwrap()
            .bytes()
    });
    assert!(one == two && two == four, "the bytes differ");
    let text = String::from_utf8_lossy(&one);
    assert!(text.contains("instruction_set") && text.contains("image_classifier"));
}

#[test]
fn a_training_that_was_stopped_leads_to_the_same_bytes() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let whole = trained(parts.path(), &network(), (2, 0), None).unwrap();
    let kept = tempfile::tempdir().unwrap();
    let checkpoints = Checkpoints {
        folder: kept.path().join("checkpoints"),
        every: Duration::from_secs(1000),
    };
    let stopped = trained(parts.path(), &network(), (2, 14), Some(&checkpoints));
    assert_eq!(
        stopped.err().unwrap(),
        "P0266 the training was stopped after 4 epochs; it goes on from its checkpoint"
    );
    let other = hyperparameters(
        "cnn",
        &[("epochs", "3"), ("batch_size", "4"), ("channels", "16,32")],
    );
    let refused = trained(parts.path(), &other, (1, 0), Some(&checkpoints));
    assert!(refused.err().unwrap().starts_with("P0280 "));
    let resumed = trained(parts.path(), &network(), (1, 0), Some(&checkpoints)).unwrap();
    assert_eq!(
        resumed.lines[0],
        "goes on from its checkpoint after 4 epochs"
    );
    assert!(
        resumed.lines[1].starts_with("epoch=5; train:loss="),
        "{}",
        resumed.lines[1]
    );
    assert_eq!(resumed.bytes(), whole.bytes());
    // What is done needs no checkpoint.
    assert!(checkpoints.read().unwrap().is_none());
}

/// The baseline and the network, trained.
fn candidates(parts: &Path) -> Vec<(&'static str, Hyperparameters, Trained)> {
    let told = [
        ("majority", hyperparameters("majority", &[])),
        ("cnn", network()),
    ];
    let train = |(name, told): (&'static str, Hyperparameters)| {
        let trained = trained(parts, &told, (2, 0), None).unwrap();
        (name, told, trained)
    };
    told.into_iter().map(train).collect()
}

#[test]
fn the_network_is_chosen_over_the_baseline() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let models = candidates(parts.path());
    let candidate = |(name, told, _): &(&str, Hyperparameters, Trained)| Candidate {
        name: (*name).to_owned(),
        baseline: *name == "majority",
        hyperparameters: told.clone(),
        job: None,
        model: Some(format!("s3://b/{name}")),
        failure: None,
    };
    let spec = SelectSpec {
        metric: "f1_macro".to_owned(),
        candidates: models.iter().map(candidate).collect(),
    };
    let folders: BTreeMap<String, PathBuf> = models
        .iter()
        .map(|(name, _, trained)| ((*name).to_owned(), trained.folder.path().to_owned()))
        .collect();
    let output = tempfile::tempdir().unwrap();
    let folders = select::Folders {
        load: learn::load,
        models: &folders,
        validation: &parts.path().join("validation"),
        output: output.path(),
    };
    let selection: Selection = select::run(&spec, folders, Some(&|| 0)).unwrap();
    assert_eq!(selection.selected, "cnn");
    let score = |place: usize| selection.candidates[place].scores["accuracy"];
    assert!(
        score(0) <= 0.5 && score(1) > 0.99,
        "{} {}",
        score(0),
        score(1)
    );
}

#[test]
fn a_test_keeps_the_mistakes_and_deals_no_column() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let tested = |trained: &Trained| {
        let output = tempfile::tempdir().unwrap();
        let spec = EvaluateSpec {
            candidate: "x".to_owned(),
            bootstrap: Bootstrap {
                resamples: 100,
                level: 0.95,
                seed: 1,
            },
            metric: None,
            groups: None,
        };
        let folders = evaluate::Folders {
            others: &[],
            load: learn::load,
            model: trained.folder.path(),
            test: &parts.path().join("test"),
            output: output.path(),
        };
        let evaluation: Evaluation = evaluate::run(&spec, folders, 2).unwrap();
        let mistakes = std::fs::read(output.path().join(Mistakes::FILE)).unwrap();
        (evaluation, Mistakes::from_slice(&mistakes).unwrap())
    };
    let models = candidates(parts.path());
    let (evaluation, mistakes) = tested(&models[0].2);
    assert_eq!(evaluation.confusion, [[3, 0], [3, 0]]);
    assert_eq!(
        (mistakes.count, mistakes.rows, mistakes.shown.len()),
        (3, 6, 3)
    );
    let first = &mistakes.shown[0];
    assert_eq!(
        (first.class.as_str(), first.predicted.as_str()),
        ("down", "across")
    );
    assert!(first.path.starts_with("down/"));
    let (evaluation, mistakes) = tested(&models[1].2);
    assert_eq!(evaluation.importance, None);
    assert_eq!((evaluation.scores["accuracy"], mistakes.count), (1.0, 0));
}

#[test]
fn a_served_network_takes_pictures_and_pixels() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let trained = trained(parts.path(), &network(), (1, 0), None).unwrap();
    let service = Service::new(Model::load(trained.folder.path(), 1).unwrap());
    let ask = |content_type: &str, accept: Option<&str>, body: &[u8]| {
        let request = Request {
            content_type,
            accept,
            body,
        };
        match service.invoke(&request) {
            Ok(answer) => Ok((answer.content_type, String::from_utf8(answer.body).unwrap())),
            Err(error) => Err(format!("{} {} {error}", error.status(), error.code())),
        }
    };
    let picture = learn::images::encode(SIDE, &image(1, 50));
    for content_type in ["image/png", "application/x-image", "image/jpeg"] {
        let (kind, body) = ask(content_type, None, &picture).unwrap();
        assert_eq!(kind, "application/json");
        assert!(
            body.starts_with(r#"{"predictions":[{"label":"down","probabilities":{"across":"#),
            "{body}"
        );
    }
    let (kind, line) = ask("image/png", Some("text/csv"), &picture).unwrap();
    assert_eq!(kind, "text/csv");
    assert!(line.starts_with("down,0."), "{line}");
    let pixels = serde_json::to_string(&image(1, 50)).unwrap();
    let body = format!("{{\"instances\": [{pixels}, {pixels}]}}");
    let (_, two) = ask("application/json", Some("text/csv"), body.as_bytes()).unwrap();
    assert_eq!(two, format!("{line}{line}"));
    let refused = |content_type, body: &[u8]| ask(content_type, None, body).unwrap_err();
    assert_eq!(
        refused("image/png", b"hello"),
        "400 P0261 the image is no picture that is known here; pictures are PNG or JPEG files"
    );
    assert_eq!(
        refused("image/png", &learn::images::encode(32, &[0; 1024])),
        "400 P0262 the image has 32 x 32 pixels, expected 16 x 16 as the model was trained on"
    );
    assert_eq!(
        refused("application/json", b"{\"instances\": [[1, 2, 3]]}"),
        "400 P0240 row 1: shape [3] does not fit the input `image float[?, 1, 16, 16]`"
    );
    assert!(
        refused("video/mp4", b"").ends_with("`image/png`, `image/jpeg`, `application/x-image`")
    );
}

#[test]
fn what_learns_from_tables_is_refused_by_name() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let refused = |told: &Hyperparameters| trained(parts.path(), told, (1, 0), None).err().unwrap();
    assert_eq!(
        refused(&hyperparameters("random_forest", &[])),
        "P0225 hyperparameter `algorithm` has the value `random_forest`, expected one of `majority`, `cnn`: the rows are images"
    );
    assert_eq!(
        refused(&hyperparameters("cnn", &[("channels", "16,16,16,16,16")])),
        "P0281 the network cannot be trained"
    );
    assert_eq!(
        refused(&hyperparameters("cnn", &[("n_estimators", "3")])),
        "P0225 hyperparameter `n_estimators` is not one of this algorithm's"
    );
}

#[test]
fn fewer_images_than_a_batch_are_one_batch() {
    let (parts, _) = prepared(stripes().path(), |_| {}).unwrap();
    let told = hyperparameters("cnn", &[("epochs", "1"), ("channels", "16")]);
    let lines = trained(parts.path(), &told, (1, 0), None).unwrap().lines;
    assert_eq!(
        lines[0],
        "batch_size is more than there are images: a batch is all 12"
    );
}
