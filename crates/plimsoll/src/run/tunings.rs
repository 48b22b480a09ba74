//! The searches of a run's candidates, out of the records.

use plane::services::sagemaker::TRAINING_JOB;
use plane::services::usage;
use report::{Tuning, TuningTrial};
use serde_json::{Value, json};

use super::report::RunReport;
use crate::state::Records;

/// One for each candidate that is tuned and whose tuning job is there: the newest of its key.
pub(super) fn of(records: &Records, report: &RunReport) -> Vec<Tuning> {
    let branches = report.input["in"]["Train"].as_object();
    branches
        .into_iter()
        .flatten()
        .filter_map(|(candidate, branch)| {
            let name = newest(records, branch["tuning_name"].as_str()?)?;
            search(records, candidate, &name)
        })
        .collect()
}

fn newest(records: &Records, begins: &str) -> Option<String> {
    let wanted = json!({
        "NameContains": begins, "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 1,
    });
    let answer = records
        .ask("sagemaker", "ListHyperParameterTuningJobs", &wanted)
        .ok()?;
    let found = &answer["HyperParameterTuningJobSummaries"][0]["HyperParameterTuningJobName"];
    found.as_str().map(str::to_owned)
}

fn search(records: &Records, candidate: &str, name: &str) -> Option<Tuning> {
    let named = json!({"HyperParameterTuningJobName": name});
    let described = records
        .ask("sagemaker", "DescribeHyperParameterTuningJob", &named)
        .ok()?;
    let objective = &described["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"];
    let best = described["BestTrainingJob"]["TrainingJobName"].as_str();
    let mut trials = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut wanted = json!({"HyperParameterTuningJobName": name, "MaxResults": 100});
        if let Some(token) = &token {
            wanted["NextToken"] = token.as_str().into();
        }
        let listed = "ListTrainingJobsForHyperParameterTuningJob";
        let answer = records.ask("sagemaker", listed, &wanted).ok()?;
        let page = answer["TrainingJobSummaries"].as_array();
        trials.extend(page.into_iter().flatten().map(|one| trial(records, one)));
        token = answer["NextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    trials.sort_by_key(|trial| trial.number);
    Some(Tuning {
        candidate: candidate.to_owned(),
        name: name.to_owned(),
        metric: objective["MetricName"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        maximize: objective["Type"] == "Maximize",
        best: best.map(number),
        trials,
    })
}

fn trial(records: &Records, summary: &Value) -> TuningTrial {
    let name = summary["TrainingJobName"].as_str().unwrap_or_default();
    // One that cannot be read is shown as unknown.
    let used = records.read(|snapshot| usage::find(snapshot, TRAINING_JOB, name));
    let used = used.ok().flatten();
    let tuned = summary["TunedHyperParameters"].as_object();
    TuningTrial {
        number: number(name),
        value: summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"].as_f64(),
        hyperparameters: tuned
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        seconds: used.as_ref().map(|used| used.wall_ms as f64 / 1000.0),
        cost: used
            .and_then(|used| used.charge)
            .map(|charge| charge.amount),
    }
}

/// The number in a trial's name: `<tuning job>-<number>-<eight digits>`.
fn number(name: &str) -> u64 {
    name.rsplit('-')
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_trials_name_has_its_number() {
        assert_eq!(
            super::number("heart-di-0a1b2c3d-0fgh3k2m-00-017-00ff00ff"),
            17
        );
        assert_eq!(super::number("x"), 0);
    }
}
