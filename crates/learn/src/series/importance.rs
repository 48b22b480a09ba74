//! Permutation importance of a forecast: how much worse it gets when the past of one column comes from other examples.
//!
//! What is dealt is a whole past, not a cell: a lag, a mean and the value an hour ago say nearly the same, and dealing one of them
//! alone would find all of them worthless. The calendar of the hours is one more source beside the columns. All horizons count
//! alike; a seeded sample of the examples is used where all would take too long.

use rayon::prelude::*;
use steps::{ColumnImportance, Importance};

use super::features::{Example, Source};
use super::model::Forecasts;
use super::part::Material;
use super::scoring::{Compared, scorer};
use crate::importance::{FIRST_STREAM, REPEATS, order, sample, spread};
use crate::metrics::{Metric, Score};

/// Forecasts at most, over all sources, repeats and horizons.
const FORECASTS: usize = 100_000;
/// The name of the calendar among the columns.
const CALENDAR: &str = "(calendar)";

/// The examples of a horizon that are used.
struct Used {
    place: usize,
    examples: Vec<Example>,
    /// The metric of the forecasts as they are.
    base: f64,
}

/// The columns and the calendar, with their names.
fn sources(material: &Material) -> Vec<(Source, String)> {
    let columns = material.schema.columns.iter().enumerate();
    let columns = columns.map(|(place, column)| (Source::Column(place), column.name.clone()));
    columns
        .chain([(Source::Calendar, CALENDAR.to_owned())])
        .collect()
}

/// What each column's past is worth; none where the metric is not defined.
pub(super) fn importance(
    model: &Forecasts,
    material: &Material,
    compared: &[Compared],
    (metric, seed): (Metric, u64),
) -> Option<Importance> {
    let naive = material.schema.target.naive_error;
    let sources = sources(material);
    let score = |examples: &[Example], answers: &[f32]| {
        let scores = scorer(examples, answers, naive).scores();
        scores.get(&metric).copied()
    };
    let used = |(place, one): (usize, &Compared)| {
        let chosen = sample(
            one.examples.len(),
            (sources.len() * compared.len(), FORECASTS),
            seed,
        );
        let chosen = chosen.unwrap_or_else(|| (0..one.examples.len()).collect());
        let examples: Vec<Example> = chosen.iter().map(|&at| one.examples[at]).collect();
        let answers: Vec<f32> = chosen.iter().map(|&at| one.answers[at]).collect();
        Some(Used {
            place,
            base: score(&examples, &answers)?,
            examples,
        })
    };
    let used: Vec<Used> = compared
        .iter()
        .enumerate()
        .map(used)
        .collect::<Option<_>>()?;
    let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
    let loss = |source: Source, number: u64| {
        let mut sum = 0.0;
        for one in &used {
            let stream = FIRST_STREAM + (number << 16) + one.place as u64;
            let order = order(one.examples.len(), seed, stream);
            let dealt = (source, order.as_slice());
            let answers = model.dealt(&material.filled, one.place, (&one.examples, dealt));
            sum += sign * (one.base - score(&one.examples, &answers.ok()?)?);
        }
        Some(sum / used.len() as f64)
    };
    let worth = |(place, (source, name)): (usize, &(Source, String))| {
        let first = place as u64 * u64::from(REPEATS);
        let repeats = first..first + u64::from(REPEATS);
        let losses: Vec<f64> = repeats.filter_map(|number| loss(*source, number)).collect();
        let (mean, deviation) = spread(&losses);
        ColumnImportance {
            column: name.clone(),
            mean,
            deviation,
        }
    };
    let mut found: Vec<ColumnImportance> = sources.par_iter().enumerate().map(worth).collect();
    found.sort_by(|left, right| right.mean.total_cmp(&left.mean));
    Some(Importance {
        metric: metric.to_string(),
        repeats: REPEATS,
        seed,
        rows: used.iter().map(|one| one.examples.len() as u64).max()?,
        left_out: 0,
        columns: found,
    })
}
