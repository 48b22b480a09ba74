//! Scores on groups of rows that a training never saw: of patients of another hospital, of parts of another machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Hyperparameters;

/// What is told of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupsSpec {
    /// What names the group of a row: a column, or `file`.
    pub by: String,
    /// How the chosen candidate is trained.
    pub hyperparameters: Hyperparameters,
}

/// Scores of models that were trained without one group each, on the rows of that group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupScores {
    /// What names the group of a row: a column, or `file`.
    pub by: String,
    /// The groups, by their names.
    pub groups: Vec<GroupScore>,
    /// Metric to its mean over the groups for which it is defined; each group counts once, however many rows it has.
    pub mean: BTreeMap<String, f64>,
    /// Why no group was left out, where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// One group that was left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupScore {
    /// Its name.
    pub group: String,
    /// Its rows, all of which are scored.
    pub rows: u64,
    /// Rows of the other groups, on all of which the model was trained.
    pub trained_on: u64,
    /// Metric to value; one that has no meaning for these rows is not there.
    pub scores: BTreeMap<String, f64>,
    /// Why there is no score, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl GroupScores {
    /// Groups at most: each of them is a training.
    pub const MOST: usize = 20;
    /// Name of the file of a prepared part that holds the group of each of its rows, a JSON text a line.
    pub const FILE: &'static str = "groups.jsonl";

    /// The scores of a list of groups with their mean.
    ///
    /// ```
    /// use steps::{GroupScore, GroupScores};
    /// let group = |group: &str, accuracy: f64| GroupScore {
    ///     group: group.to_owned(),
    ///     rows: 10,
    ///     trained_on: 20,
    ///     scores: [("accuracy".to_owned(), accuracy)].into(),
    ///     problem: None,
    /// };
    /// let scores = GroupScores::new("hospital", vec![group("a", 0.5), group("b", 1.0)]);
    /// assert_eq!(scores.mean["accuracy"], 0.75);
    /// assert_eq!(scores.range("accuracy"), Some((0.5, 1.0)));
    /// ```
    pub fn new(by: &str, groups: Vec<GroupScore>) -> Self {
        let mut of: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (metric, value) in groups.iter().flat_map(|group| &group.scores) {
            of.entry(metric.clone()).or_default().push(*value);
        }
        let mean = |(metric, values): (String, Vec<f64>)| {
            (metric, values.iter().sum::<f64>() / values.len() as f64)
        };
        Self {
            by: by.to_owned(),
            groups,
            mean: of.into_iter().map(mean).collect(),
            problem: None,
        }
    }

    /// That no group was left out, and why.
    pub fn not_done(by: &str, problem: String) -> Self {
        Self {
            by: by.to_owned(),
            groups: Vec::new(),
            mean: BTreeMap::new(),
            problem: Some(problem),
        }
    }

    /// The lowest and the highest value of a metric over the groups.
    pub fn range(&self, metric: &str) -> Option<(f64, f64)> {
        let mut values = self
            .groups
            .iter()
            .filter_map(|group| group.scores.get(metric));
        let first = *values.next()?;
        Some(values.fold((first, first), |(low, high), &value| {
            (low.min(value), high.max(value))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, scores: &[(&str, f64)]) -> GroupScore {
        GroupScore {
            group: name.to_owned(),
            rows: 3,
            trained_on: 7,
            scores: scores
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
            problem: None,
        }
    }

    #[test]
    fn a_metric_is_averaged_over_the_groups_that_have_it() {
        let scores = GroupScores::new(
            "hospital",
            vec![
                group("a", &[("accuracy", 0.6), ("roc_auc", 0.9)]),
                group("b", &[("accuracy", 0.8)]),
                group("c", &[]),
            ],
        );
        assert!((scores.mean["accuracy"] - 0.7).abs() < 1e-12);
        assert!((scores.mean["roc_auc"] - 0.9).abs() < 1e-12);
        assert_eq!(scores.range("accuracy"), Some((0.6, 0.8)));
        assert_eq!(scores.range("f1_macro"), None);
    }

    #[test]
    fn what_was_not_done_says_why() {
        let scores = GroupScores::not_done("hospital", "a script".to_owned());
        assert!(scores.groups.is_empty() && scores.mean.is_empty());
        let text = serde_json::to_string(&scores).unwrap();
        assert_eq!(serde_json::from_str::<GroupScores>(&text).unwrap(), scores);
        assert!(text.contains("\"problem\":\"a script\""), "{text}");
    }
}
