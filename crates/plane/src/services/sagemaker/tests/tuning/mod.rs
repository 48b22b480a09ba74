//! Tuning jobs: trials, counters, ends, refusals, lists.

use serde_json::{Value, json};

use super::super::job::{self, Begin, End};
use super::super::tuning::observed;
use super::super::{JobStatus, Metric, Secondary, Training};
use super::{Bed, ROLE};

mod early;
mod lists;
mod refusals;
mod trials;

const LIMITS: &str = "/HyperParameterTuningJobConfig/ResourceLimits";

fn definition() -> Value {
    json!({
        "StaticHyperParameters": {"epochs": "9"},
        "AlgorithmSpecification": {
            "TrainingImage": "plimsoll:0.1.0", "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        },
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    })
}

fn tuning(name: &str) -> Value {
    json!({
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 12, "MaxParallelTrainingJobs": 3},
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": "rate", "MinValue": "0.0001", "MaxValue": "1", "ScalingType": "Logarithmic"},
                ],
                "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "20"}],
                "CategoricalParameterRanges": [{"Name": "kind", "Values": ["a", "b"]}],
            },
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": definition(),
        "Tags": [{"Key": "team", "Value": "a"}],
    })
}

/// The same with other members of the configuration.
fn configured(name: &str, members: &Value) -> Value {
    let mut request = tuning(name);
    let config = request["HyperParameterTuningJobConfig"]
        .as_object_mut()
        .unwrap();
    for (member, value) in members.as_object().unwrap() {
        config.insert(member.clone(), value.clone());
    }
    request
}

impl Bed {
    fn described(&mut self, name: &str) -> Value {
        let request = json!({"HyperParameterTuningJobName": name});
        self.call("DescribeHyperParameterTuningJob", request)
            .unwrap()
    }

    fn trials(&mut self, name: &str) -> Vec<Value> {
        let request = json!({"HyperParameterTuningJobName": name, "MaxResults": 100});
        let answer = self
            .call("ListTrainingJobsForHyperParameterTuningJob", request)
            .unwrap();
        answer["TrainingJobSummaries"].as_array().unwrap().clone()
    }

    fn begin(&mut self, training: &str) -> bool {
        let begun = self.run(|tx| job::begin::<Training>(tx, training)).unwrap();
        matches!(begun, Begin::Run(_))
    }

    fn end(&mut self, training: &str, status: JobStatus, loss: Option<f64>) {
        let secondary = match status {
            JobStatus::Completed => Secondary::Completed,
            JobStatus::Stopped => Secondary::Stopped,
            _ => Secondary::Failed,
        };
        let metrics = loss.map(|value| Metric {
            name: "loss".into(),
            value,
            at: 1,
        });
        let failure = (status == JobStatus::Failed).then(|| "AlgorithmError: no".to_owned());
        let end = End {
            metrics: metrics.into_iter().collect(),
            failure,
            ..End::new(status, secondary)
        };
        self.run(|tx| job::finish::<Training>(tx, training, end))
            .unwrap();
    }

    fn say(&mut self, training: &str, loss: f64) {
        let metric = Metric {
            name: "loss".into(),
            value: loss,
            at: 1,
        };
        self.run(|tx| observed(tx, training, &[metric])).unwrap();
    }

    /// Runs every trial that is open, the one chosen first, until none is.
    fn run_all(
        &mut self,
        name: &str,
        mut choose: impl FnMut(usize) -> usize,
        loss: impl Fn(&Value) -> Option<f64>,
    ) {
        loop {
            let open: Vec<Value> = self
                .trials(name)
                .into_iter()
                .filter(|trial| {
                    ["InProgress", "Stopping"]
                        .contains(&trial["TrainingJobStatus"].as_str().unwrap())
                })
                .collect();
            if open.is_empty() {
                return;
            }
            let trial = &open[choose(open.len()) % open.len()];
            let training = trial["TrainingJobName"].as_str().unwrap();
            if self.begin(training) {
                match loss(&trial["TunedHyperParameters"]) {
                    Some(loss) => self.end(training, JobStatus::Completed, Some(loss)),
                    None => self.end(training, JobStatus::Failed, None),
                }
            }
        }
    }
}

fn number(values: &Value, name: &str) -> f64 {
    values[name].as_str().unwrap().parse().unwrap()
}

/// Least at a rate of 0.01, a depth of 7 and the first kind.
fn loss(values: &Value) -> f64 {
    let kind = f64::from(u8::from(values["kind"] == "b"));
    let (rate, depth) = (number(values, "rate"), number(values, "depth"));
    1.0 + (rate.log10() + 2.0).powi(2) + ((depth - 7.0) / 5.0).powi(2) + kind
}
