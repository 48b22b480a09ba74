//! Tuning jobs under way: how far each is, and the best so far.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::state::Records;

/// A tuning job under way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tuning {
    name: String,
    /// Trials that are over, those that run, and how many there will be at most.
    finished: u64,
    running: u64,
    most: Option<u64>,
    /// The best objective so far and the hyperparameters that gave it.
    best: Option<(String, f64, Value)>,
}

/// Those of the state, by name.
pub(super) fn under_way(records: &Records) -> Result<Vec<Tuning>, Failure> {
    let open = json!({"StatusEquals": "InProgress", "MaxResults": 100});
    let answer = records.ask("sagemaker", "ListHyperParameterTuningJobs", &open)?;
    let found = answer["HyperParameterTuningJobSummaries"].as_array();
    found
        .into_iter()
        .flatten()
        .map(|job| {
            let name = json!({"HyperParameterTuningJobName": job["HyperParameterTuningJobName"]});
            let described = records.ask("sagemaker", "DescribeHyperParameterTuningJob", &name)?;
            Ok(Tuning::of(&described))
        })
        .collect()
}

impl Tuning {
    fn of(described: &Value) -> Self {
        let count = |name: &str| {
            described["ObjectiveStatusCounters"][name]
                .as_u64()
                .unwrap_or(0)
        };
        let limits = &described["HyperParameterTuningJobConfig"]["ResourceLimits"];
        let best = &described["BestTrainingJob"];
        let objective = &best["FinalHyperParameterTuningJobObjectiveMetric"];
        let metric = objective["MetricName"].as_str().unwrap_or_default();
        Self {
            name: described["HyperParameterTuningJobName"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            finished: count("Succeeded") + count("Failed"),
            running: count("Pending"),
            most: limits["MaxNumberOfTrainingJobs"].as_u64(),
            best: objective["Value"].as_f64().map(|value| {
                (
                    metric.to_owned(),
                    value,
                    best["TunedHyperParameters"].clone(),
                )
            }),
        }
    }

    /// In a line.
    pub(super) fn line(&self) -> String {
        let most = self
            .most
            .map(|most| format!(" of {most}"))
            .unwrap_or_default();
        let text = format!("tuning {}  {}{most} trials", self.name, self.finished);
        if let Some((metric, value, tuned)) = &self.best {
            let tuned = tuned.as_object().into_iter().flatten();
            let tuned: Vec<String> = tuned
                .map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or_default()))
                .collect();
            return format!("{text}, best {metric} {value:.4} with {}", tuned.join(", "));
        }
        text
    }

    /// As JSON.
    pub(super) fn document(&self) -> Value {
        let best = self.best.as_ref().map(|(metric, value, tuned)| {
            json!({"metric": metric, "value": value, "hyperparameters": tuned})
        });
        json!({
            "name": self.name, "finished": self.finished, "running": self.running, "most": self.most, "best": best,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_and_how_good() {
        let mut described = json!({
            "HyperParameterTuningJobName": "t",
            "HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxNumberOfTrainingJobs": 20}},
            "ObjectiveStatusCounters": {"Succeeded": 4, "Failed": 1, "Pending": 2},
        });
        let none = Tuning::of(&described);
        assert_eq!(none.line(), "tuning t  5 of 20 trials");
        assert_eq!((none.running, &none.document()["best"]), (2, &Value::Null));
        described["BestTrainingJob"] = json!({
            "TunedHyperParameters": {"C": "0.5", "tol": "0.01"},
            "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:f1_macro", "Value": 0.78504},
        });
        let some = Tuning::of(&described);
        assert_eq!(
            some.line(),
            "tuning t  5 of 20 trials, best validation:f1_macro 0.7850 with C 0.5, tol 0.01"
        );
        assert_eq!(some.document()["best"]["value"], 0.785_04);
    }
}
