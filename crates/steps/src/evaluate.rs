//! The step Test: scores the final model once on test rows, with intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, ForecastEvaluation, GroupScores, GroupsSpec};

/// How intervals are made: percentile bootstrap over rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// Number of resamples.
    pub resamples: u32,
    /// Coverage, such as 0.95.
    pub level: f64,
    /// Seed of the resampling.
    pub seed: u64,
}

/// What the step is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateSpec {
    /// Name of the candidate that the model is.
    pub candidate: String,
    /// How intervals are made.
    pub bootstrap: Bootstrap,
    /// The metric that importance is measured in; `f1_macro` where a spec of an earlier version names none.
    #[serde(default)]
    pub metric: Option<String>,
    /// Set where rows have groups, each of which is then left out once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupsSpec>,
}

impl Document for EvaluateSpec {
    const SCHEMA: &'static str = "plimsoll.evaluate-spec/1";
}

/// An interval around a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What the step answers; `evaluation.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Name of the candidate that the model is.
    pub candidate: String,
    /// Test rows.
    pub rows: u64,
    /// Metric to value.
    pub scores: BTreeMap<String, f64>,
    /// Metric to interval.
    pub intervals: BTreeMap<String, Interval>,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Class labels in the order of the matrix; none where a number is predicted.
    pub classes: Vec<String>,
    /// Rows by true class, then by predicted class.
    pub confusion: Vec<Vec<u64>>,
    /// A curve for the positive class of two, for each class against the rest of more; none where a class has no rows,
    /// and in evaluations of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roc: Vec<RocCurve>,
    /// How far probabilities are frequencies; absent in evaluations of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// What predicted numbers are off by; absent where classes are predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residuals: Option<Residuals>,
    /// What each column is worth to the model; absent in evaluations of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// By horizon, where the rows are a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastEvaluation>,
    /// On groups that were left out of the training, where rows have groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupScores>,
}

/// A receiver operating characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RocCurve {
    /// The class that is told from the rest.
    pub class: String,
    /// Area under the curve of all rows, before thinning.
    pub area: f64,
    /// Share of the other rows that is taken, share of the class's rows that is taken; from (0, 0) to (1, 1), at most
    /// [`RocCurve::POINTS`].
    pub points: Vec<(f64, f64)>,
}

impl RocCurve {
    /// Points of a curve at most; more are thinned.
    pub const POINTS: usize = 200;
}

/// Predicted probabilities beside what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The class whose probability it is; absent where it is that of the predicted class of each row.
    pub class: Option<String>,
    /// Bins of equal width with rows in them, ascending.
    pub bins: Vec<CalibrationBin>,
}

/// Rows whose probability lies in a range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationBin {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Rows.
    pub rows: u64,
    /// Their mean probability.
    pub probability: f64,
    /// The share of them for which it came true.
    pub share: f64,
}

/// Residuals of predicted numbers: the true number less the predicted one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residuals {
    /// Their mean; 0 where the model is right on average.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// Rows by residual: bins of equal width, ascending.
    pub bins: Vec<ResidualBin>,
    /// True and predicted number of test rows, every n-th where there are more than [`Residuals::POINTS`].
    pub points: Vec<(f64, f64)>,
}

impl Residuals {
    /// Points at most; more rows are thinned.
    pub const POINTS: usize = 500;
}

/// Rows whose residual lies in a range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResidualBin {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Rows.
    pub rows: u64,
}

/// Permutation importance: how much worse the score gets when a column's cells are dealt to other rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Importance {
    /// The metric; a loss counts by how much it grows.
    pub metric: String,
    /// Times that each column was dealt anew.
    pub repeats: u32,
    /// Seed of the dealing.
    pub seed: u64,
    /// Test rows that were used: all, or a seeded sample where all would take too long.
    pub rows: u64,
    /// Columns beyond the limit, that were not looked at.
    pub left_out: u64,
    /// Columns, the most important first.
    pub columns: Vec<ColumnImportance>,
}

/// What a column is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnImportance {
    /// Its name.
    pub column: String,
    /// Mean over the repeats.
    pub mean: f64,
    /// Standard deviation over the repeats.
    pub deviation: f64,
}

impl Document for Evaluation {
    const SCHEMA: &'static str = "plimsoll.evaluation/1";
}

impl Evaluation {
    /// Name of the answer in the output.
    pub const FILE: &'static str = "evaluation.json";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn earlier() -> serde_json::Value {
        json!({
            "schema": "plimsoll.evaluation/1", "candidate": "a", "rows": 2, "scores": {"accuracy": 0.5},
            "intervals": {"accuracy": {"low": 0.0, "high": 1.0}},
            "bootstrap": {"resamples": 10, "level": 0.95, "seed": 1},
            "classes": ["no", "yes"], "confusion": [[1, 0], [1, 0]],
        })
    }

    #[test]
    fn an_evaluation_of_an_earlier_version_loads_and_prints_as_it_was() {
        let evaluation = Evaluation::from_value(earlier()).unwrap();
        assert_eq!((evaluation.roc.len(), &evaluation.importance), (0, &None));
        assert_eq!(evaluation.to_value(), earlier());
    }

    #[test]
    fn curves_bins_and_columns_come_back() {
        let mut evaluation = Evaluation::from_value(earlier()).unwrap();
        evaluation.roc = vec![RocCurve {
            class: "yes".to_owned(),
            area: 0.75,
            points: vec![(0.0, 0.0), (0.5, 1.0), (1.0, 1.0)],
        }];
        evaluation.calibration = Some(Calibration {
            class: None,
            bins: vec![CalibrationBin {
                low: 0.5,
                high: 0.6,
                rows: 2,
                probability: 0.55,
                share: 0.5,
            }],
        });
        evaluation.residuals = Some(Residuals {
            mean: 0.5,
            deviation: 2.0,
            bins: vec![ResidualBin {
                low: -1.5,
                high: 2.5,
                rows: 2,
            }],
            points: vec![(3.0, 2.5)],
        });
        evaluation.importance = Some(Importance {
            metric: "f1_macro".to_owned(),
            repeats: 10,
            seed: 1,
            rows: 2,
            left_out: 0,
            columns: vec![ColumnImportance {
                column: "age".to_owned(),
                mean: 0.1,
                deviation: 0.02,
            }],
        });
        let text = evaluation.to_text();
        assert_eq!(Evaluation::from_slice(text.as_bytes()).unwrap(), evaluation);
    }

    #[test]
    fn a_spec_of_an_earlier_version_names_no_metric() {
        let spec = json!({
            "schema": "plimsoll.evaluate-spec/1", "candidate": "a",
            "bootstrap": {"resamples": 10, "level": 0.95, "seed": 1},
        });
        assert_eq!(EvaluateSpec::from_value(spec).unwrap().metric, None);
    }
}
