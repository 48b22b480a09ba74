//! Training of a model that exists: it is checked against the columns and classes of the rows, scored, and left as it is.

use steps::{MODEL_FILE, SCHEMA_FILE, TrainSummary};

use crate::files::{Input, Output};
use crate::model::{MODEL_LIMIT, Model};
use crate::part;
use crate::train::{Error, Job, score};

/// The value of the hyperparameter `algorithm`.
pub(crate) const ALGORITHM: &str = "onnx";

/// Checks the model of the channel `model` and writes it with the schema of the rows beside it.
pub(crate) fn run(job: &Job<'_>, report: &mut dyn FnMut(&str)) -> Result<TrainSummary, Error> {
    let folder = job.existing.as_deref().ok_or(Error::NoModel { found: 0 })?;
    let input = Input::open(folder)?;
    let names = input.names_with_extension("onnx")?;
    let [name] = names.as_slice() else {
        return Err(Error::NoModel { found: names.len() });
    };
    let bytes = input.read(name, MODEL_LIMIT)?;
    let folders: Vec<_> = job.train.iter().map(std::path::PathBuf::as_path).collect();
    let (schema, rows) = part::read(&folders)?;
    let columns = schema.columns.len();
    let path = input.path(name).display().to_string();
    let model = Model::from_file(&bytes, Some(schema), &path, job.threads)?;
    report(&about(&model));
    let mut summary = TrainSummary {
        algorithm: ALGORITHM.to_owned(),
        rows: rows.truth.len() as u64,
        features: columns as u64,
        iterations: 0,
        converged: true,
        scores: std::collections::BTreeMap::new(),
        instruction_set: crate::train::instruction_set().to_owned(),
    };
    score(&model, &rows, "train", &mut summary, report)?;
    if let Some(folder) = &job.validation {
        let (schema, validation) = part::read(&[folder])?;
        model.check_rows(&schema, folder)?;
        score(&model, &validation, "validation", &mut summary, report)?;
    }
    let mut output = Output::create(&job.model)?;
    output.write(MODEL_FILE, &bytes)?;
    output.document(SCHEMA_FILE, model.schema())?;
    output.document(TrainSummary::FILE, &summary)?;
    output.finish()?;
    Ok(summary)
}

/// One line for the log.
fn about(model: &Model) -> String {
    let Some(session) = model.session() else {
        return "a model of this program; it stays as it is".to_owned();
    };
    let nodes: usize = session.operators().values().sum();
    let producer = match session.producer() {
        "" => "an unknown program",
        producer => producer,
    };
    format!(
        "{nodes} nodes of {producer}, engine {}; the model stays as it is",
        session.engine().name()
    )
}
