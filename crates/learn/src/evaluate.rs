//! The step Test: scores the final model on test rows, once, with intervals.

use std::path::Path;

use steps::{EvaluateSpec, Evaluation};

use crate::files::{FileError, Output};
use crate::importance::importance;
use crate::metrics::{BootstrapError, Metric, Scorer, calibration, curves, intervals};
use crate::model::{Load, ModelError};
use crate::part::{self, PartError};
use crate::threads::{ThreadsError, pool};

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
    /// Where `evaluation.json` is written.
    pub output: &'a Path,
}

/// Scores and writes `evaluation.json`; intervals do not depend on `threads`.
pub fn run(spec: &EvaluateSpec, folders: Folders<'_>, threads: usize) -> Result<Evaluation, Error> {
    let model = (folders.load)(folders.model, threads)?;
    let (schema, rows) = part::read(&[folders.test])?;
    model.check_rows(&schema, folders.test)?;
    let predictions = model.predict(&rows.table)?;
    let scorer = Scorer::new(&rows.labels, &predictions);
    let pool = pool(threads)?;
    let intervals = pool.install(|| intervals(&scorer, &spec.bootstrap))?;
    let metric = spec.metric.as_deref().and_then(|name| name.parse().ok());
    let asked = (metric.unwrap_or(Metric::F1Macro), spec.bootstrap.seed);
    let importance =
        pool.install(|| importance(&schema, &rows, asked, |table| model.predict(table).ok()));
    let named = |(metric, value): (Metric, _)| (metric.to_string(), value);
    let evaluation = Evaluation {
        candidate: spec.candidate.clone(),
        rows: scorer.rows() as u64,
        scores: scorer
            .scores()
            .into_iter()
            .map(|(metric, value)| (metric.to_string(), value))
            .collect(),
        intervals: intervals.into_iter().map(named).collect(),
        bootstrap: spec.bootstrap.clone(),
        roc: curves(&scorer, &schema.target.classes),
        calibration: Some(calibration(
            &rows.labels,
            &predictions,
            &schema.target.classes,
        )),
        importance,
        classes: schema.target.classes,
        confusion: scorer.confusion(),
    };
    let mut output = Output::create(folders.output)?;
    output.document(Evaluation::FILE, &evaluation)?;
    output.finish()?;
    Ok(evaluation)
}
