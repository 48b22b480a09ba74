//! Series: what Prepare is told of one, what a model expects of one, and what a forecast is found to be worth.
//!
//! A series has one row an hour. A forecast is made at an origin, the last hour that is known, for hours that are a number of
//! hours ahead of it: its horizons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Interval;

/// What happens where hours are missing in a series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gaps {
    /// They are an error.
    #[default]
    Error,
    /// They are rows whose values are missing.
    Fill,
}

/// How a series is read and cut, in place of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesSpec {
    /// Columns whose texts, with a space between them, are the moment of a row.
    pub time: Vec<String>,
    /// How moments are written; found out where it is not told.
    pub format: Option<String>,
    /// Hours ahead that are forecast, ascending.
    pub horizons: Vec<u32>,
    /// Hours before the origin whose target value is a feature.
    pub lags: Vec<u32>,
    /// Hours that are missing.
    pub gaps: Gaps,
    /// First hour of the validation part, as `2004-12-01 00:00:00`; by its share where it is not told.
    pub validation_from: Option<String>,
    /// First hour of the test part.
    pub test_from: Option<String>,
}

/// What a model expects of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaSeries {
    /// Columns with the moment of a row; in rows that are given they stand before the others.
    pub time: Vec<String>,
    /// How moments are written.
    pub format: String,
    /// Hours ahead that are forecast, ascending.
    pub horizons: Vec<u32>,
    /// Hours before the origin whose target value is a feature.
    pub lags: Vec<u32>,
    /// Hours that are missing.
    pub gaps: Gaps,
}

impl SchemaSeries {
    /// Hours that a forecast needs to know, the origin among them: the longest lag, and a day at least.
    ///
    /// ```
    /// let series = steps::SchemaSeries {
    ///     time: vec!["time".to_owned()], format: "%Y-%m-%d %H:%M".to_owned(), horizons: vec![1], lags: vec![1, 47],
    ///     gaps: steps::Gaps::Error,
    /// };
    /// assert_eq!(series.history(), 48);
    /// ```
    pub fn history(&self) -> u32 {
        self.lags.iter().map(|lag| lag + 1).fold(24, u32::max)
    }

    /// Name of the file of a horizon's model.
    pub fn model_file(horizon: u32) -> String {
        format!("horizon-{horizon}h.onnx")
    }

    /// Name of a metric at one horizon, such as `rmse_6h`.
    pub fn metric_at(metric: &str, horizon: u32) -> String {
        format!("{metric}_{horizon}h")
    }
}

/// What Prepare says of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesSummary {
    /// Its first hour.
    pub first: String,
    /// Its last hour.
    pub last: String,
    /// First hour of the validation part.
    pub validation_from: String,
    /// First hour of the test part.
    pub test_from: String,
    /// How moments are written.
    pub format: String,
    /// Rows without any value, which were passed over.
    pub empty_rows: u64,
    /// Hours that were missing and became rows of missing values.
    pub filled_hours: u64,
}

/// Scores of forecasts on test rows. Intervals resample whole days, the same ones for all horizons and beside baselines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastEvaluation {
    /// Days with a target in the test part.
    pub days: u64,
    /// By horizon, ascending.
    pub horizons: Vec<HorizonEvaluation>,
}

/// One horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonEvaluation {
    /// Hours ahead.
    pub hours: u32,
    /// Hours that were forecast and measured.
    pub rows: u64,
    /// Metric to value.
    pub scores: BTreeMap<String, f64>,
    /// Metric to interval.
    pub intervals: BTreeMap<String, Interval>,
    /// The baselines on the same hours.
    pub baselines: Vec<BaselineEvaluation>,
    /// The last hours of the test part.
    pub last: Vec<ForecastPoint>,
}

/// A baseline at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEvaluation {
    /// Its name.
    pub name: String,
    /// Metric to value.
    pub scores: BTreeMap<String, f64>,
    /// Metric to the interval of the baseline's score less the model's, on the same resamples.
    pub differences: BTreeMap<String, Interval>,
}

/// What was forecast for an hour, and what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastPoint {
    /// The hour, seconds since 1970-01-01 00:00 of the series' own clock.
    pub at: i64,
    /// What was measured.
    pub truth: f64,
    /// What the model said.
    pub forecast: f64,
    /// What the same hour of the last known day says.
    pub seasonal_naive: f64,
}

impl ForecastEvaluation {
    /// Hours of [`HorizonEvaluation::last`] at most: two weeks.
    pub const LAST: usize = 336;
}
