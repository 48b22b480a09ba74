//! Metrics that a training job prints: AWS's `MetricDefinitions`, with an engine that is linear in the line.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::services::sagemaker::Metric;

/// Compiled size of one expression.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles the expression of a metric. It must have a group, whose text is the value.
pub(crate) fn metric_pattern(pattern: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(pattern)
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| last_line(&error.to_string()))?;
    if regex.captures_len() < 2 {
        return Err("it has no group for the value".to_owned());
    }
    Ok(regex)
}

fn last_line(text: &str) -> String {
    text.lines()
        .last()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned()
}

/// The metrics of one job.
#[derive(Debug, Clone, Default)]
pub(crate) struct MetricRules {
    rules: Vec<(String, Regex)>,
    latest: BTreeMap<String, Metric>,
}

impl MetricRules {
    /// The rules of a request; they were checked when it came.
    pub(crate) fn of(definitions: &[Value]) -> Self {
        let rule = |definition: &Value| {
            let text = |member: &str| definition[member].as_str().unwrap_or_default();
            Some((text("Name").to_owned(), metric_pattern(text("Regex")).ok()?))
        };
        Self {
            rules: definitions.iter().filter_map(rule).collect(),
            latest: BTreeMap::new(),
        }
    }

    /// The metrics in a line. Values that are no finite numbers are none.
    pub(crate) fn find(&mut self, line: &str, at: i64) -> Vec<Metric> {
        let mut found = Vec::new();
        for (name, regex) in &self.rules {
            let value = regex
                .captures(line)
                .and_then(|groups| groups.iter().skip(1).flatten().next())
                .and_then(|group| group.as_str().trim().parse::<f64>().ok())
                .filter(|value| value.is_finite());
            if let Some(value) = value {
                found.push(Metric {
                    name: name.clone(),
                    value,
                    at,
                });
            }
        }
        for metric in &found {
            self.latest.insert(metric.name.clone(), metric.clone());
        }
        found
    }

    /// The last value of each metric, by name.
    pub(crate) fn latest(&self) -> Vec<Metric> {
        self.latest.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_and_the_last_one_is_kept() {
        let mut rules = MetricRules::of(&[
            json!({"Name": "loss", "Regex": "loss=([0-9.e+-]+)"}),
            json!({"Name": "accuracy", "Regex": "^.*accuracy: (.*?);"}),
        ]);
        let values = |rules: &mut MetricRules, line: &str, at| -> Vec<(String, f64)> {
            rules
                .find(line, at)
                .into_iter()
                .map(|metric| (metric.name, metric.value))
                .collect()
        };
        assert_eq!(
            values(&mut rules, "epoch 1 loss=0.5", 1),
            [("loss".to_owned(), 0.5)]
        );
        assert_eq!(values(&mut rules, "nothing", 2), []);
        assert_eq!(values(&mut rules, "accuracy: nan; accuracy: x;", 3), []);
        assert_eq!(
            values(&mut rules, "loss=2.5e-1 accuracy: 0.75; done", 4),
            [("loss".to_owned(), 0.25), ("accuracy".to_owned(), 0.75)]
        );
        let latest: Vec<_> = rules
            .latest()
            .into_iter()
            .map(|metric| (metric.name, metric.value, metric.at))
            .collect();
        assert_eq!(
            latest,
            [
                ("accuracy".to_owned(), 0.75, 4),
                ("loss".to_owned(), 0.25, 4)
            ]
        );
    }

    #[test]
    fn expressions_are_checked() {
        for (pattern, expected) in [
            ("loss=[0-9]+", "it has no group for the value"),
            (
                "(?<=loss=)([0-9]+)",
                "look-around, including look-ahead and look-behind, is not supported",
            ),
            ("(", "unclosed group"),
        ] {
            assert_eq!(metric_pattern(pattern).unwrap_err(), expected, "{pattern}");
        }
        assert!(metric_pattern("(a{1000}){1000}").is_err());
    }
}
