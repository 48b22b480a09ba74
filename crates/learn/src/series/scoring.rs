//! Scores of forecasts: by horizon, and over all of them.

use std::collections::BTreeMap;
use std::path::Path;

use steps::SchemaSeries;

use super::features::Example;
use super::model::Forecasts;
use super::part::Material;
use crate::metrics::{Metric, NumberScorer, Score};
use crate::model::ModelError;

/// Forecasts of a horizon beside what happened.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    pub(super) horizon: u32,
    pub(super) examples: Vec<Example>,
    pub(super) answers: Vec<f32>,
}

impl Compared {
    /// Forecasts of a model for all examples of some parts, by horizon.
    pub(super) fn all(model: &Forecasts, material: &Material) -> Result<Vec<Self>, ModelError> {
        let mut all = Vec::new();
        for (place, &horizon) in material.series().horizons.iter().enumerate() {
            let examples = material.examples(horizon)?;
            all.push(Self {
                horizon,
                answers: model.answer(&material.filled, place, &examples)?,
                examples,
            });
        }
        Ok(all)
    }

    /// The scorer of these answers.
    pub(super) fn scorer(&self, naive_error: Option<f64>) -> NumberScorer {
        scorer(&self.examples, &self.answers, naive_error)
    }
}

/// The scorer of answers for examples.
pub(super) fn scorer(
    examples: &[Example],
    answers: &[f32],
    naive_error: Option<f64>,
) -> NumberScorer {
    let truth: Vec<f64> = examples.iter().map(|example| example.target).collect();
    NumberScorer::new(&truth, answers, naive_error)
}

/// Scores by name: those of each horizon, such as `rmse_6h`, and their means over the horizons under the bare name.
pub(super) fn named(by_horizon: &[(u32, BTreeMap<Metric, f64>)]) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    for metric in Metric::ALL {
        let values: Vec<f64> = by_horizon
            .iter()
            .filter_map(|(_, scores)| scores.get(&metric).copied())
            .collect();
        if values.is_empty() || values.len() != by_horizon.len() {
            continue;
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        all.insert(metric.to_string(), mean);
        for ((horizon, _), value) in by_horizon.iter().zip(values) {
            all.insert(SchemaSeries::metric_at(metric.name(), *horizon), value);
        }
    }
    all
}

/// Scores of a model on some parts.
pub(super) fn scores(
    model: &Forecasts,
    material: &Material,
) -> Result<BTreeMap<String, f64>, ModelError> {
    let naive = material.schema.target.naive_error;
    let compared = Compared::all(model, material)?;
    let by_horizon: Vec<_> = compared
        .iter()
        .map(|one| (one.horizon, one.scorer(naive).scores()))
        .collect();
    Ok(named(&by_horizon))
}

/// What Select learns of a candidate.
pub(crate) struct Candidate {
    pub(crate) scores: BTreeMap<String, f64>,
    model: Forecasts,
}

/// Scores the model of a folder.
pub(crate) fn score(
    folder: &Path,
    material: &Material,
    rows: &Path,
) -> Result<Candidate, ModelError> {
    let model = Forecasts::load(folder)?;
    check(&model, material, rows)?;
    Ok(Candidate {
        scores: scores(&model, material)?,
        model,
    })
}

/// Refuses hours that were prepared for other models; `rows` names them.
pub(super) fn check(model: &Forecasts, material: &Material, rows: &Path) -> Result<(), ModelError> {
    let (trained, given) = (model.schema(), &material.schema);
    let names = |schema: &steps::Schema| -> Vec<String> {
        schema
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    if names(trained) == names(given)
        && trained.target == given.target
        && trained.series == given.series
    {
        return Ok(());
    }
    Err(ModelError::Mismatch {
        path: rows.display().to_string(),
        what: "its hours are not those that the models were trained on".to_owned(),
    })
}

impl Candidate {
    /// Makes the forecasts of one origin, as an endpoint would.
    pub(crate) fn ask(&self, material: &Material, number: usize) {
        let first = self.model.series().history() as usize - 1;
        let origins = material.filled.len().saturating_sub(first).max(1);
        for place in 0..self.model.series().horizons.len() {
            let origin = first + number % origins;
            let example = self.model.example(&material.filled, place, origin);
            // It has answered all examples already.
            let _ = std::hint::black_box(self.model.answer(&material.filled, place, &[example]));
        }
    }
}
