//! The step Test: scores the final model on test rows, once, with intervals.

use std::path::{Path, PathBuf};

use steps::{EvaluateSpec, Evaluation, Mistakes, Schema};

use crate::files::{FileError, Output};
use crate::images;
use crate::importance::importance;
use crate::left_out::left_out;
use crate::metrics::{
    BootstrapError, Metric, Score, Scorer, calibration, compare, curves, intervals, residuals,
};
use crate::model::{Load, ModelError};
use crate::outcome::Outcome;
use crate::part::{self, Labelled, PartError};
use crate::series;
use crate::threads::{ThreadsError, pool};
use crate::train;
use crate::truth::Truth;

/// Why nothing was evaluated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The test rows cannot be used.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The answer could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The intervals cannot be made.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// The system gives no threads.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// A group cannot be left out.
    #[error("a group was left out")]
    LeftOut(#[source] Box<train::Error>),
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Part(error) => error.code(),
            Self::Model(error) => error.code(),
            Self::File(error) => error.code(),
            Self::Bootstrap(_) => "P0228",
            Self::Threads(error) => error.code(),
            Self::LeftOut(error) => error.code(),
        }
    }
}

/// Where model, rows and answer lie.
#[derive(Debug, Clone, Copy)]
pub struct Folders<'a> {
    /// How the model is loaded.
    pub load: Load,
    /// The model, unpacked.
    pub model: &'a Path,
    /// The test part.
    pub test: &'a Path,
    /// The other parts, whose rows are used where groups are left out.
    pub others: &'a [PathBuf],
    /// Where `evaluation.json` is written.
    pub output: &'a Path,
}

/// Scores and writes `evaluation.json`; intervals do not depend on `threads`.
pub fn run(spec: &EvaluateSpec, folders: Folders<'_>, threads: usize) -> Result<Evaluation, Error> {
    let mut output = Output::create(folders.output)?;
    let evaluation = if part::is_series(&[folders.test])? {
        series::evaluate(spec, (folders.model, folders.test), threads)?
    } else {
        rows(spec, folders, threads, &mut output)?
    };
    output.document(Evaluation::FILE, &evaluation)?;
    output.finish()?;
    Ok(evaluation)
}

/// Scores of rows that do not depend on each other.
fn rows(
    spec: &EvaluateSpec,
    folders: Folders<'_>,
    threads: usize,
    output: &mut Output,
) -> Result<Evaluation, Error> {
    let model = (folders.load)(folders.model, threads)?;
    let (schema, rows) = part::read(&[folders.test])?;
    model.check_rows(&schema, folders.test)?;
    let outcome = model.answer(&rows.table)?;
    let scorer = scorer(&rows, &outcome, &schema)?;
    let pool = pool(threads)?;
    let intervals = pool.install(|| intervals(&*scorer, &spec.bootstrap))?;
    let metric = spec.metric.as_deref().and_then(|name| name.parse().ok());
    let metric = metric.unwrap_or(Metric::default_of(schema.target.kind));
    let asked = (metric, spec.bootstrap.seed);
    // Of an image no column can be dealt to another row.
    let importance = schema.image.is_none().then(|| {
        pool.install(|| importance(&schema, &rows, asked, |table| model.answer(table).ok()))
    });
    let importance = importance.flatten();
    let named = |(metric, value): (Metric, _)| (metric.to_string(), value);
    let mut evaluation = Evaluation {
        candidate: spec.candidate.clone(),
        rows: scorer.rows() as u64,
        scores: scorer
            .scores()
            .into_iter()
            .map(|(metric, value)| (metric.to_string(), value))
            .collect(),
        intervals: intervals.into_iter().map(named).collect(),
        bootstrap: spec.bootstrap.clone(),
        roc: Vec::new(),
        calibration: None,
        residuals: None,
        importance,
        classes: schema.target.classes.clone(),
        confusion: Vec::new(),
        forecast: None,
        groups: None,
    };
    if let Some(groups) = &spec.groups {
        let mut parts: Vec<&Path> = folders.others.iter().map(PathBuf::as_path).collect();
        parts.push(folders.test);
        let scores = pool.install(|| left_out(groups, &parts));
        evaluation.groups = Some(scores.map_err(|error| Error::LeftOut(Box::new(error)))?);
    }
    match (&rows.truth, &outcome) {
        (Truth::Classes(labels), Outcome::Classes(predictions)) => {
            let scorer = Scorer::new(labels, predictions);
            let classes = &evaluation.classes;
            evaluation.roc = curves(&scorer, classes);
            evaluation.calibration = Some(calibration(labels, predictions, classes));
            evaluation.confusion = scorer.confusion();
        }
        (Truth::Numbers(truth), Outcome::Values { width: 1, values }) => {
            evaluation.residuals = residuals(truth, values);
        }
        _ => {}
    }
    if let (Some(image), Outcome::Classes(predictions)) = (&schema.image, &outcome) {
        let (rows, paths) = part::read_images(folders.test, image.size as usize)?;
        let told = (evaluation.classes.as_slice(), predictions);
        output.document(Mistakes::FILE, &images::mistakes(&rows, &paths, told))?;
    }
    Ok(evaluation)
}

/// Answers beside the truth; an error where they are of another kind.
fn scorer(
    rows: &Labelled,
    outcome: &Outcome,
    schema: &Schema,
) -> Result<Box<dyn Score>, ModelError> {
    compare(&rows.truth, outcome, schema).ok_or_else(|| ModelError::Answers {
        name: schema.target.name.clone(),
        problem: "they are of another kind than the target".to_owned(),
    })
}
