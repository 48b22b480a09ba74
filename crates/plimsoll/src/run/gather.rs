//! What a run left, read from the records and objects of the state.

mod cache;
mod documents;
mod facts;
mod says;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steps::{Candidate, Evaluation, Selection};

use self::documents::Documents;
use super::report::{CandidateRow, GateRow, RunReport, Status, StepRow};
use super::{StepState, Timeline};
use crate::failure::{Failure, chain};
use crate::state::Records;

/// Gathers a run by the ARN of its execution.
pub(crate) fn gather(records: &Records, execution: &str) -> Result<RunReport, Failure> {
    let request = json!({"executionArn": execution});
    let described = records.ask("states", "DescribeExecution", &request)?;
    let events = super::follow::history(records, execution, true)?;
    let mut timeline = Timeline::default();
    for event in &events {
        timeline.read(event);
    }
    let input: Value =
        serde_json::from_str(described["input"].as_str().unwrap_or("{}")).unwrap_or_default();
    let state = last_state(&events, &input);
    let documents = Documents::read(records, &state).map_err(|error| {
        Failure::environment(format!(
            "the objects of the run cannot be read: {}",
            chain(&error)
        ))
        .code("P0301")
    })?;
    let mut report = RunReport {
        run: input["run"]
            .as_str()
            .or(described["name"].as_str())
            .unwrap_or_default()
            .to_owned(),
        workload: input["workload"].as_str().unwrap_or_default().to_owned(),
        execution: execution.to_owned(),
        status: status(&timeline),
        error: timeline
            .ended
            .as_ref()
            .and_then(|ended| ended.error.clone()),
        cause: timeline
            .ended
            .as_ref()
            .and_then(|ended| ended.cause.clone()),
        started: described["startDate"].as_f64().unwrap_or_default(),
        trained: timeline.candidates.clone(),
        seconds: seconds(&described),
        input: Value::Null,
        steps: Vec::new(),
        metric: documents
            .selection
            .as_ref()
            .map(|selection| selection.metric.clone()),
        candidates: candidates(records, &state, documents.selection.as_ref()),
        selected: documents
            .selection
            .as_ref()
            .map(|selection| selection.selected.clone()),
        gate: gate(&input, &described, records, documents.evaluation.as_ref()),
        package: state["out"]["Register"]["package"]
            .as_str()
            .map(str::to_owned),
        endpoint: input["in"]["Deploy"]["endpoint"]
            .as_str()
            .map(str::to_owned),
        prepare: documents.prepare,
        evaluation: documents.evaluation,
        mistakes: documents.mistakes,
        load: documents.load,
        batch_uri: documents.batch_uri,
        batch_rows: documents.batch_rows,
    };
    report.steps = steps(records, &timeline, &state, &report);
    report.input = input;
    Ok(report)
}

/// The data of the machine after the last state that left any: the whole `$` with `in` and `out`.
fn last_state(events: &[Value], input: &Value) -> Value {
    let outputs = events
        .iter()
        .rev()
        .filter_map(|event| event["stateExitedEventDetails"]["output"].as_str());
    let states = outputs.filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let mut found = states.filter(|state| state["in"].is_object() && state["out"].is_object());
    let mut state = found.next().unwrap_or_else(|| input.clone());
    // The last state may be inside a branch; what the branches have left by then stands in earlier exits.
    for earlier in found {
        if let (Some(all), Some(more)) = (state["out"].as_object_mut(), earlier["out"].as_object())
        {
            for (name, value) in more {
                all.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    state
}

fn status(timeline: &Timeline) -> Status {
    let Some(ended) = &timeline.ended else {
        return Status::Running;
    };
    match (ended.event.as_str(), ended.error.as_deref()) {
        ("ExecutionSucceeded", _) => Status::Succeeded,
        ("ExecutionFailed", Some("GateNotMet")) => Status::GateNotMet,
        ("ExecutionAborted" | "ExecutionTimedOut", _) => Status::Stopped,
        _ => Status::Failed,
    }
}

fn seconds(described: &Value) -> f64 {
    let at = |name: &str| described[name].as_f64();
    at("stopDate")
        .zip(at("startDate"))
        .map_or(0.0, |(stop, start)| stop - start)
}

/// Candidates as the machine left them, with the scores of the selection.
fn candidates(
    records: &Records,
    state: &Value,
    selection: Option<&Selection>,
) -> Vec<CandidateRow> {
    let listed = state["out"]["Train"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let trained = listed
        .into_iter()
        .filter_map(|value| serde_json::from_value::<Candidate>(value).ok());
    trained
        .map(|candidate| {
            let score =
                selection.and_then(|s| s.candidates.iter().find(|c| c.name == candidate.name));
            let fit = candidate
                .job
                .as_deref()
                .and_then(|job| facts::of_job(records, job));
            CandidateRow {
                selected: selection.is_some_and(|s| s.selected == candidate.name),
                scores: score.map(|s| s.scores.clone()).unwrap_or_default(),
                one_row_p99_ns: score.and_then(|s| s.one_row_p99_ns),
                fit_seconds: fit.map(|facts| facts.seconds),
                name: candidate.name,
                baseline: candidate.baseline,
                failure: candidate.failure,
            }
        })
        .collect()
}

/// The rules of the gate as the machine's definition has them, with the scores they were asked of.
fn gate(
    input: &Value,
    described: &Value,
    records: &Records,
    evaluation: Option<&Evaluation>,
) -> Vec<GateRow> {
    let request = json!({"executionArn": described["executionArn"]});
    let machine = records
        .call("states", "DescribeStateMachineForExecution", &request)
        .unwrap_or_default();
    let definition: Value =
        serde_json::from_str(machine["definition"].as_str().unwrap_or("{}")).unwrap_or_default();
    let rules = definition["States"]["Gate"]["Choices"][0]["And"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let thresholds = input["in"]["Gate"]["thresholds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut rows = Vec::new();
    for (rule, threshold) in rules.iter().zip(thresholds) {
        let (test, negated) = if rule["Not"].is_object() {
            (&rule["Not"], true)
        } else {
            (rule, false)
        };
        let metric = test["Variable"]
            .as_str()
            .and_then(|path| path.rsplit('.').next())
            .unwrap_or_default();
        let sign = sign(test, negated);
        let (Some(threshold), Some(&value)) = (
            threshold.as_f64(),
            evaluation.and_then(|e| e.scores.get(metric)),
        ) else {
            continue;
        };
        let holds = format!("{sign} {threshold}")
            .parse::<workload::Threshold>()
            .is_ok_and(|t| t.holds(value));
        rows.push(GateRow {
            metric: metric.to_owned(),
            rule: format!("{sign} {threshold}"),
            value,
            holds,
        });
    }
    rows
}

fn sign(test: &Value, negated: bool) -> &'static str {
    let has = |operator: &str| test.get(operator).is_some();
    match () {
        () if has("NumericLessThanPath") => "<",
        () if has("NumericLessThanEqualsPath") => "<=",
        () if has("NumericGreaterThanPath") => ">",
        () if has("NumericGreaterThanEqualsPath") => ">=",
        () if negated => "!=",
        () => "==",
    }
}

fn steps(
    records: &Records,
    timeline: &Timeline,
    state: &Value,
    report: &RunReport,
) -> Vec<StepRow> {
    let used = facts::of_run(records, &report.run);
    let cache = cache::Cache::read(records, state);
    let begun = timeline
        .steps
        .iter()
        .filter(|step| step.state != StepState::Waiting);
    begun
        .map(|progress| {
            let name = progress.shape.name;
            let complete = documents::complete(state, name);
            let job = complete["job"].as_str().map(str::to_owned);
            let kept = job.as_deref() == Some(steps::Complete::NO_JOB);
            let job = job.filter(|_| !kept);
            let outputs: BTreeMap<String, String> =
                serde_json::from_value(complete["outputs"].clone()).unwrap_or_default();
            let facts = match progress.state {
                StepState::Hit => documents::jobs(state, name)
                    .iter()
                    .filter_map(|job| facts::of_job(records, job))
                    .collect(),
                // Every try counts, those that failed too.
                _ => facts::of_names(&used, &documents::job_names(state, name)),
            };
            let (looked, branches) = cache.of_step(progress, timeline);
            StepRow {
                name: name.to_owned(),
                cache: looked,
                branches,
                state: progress.state,
                started: progress.started,
                seconds: progress.seconds(),
                says: if kept {
                    "not trained: it exists".to_owned()
                } else {
                    says::of_step(name, report, timeline)
                },
                facts,
                job,
                outputs,
            }
        })
        .collect()
}
