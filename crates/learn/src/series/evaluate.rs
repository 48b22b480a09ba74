//! The step Test for a series: the final models on the test part, with baselines beside them.
//!
//! Hours of one day are alike, so intervals resample whole days: the same days for all horizons, for the model and for the
//! baselines, so that a difference is one on the same days.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;
use steps::{
    BaselineEvaluation, Bootstrap, EvaluateSpec, Evaluation, ForecastEvaluation, ForecastPoint,
    HorizonEvaluation, Interval,
};

use super::features::baselines;
use super::importance::importance;
use super::model::Forecasts;
use super::part::Material;
use super::scoring::{Compared, check, named, scorer};
use crate::evaluate::Error;
use crate::metrics::{Metric, NumberScorer, Score, checked, interval, times_drawn};
use crate::threads::pool;

/// A figure of a horizon's scores: those of the model and of the two naive forecasts.
type Statistic<'a> = dyn Fn(&[BTreeMap<Metric, f64>; 3], Metric) -> Option<f64> + 'a;

/// Names of the baselines, as `algorithm` gives them.
pub(super) const BASELINES: [&str; 2] = ["persistence", "seasonal_naive"];

/// A horizon with everything that is scored at it.
struct Horizon {
    compared: Compared,
    /// The day of each example, by its place among the days.
    days: Vec<usize>,
    model: NumberScorer,
    baselines: [NumberScorer; 2],
    /// What the second baseline says.
    seasonal: Vec<f32>,
}

/// Scores of one resample.
type Drawn = Vec<[BTreeMap<Metric, f64>; 3]>;

/// Scores the models of a folder on the hours of another.
pub(crate) fn evaluate(
    spec: &EvaluateSpec,
    (folder, test): (&Path, &Path),
    threads: usize,
) -> Result<Evaluation, Error> {
    let bootstrap = checked(&spec.bootstrap)?;
    let material = Material::read(&[test])?;
    let model = Forecasts::load(folder)?;
    check(&model, &material, test)?;
    let compared = Compared::all(&model, &material)?;
    let metric = spec.metric.as_deref().and_then(|name| name.parse().ok());
    let metric = metric.unwrap_or(Metric::default_of(material.schema.target.kind));
    let asked = (metric, spec.bootstrap.seed);
    let pool = pool(threads)?;
    let importance = pool.install(|| importance(&model, &material, &compared, asked));
    let (horizons, days) = horizons(compared, &material);
    let draw = |number: u32| -> Drawn {
        let times = times_drawn(days, bootstrap.seed, number);
        horizons
            .iter()
            .map(|horizon| horizon.weighted(&times))
            .collect()
    };
    let drawn: Vec<Drawn> =
        pool.install(|| (0..bootstrap.resamples).into_par_iter().map(draw).collect());
    let of_model = |scores: &Drawn| -> BTreeMap<String, f64> {
        let pairs = horizons.iter().zip(scores);
        named(
            &pairs
                .map(|(horizon, [own, ..])| (horizon.compared.horizon, own.clone()))
                .collect::<Vec<_>>(),
        )
    };
    let resampled: Vec<BTreeMap<String, f64>> = drawn.iter().map(of_model).collect();
    let all: Drawn = horizons
        .iter()
        .map(|horizon| horizon.weighted(&vec![1; days]))
        .collect();
    let scores = of_model(&all);
    let intervals = scores.keys().filter_map(|name| {
        let values = resampled
            .iter()
            .filter_map(|scores| scores.get(name).copied());
        Some((name.clone(), interval(values.collect(), bootstrap.level)?))
    });
    Ok(Evaluation {
        candidate: spec.candidate.clone(),
        rows: horizons
            .iter()
            .map(|horizon| horizon.days.len() as u64)
            .max()
            .unwrap_or(0),
        intervals: intervals.collect(),
        scores,
        bootstrap: spec.bootstrap.clone(),
        classes: Vec::new(),
        confusion: Vec::new(),
        roc: Vec::new(),
        calibration: None,
        residuals: None,
        importance,
        groups: None,
        forecast: Some(ForecastEvaluation {
            days: days as u64,
            horizons: (0..horizons.len())
                .map(|place| horizons[place].evaluation(place, (&all, &drawn), bootstrap))
                .collect(),
        }),
    })
}

/// Everything that is scored, by horizon, and the number of days.
fn horizons(compared: Vec<Compared>, material: &Material) -> (Vec<Horizon>, usize) {
    let day = |example: &super::Example| example.moment.0.div_euclid(86_400);
    let days: BTreeSet<i64> = compared
        .iter()
        .flat_map(|one| &one.examples)
        .map(day)
        .collect();
    let places: BTreeMap<i64, usize> = days.iter().copied().zip(0..).collect();
    let naive = material.schema.target.naive_error;
    let horizon = |compared: Compared| {
        let (mut persistence, mut seasonal) = (Vec::new(), Vec::new());
        for example in &compared.examples {
            let (last, same) = baselines(&material.filled, material.target, example);
            persistence.push(last as f32);
            seasonal.push(same as f32);
        }
        let scorer = |answers: &[f32]| scorer(&compared.examples, answers, naive);
        Horizon {
            days: compared
                .examples
                .iter()
                .map(|example| places[&day(example)])
                .collect(),
            model: compared.scorer(naive),
            baselines: [scorer(&persistence), scorer(&seasonal)],
            seasonal,
            compared,
        }
    };
    (compared.into_iter().map(horizon).collect(), days.len())
}

impl Horizon {
    /// Scores of the model and of both baselines where each day counts so many times.
    fn weighted(&self, times: &[u32]) -> [BTreeMap<Metric, f64>; 3] {
        let weights: Vec<u32> = self.days.iter().map(|&day| times[day]).collect();
        let [persistence, seasonal] = &self.baselines;
        [&self.model, persistence, seasonal].map(|scorer| scorer.weighted(&weights))
    }

    fn evaluation(
        &self,
        place: usize,
        (all, drawn): (&Drawn, &[Drawn]),
        bootstrap: &Bootstrap,
    ) -> HorizonEvaluation {
        let text = |scores: &BTreeMap<Metric, f64>| -> BTreeMap<String, f64> {
            let pairs = scores.iter();
            pairs
                .map(|(metric, &value)| (metric.to_string(), value))
                .collect()
        };
        let over = |of: &Statistic<'_>| -> BTreeMap<String, Interval> {
            let found = Metric::ALL.into_iter().filter_map(|metric| {
                let values = drawn.iter().filter_map(|scores| of(&scores[place], metric));
                Some((
                    metric.to_string(),
                    interval(values.collect(), bootstrap.level)?,
                ))
            });
            found.collect()
        };
        let baseline = |(number, name): (usize, &&str)| BaselineEvaluation {
            name: (*name).to_owned(),
            scores: text(&all[place][number + 1]),
            differences: over(&|scores, metric| {
                Some(scores[number + 1].get(&metric)? - scores[0].get(&metric)?)
            }),
        };
        let rows = self.days.len();
        let last = rows.saturating_sub(ForecastEvaluation::LAST)..rows;
        let point = |row: usize| {
            let example = &self.compared.examples[row];
            ForecastPoint {
                at: example.moment.0,
                truth: example.target,
                forecast: f64::from(self.compared.answers[row]),
                seasonal_naive: f64::from(self.seasonal[row]),
            }
        };
        HorizonEvaluation {
            hours: self.compared.horizon,
            rows: rows as u64,
            scores: text(&all[place][0]),
            intervals: over(&|scores, metric| scores[0].get(&metric).copied()),
            baselines: BASELINES.iter().enumerate().map(baseline).collect(),
            last: last.map(point).collect(),
        }
    }
}
