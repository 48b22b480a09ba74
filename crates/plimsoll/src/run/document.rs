//! A run as JSON: `plimsoll.run/1`.

use serde_json::{Map, Value, json};

use super::StepState;
use super::report::{JobFacts, RunReport, StepRow};

/// The whole run.
pub(crate) fn document(report: &RunReport) -> Value {
    json!({
        "schema": "plimsoll.run/1",
        "run": report.run,
        "workload": report.workload,
        "execution": report.execution,
        "status": report.status.name(),
        "error": report.error,
        "cause": report.cause,
        "seconds": report.seconds,
        "data": {
            "license": report.input["about"]["license"],
            "provenance": report.input["about"]["provenance"],
        },
        "prepare": report.prepare,
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
        "candidates": report.candidates.iter().map(|row| json!({
            "name": row.name,
            "baseline": row.baseline,
            "selected": row.selected,
            "metric": report.metric,
            "validation": row.scores,
            "fit_seconds": row.fit_seconds,
            "one_row_p99_ns": row.one_row_p99_ns,
            "failure": row.failure,
        })).collect::<Vec<_>>(),
        "selected": report.selected,
        "test": report.evaluation,
        "mistakes": mistakes(report),
        "gate": report.gate.iter().map(|row| json!({
            "metric": row.metric, "rule": row.rule, "value": row.value, "holds": row.holds,
        })).collect::<Vec<_>>(),
        "package": report.package,
        "endpoint": {"name": report.endpoint, "load_test": report.load},
        "batch": {"output": report.batch_uri, "rows": report.batch_rows},
        "cost": cost(report),
    })
}

/// Several runs: `plimsoll.runs/1`.
pub(crate) fn documents(reports: &[RunReport]) -> Value {
    json!({
        "schema": "plimsoll.runs/1",
        "runs": reports.iter().map(document).collect::<Vec<_>>(),
    })
}

/// The images that are taken for another class, without the images themselves.
fn mistakes(report: &RunReport) -> Value {
    let Some(mistakes) = &report.mistakes else {
        return Value::Null;
    };
    let shown = mistakes.shown.iter().map(|one| {
        json!({
            "path": one.path, "class": one.class, "predicted": one.predicted, "probability": one.probability,
        })
    });
    json!({"count": mistakes.count, "rows": mistakes.rows, "surest": shown.collect::<Vec<_>>()})
}

fn step(row: &StepRow) -> Value {
    let total = |of: fn(&JobFacts) -> u64| row.facts.iter().map(of).sum::<u64>();
    let amounts: Vec<_> = row
        .facts
        .iter()
        .filter_map(|facts| facts.charge.as_ref())
        .collect();
    let priced =
        !row.facts.is_empty() && amounts.len() == row.facts.len() && row.state != StepState::Hit;
    json!({
        "name": row.name,
        "status": status(row.state),
        "says": row.says,
        "cache": cache(row),
        "started": row.started,
        "seconds": row.seconds,
        // The sum of nothing is -0.0.
        "cpu_seconds": row.facts.iter().map(|facts| facts.cpu_seconds).sum::<f64>() + 0.0,
        "peak_bytes": row.facts.iter().map(|facts| facts.peak_bytes).max(),
        "read_bytes": total(|facts| facts.read_bytes),
        "written_bytes": total(|facts| facts.written_bytes),
        "joules_estimated": energy(row.facts.iter()),
        "cost_usd": priced.then(|| amounts.iter().map(|charge| charge.amount.nanos() as f64 / 1e9).sum::<f64>()),
        "instance_type": row.facts.first().map(|facts| facts.instance_type.clone()),
        "job": row.job,
        "jobs": row.facts.iter().map(job).collect::<Vec<_>>(),
        "outputs": row.outputs,
    })
}

fn job(facts: &JobFacts) -> Value {
    json!({
        "job": facts.job,
        "instance_type": facts.instance_type,
        "seconds": facts.seconds,
        "cpu_seconds": facts.cpu_seconds,
        "peak_bytes": facts.peak_bytes,
        "read_bytes": facts.read_bytes,
        "written_bytes": facts.written_bytes,
        "other_jobs_ran": facts.shared,
        "charge": facts.charge,
    })
}

/// Word of a step's state.
pub(crate) fn status(state: StepState) -> &'static str {
    match state {
        StepState::Waiting => "waiting",
        StepState::Running => "running",
        StepState::Done => "ok",
        StepState::Hit => "hit",
        StepState::Failed => "failed",
    }
}

/// Whether the step was found and why; of Train each candidate besides.
fn cache(row: &StepRow) -> Value {
    let one = |hit: bool, why: Option<&str>| json!({"hit": hit, "why": why});
    let why = row.cache.as_ref().map(|cache| cache.why.as_str());
    let mut shown = one(row.state == StepState::Hit, why);
    if !row.branches.is_empty() {
        let branches = row.branches.iter();
        let branches =
            branches.map(|(name, branch)| (name.clone(), one(branch.hit, Some(&branch.why))));
        shown["candidates"] = Value::Object(branches.collect());
    }
    shown
}

/// Estimated energy as a range in joules; none where nothing was measured.
pub(crate) fn energy<'a>(facts: impl Iterator<Item = &'a JobFacts>) -> Option<Map<String, Value>> {
    let ranges: Vec<_> = facts.filter_map(|facts| facts.energy).collect();
    if ranges.is_empty() {
        return None;
    }
    let sum = |of: fn(&ledger::EnergyRange) -> units::Joules| {
        ranges.iter().map(|r| of(r).as_joules()).sum::<f64>()
    };
    let (low, high) = (sum(|range| range.low), sum(|range| range.high));
    Some(Map::from_iter([
        ("low".to_owned(), json!(low)),
        ("high".to_owned(), json!(high)),
    ]))
}

fn cost(report: &RunReport) -> Value {
    let facts: Vec<_> = report.own_facts().collect();
    let charges: Vec<_> = facts
        .iter()
        .filter_map(|facts| facts.charge.as_ref())
        .collect();
    let amount = units::Money::sum(charges.iter().map(|charge| charge.amount)).ok();
    json!({
        "meaning": "these local seconds at the price of the instance type; not a prediction of a bill",
        "usd": amount.map(|amount| amount.nanos() as f64 / 1e9),
        "unpriced_jobs": facts.len() - charges.len(),
        "price_dates": charges.iter().map(|charge| charge.price_date.as_str()).collect::<std::collections::BTreeSet<_>>(),
        "joules_estimated": energy(facts.into_iter()),
    })
}
