//! The step Select: scores every candidate on validation rows through its saved model and picks one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use steps::{Candidate, CandidateScore, Schema, SchemaTarget, SelectSpec, Selection};

use crate::files::{FileError, Output};
use crate::metrics::Metric;
use crate::model::{Load, ModelError, Predictor};
use crate::part::{self, Labelled, PartError};
use crate::series::{self, Material};

/// Why nothing was selected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The validation rows cannot be used.
    #[error(transparent)]
    Part(#[from] PartError),
    /// A model cannot be used.
    #[error("candidate `{candidate}`")]
    Model {
        /// The candidate.
        candidate: String,
        /// Why.
        #[source]
        source: Box<ModelError>,
    },
    /// The answer could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The metric has no meaning here.
    #[error("metric `{metric}`: {problem}")]
    Metric {
        /// The metric.
        metric: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A candidate that did not fail has no model.
    #[error("candidate `{candidate}` has no model")]
    NoModel {
        /// The candidate.
        candidate: String,
    },
    /// Every candidate failed, or only baselines are there.
    #[error("no candidate is left to select from: {}", failed.join(", "))]
    NoCandidate {
        /// The candidates that failed.
        failed: Vec<String>,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Part(error) => error.code(),
            Self::Model { source, .. } => source.code(),
            Self::File(error) => error.code(),
            Self::Metric { .. } => "P0226",
            Self::NoModel { .. } | Self::NoCandidate { .. } => "P0227",
        }
    }
}

/// Where models, rows and answer lie.
#[derive(Debug, Clone, Copy)]
pub struct Folders<'a> {
    /// How models are loaded.
    pub load: Load,
    /// Candidate to the folder of its model, unpacked; failed candidates have none.
    pub models: &'a BTreeMap<String, PathBuf>,
    /// The validation part.
    pub validation: &'a Path,
    /// Where `selection.json` is written.
    pub output: &'a Path,
}

/// Scores, selects and writes `selection.json`. `clock` answers monotonic nanoseconds; without one, latencies are left out.
pub fn run(
    spec: &SelectSpec,
    folders: Folders<'_>,
    clock: Option<&dyn Fn() -> u64>,
) -> Result<Selection, Error> {
    let rows = Rows::read(folders.validation)?;
    let metric = metric(&spec.metric, rows.target())?;
    let mut scored = Vec::new();
    for candidate in &spec.candidates {
        scored.push(score(candidate, folders, &rows, clock)?);
    }
    let chosen = choose(spec, &scored, metric)?;
    let candidate = &spec.candidates[chosen];
    let model = candidate.model.clone();
    let selection = Selection {
        metric: spec.metric.clone(),
        selected: candidate.name.clone(),
        hyperparameters: candidate.hyperparameters.clone(),
        model: model.ok_or_else(|| Error::NoModel {
            candidate: candidate.name.clone(),
        })?,
        candidates: scored,
    };
    let mut output = Output::create(folders.output)?;
    output.document(Selection::FILE, &selection)?;
    output.finish()?;
    Ok(selection)
}

/// The validation part.
enum Rows {
    Table(Box<(Schema, Labelled)>),
    Series(Box<Material>),
}

impl Rows {
    fn read(folder: &Path) -> Result<Self, PartError> {
        if part::is_series(&[folder])? {
            return Ok(Self::Series(Box::new(Material::read(&[folder])?)));
        }
        Ok(Self::Table(Box::new(part::read(&[folder])?)))
    }

    fn target(&self) -> &SchemaTarget {
        match self {
            Self::Table(rows) => &rows.0.target,
            Self::Series(material) => &material.schema.target,
        }
    }
}

fn metric(name: &str, target: &SchemaTarget) -> Result<Metric, Error> {
    let refused = |problem: String| Error::Metric {
        metric: name.to_owned(),
        problem,
    };
    let metric: Metric = name.parse().map_err(|()| {
        refused(format!(
            "not one of `{}`",
            Metric::ALL.map(Metric::name).join("`, `")
        ))
    })?;
    if metric.of_numbers() == target.kind.is_class() {
        let what = if target.kind.is_class() {
            "classes"
        } else {
            "a number"
        };
        return Err(refused(format!(
            "it has no meaning for a target that is {what}"
        )));
    }
    if metric == Metric::Mase && target.naive_error.is_none() {
        return Err(refused("it is defined for series".to_owned()));
    }
    let classes = target.classes.len();
    if metric.binary_only() && classes != 2 {
        return Err(refused(format!(
            "it is defined for 2 classes, the target has {classes}"
        )));
    }
    Ok(metric)
}

fn score(
    candidate: &Candidate,
    folders: Folders<'_>,
    rows: &Rows,
    clock: Option<&dyn Fn() -> u64>,
) -> Result<CandidateScore, Error> {
    let mut scored = CandidateScore {
        name: candidate.name.clone(),
        baseline: candidate.baseline,
        scores: BTreeMap::new(),
        one_row_p99_ns: None,
        failure: candidate.failure.clone(),
    };
    if candidate.failure.is_some() {
        return Ok(scored);
    }
    let name = || candidate.name.clone();
    let folder = folders
        .models
        .get(&candidate.name)
        .ok_or_else(|| Error::NoModel { candidate: name() })?;
    let unusable = |source| Error::Model {
        candidate: name(),
        source: Box::new(source),
    };
    let (schema, rows) = match rows {
        Rows::Table(rows) => &**rows,
        Rows::Series(material) => {
            let found = series::score(folder, material, folders.validation).map_err(unusable)?;
            let mut ask = |number: usize| found.ask(material, number);
            scored.one_row_p99_ns = clock.map(|clock| p99(&mut ask, clock));
            scored.scores = found.scores;
            return Ok(scored);
        }
    };
    let model = (folders.load)(folder, 1).map_err(unusable)?;
    model
        .check_rows(schema, folders.validation)
        .map_err(unusable)?;
    let scores = model.score(rows).map_err(unusable)?.scores();
    scored.scores = scores
        .into_iter()
        .map(|(metric, value)| (metric.to_string(), value))
        .collect();
    scored.one_row_p99_ns = clock.map(|clock| one_row_p99(&*model, rows, clock));
    Ok(scored)
}

/// Rounds of the latency measurement.
const ROUNDS: usize = 2_000;
/// Nanoseconds after which a slow model is not asked again; a hundred rounds are made in any case.
const LONG_ENOUGH: u64 = 2_000_000_000;

/// The 99th percentile of predicting one row.
fn one_row_p99(model: &dyn Predictor, rows: &Labelled, clock: &dyn Fn() -> u64) -> u64 {
    let singles: Vec<_> = (0..rows.table.rows().min(256))
        .map(|row| rows.table.select(&[row]))
        .collect();
    let mut ask = |number: usize| {
        // It has answered all rows already; one that fails now is as slow as one that does not.
        let _ = std::hint::black_box(model.answer(&singles[number % singles.len()]));
    };
    p99(&mut ask, clock)
}

/// The 99th percentile of asking for something many times.
fn p99(ask: &mut dyn FnMut(usize), clock: &dyn Fn() -> u64) -> u64 {
    let mut times: Vec<u64> = Vec::with_capacity(ROUNDS);
    let first = clock();
    while times.len() < ROUNDS {
        let start = clock();
        ask(times.len());
        let end = clock();
        times.push(end.saturating_sub(start));
        if times.len() >= ROUNDS / 20 && end.saturating_sub(first) > LONG_ENOUGH {
            break;
        }
    }
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// The best candidate that is no baseline; of equal ones the first of the workload.
fn choose(spec: &SelectSpec, scored: &[CandidateScore], metric: Metric) -> Result<usize, Error> {
    let mut best: Option<(usize, f64)> = None;
    for (place, candidate) in scored.iter().enumerate() {
        if candidate.baseline || candidate.failure.is_some() {
            continue;
        }
        let value = candidate
            .scores
            .get(metric.name())
            .ok_or_else(|| Error::Metric {
                metric: metric.to_string(),
                problem: "it is not defined on these validation rows".to_owned(),
            })?;
        let signed = if metric.higher_is_better() {
            *value
        } else {
            -value
        };
        if best.is_none_or(|(_, most)| signed > most) {
            best = Some((place, signed));
        }
    }
    best.map(|(place, _)| place).ok_or_else(|| {
        let failed = spec
            .candidates
            .iter()
            .filter(|candidate| candidate.failure.is_some());
        Error::NoCandidate {
            failed: failed.map(|candidate| candidate.name.clone()).collect(),
        }
    })
}
