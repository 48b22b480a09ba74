//! From what is known of a run to what its page is made from.

use std::collections::{BTreeMap, BTreeSet};

use report::{
    About, Batch, Candidate, Environment, FailedJob, GateRule, Job, PublishedScore, Run, Sample,
    Span, SpanState, Step,
};
use serde_json::Value;
use steps::{Document, Ingredients, Key, key_object_key};

use super::report::{JobFacts, RunReport, Status, StepRow};
use super::{StepState, failed_job};
use crate::clock::wall_ms;
use crate::state::{Records, State};

/// Log lines of a failed job.
const LOG_LINES: usize = 20;
/// Longest log line.
const LINE: usize = 400;
/// Samples of a job that are drawn.
const SAMPLES: usize = 300;

/// Whether a plane is up on the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsUp {
    Yes,
    No,
}

impl IsUp {
    pub(crate) fn of(state: &State) -> Self {
        match state.owner() {
            Some(_) => Self::Yes,
            None => Self::No,
        }
    }
}

/// The page's material; a run that is open is under way on a plane that is up, and interrupted without one.
pub(crate) fn page(records: &Records, report: &RunReport, is_up: IsUp) -> Run {
    let ingredients = ingredients(records, &report.input);
    let now = match is_up {
        IsUp::Yes => wall_ms() as f64 / 1000.0,
        IsUp::No => last(report),
    };
    let seconds = match report.status {
        Status::Running => (now - report.started).max(0.0),
        _ => report.seconds,
    };
    Run {
        run: report.run.clone(),
        workload: report.workload.clone(),
        execution: report.execution.clone(),
        status: status(report.status, is_up),
        error: report.error.clone(),
        cause: report.cause.clone(),
        failed_job: failed(records, report),
        tunings: super::tunings::of(records, report),
        started: report.started,
        started_utc: crate::verbs::status::moment(report.started),
        seconds,
        steps: report
            .steps
            .iter()
            .map(|row| step(records, report, row, now))
            .collect(),
        metric: report.metric.clone(),
        candidates: candidates(report),
        selected: report.selected.clone(),
        gate: gate(report),
        prepare: report.prepare.clone(),
        evaluation: report.evaluation.clone(),
        mistakes: report.mistakes.clone(),
        learning: super::learning::curves(report, |job| crate::verbs::logs::of_job(records, job)),
        package: report.package.clone(),
        endpoint: report.endpoint.clone(),
        load: report.load.clone(),
        batch: report.batch_uri.clone().map(|uri| Batch {
            uri,
            rows: report.batch_rows.unwrap_or(0),
        }),
        sources: ingredients
            .get("Prepare")
            .map(|made| made.sources.clone())
            .unwrap_or_default(),
        about: about(&report.input),
        environment: environment(report),
    }
}

/// The last moment at which something of a run began or ended.
fn last(report: &RunReport) -> f64 {
    let steps = report.steps.iter().map(|row| row.started + row.seconds);
    let branches = report
        .trained
        .values()
        .map(|branch| branch.ended.unwrap_or(branch.started));
    steps.chain(branches).fold(report.started, f64::max)
}

fn status(status: Status, is_up: IsUp) -> report::Status {
    match status {
        Status::Running if is_up == IsUp::No => report::Status::Interrupted,
        Status::Running => report::Status::Running,
        Status::Succeeded => report::Status::Succeeded,
        Status::GateNotMet => report::Status::GateNotMet,
        Status::Failed => report::Status::Failed,
        Status::Stopped => report::Status::Stopped,
    }
}

/// Steps and their keys; each candidate's training is `Train.NAME`.
pub(crate) fn keys(input: &Value) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for (step, told) in input["in"].as_object().into_iter().flatten() {
        if let Some(key) = told["key"].as_str() {
            keys.insert(step.clone(), key.to_owned());
        } else if step == "Train" {
            for (candidate, told) in told.as_object().into_iter().flatten() {
                let key = told["key"].as_str().unwrap_or_default();
                keys.insert(format!("Train.{candidate}"), key.to_owned());
            }
        }
    }
    keys
}

/// What the keys of a run were computed from, as far as it still lies in the bucket.
pub(crate) fn ingredients(records: &Records, input: &Value) -> BTreeMap<String, Ingredients> {
    let bucket = input["bucket"].as_str().unwrap_or_default();
    let read = |(step, key): (String, String)| {
        let folder = step.split('.').next().unwrap_or(&step);
        let object = key_object_key(folder, &Key::from_hex(&key).ok()?);
        let bytes = records.object(&format!("s3://{bucket}/{object}")).ok()??;
        Some((step, Ingredients::from_slice(&bytes).ok()?))
    };
    keys(input).into_iter().filter_map(read).collect()
}

fn about(input: &Value) -> About {
    let about = &input["about"];
    let text = |name: &str| about[name].as_str().map(str::to_owned);
    let reference = |value: &Value| {
        Some(PublishedScore {
            metric: value["metric"].as_str()?.to_owned(),
            value: value["value"].as_f64()?,
            model: value["model"].as_str().map(str::to_owned),
            source: value["source"].as_str()?.to_owned(),
        })
    };
    About {
        license: text("license"),
        provenance: text("provenance"),
        target: text("target"),
        seed: about["seed"].as_u64(),
        references: about["references"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(reference)
            .collect(),
    }
}

fn environment(report: &RunReport) -> Environment {
    let facts = report.steps.iter().flat_map(|step| &step.facts);
    let machines: BTreeSet<String> = facts
        .map(|facts| facts.host.clone())
        .filter(|host| !host.is_empty())
        .collect();
    Environment {
        machines: machines.into_iter().collect(),
        image: report.input["image"]
            .as_str()
            .unwrap_or("unknown")
            .to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        instruction_sets: crate::image::instruction_sets(),
        keys: keys(&report.input),
    }
}

fn failed(records: &Records, report: &RunReport) -> Option<FailedJob> {
    let failed = failed_job(report)?;
    let lines = crate::verbs::logs::of_job(records, &failed.job);
    let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
    let shown = |line: &str| line.chars().take(LINE).collect();
    Some(FailedJob {
        log: last.iter().map(|(_, line)| shown(line)).collect(),
        job: failed.job,
        reason: failed.reason,
    })
}

fn candidates(report: &RunReport) -> Vec<Candidate> {
    let candidate = |row: &super::report::CandidateRow| Candidate {
        name: row.name.clone(),
        baseline: row.baseline,
        selected: row.selected,
        scores: row.scores.clone(),
        fit_seconds: row.fit_seconds,
        one_row_p99_ns: row.one_row_p99_ns,
        failure: row.failure.as_ref().map(|failure| failure.error.clone()),
    };
    report.candidates.iter().map(candidate).collect()
}

fn gate(report: &RunReport) -> Vec<GateRule> {
    let rule = |row: &super::report::GateRow| GateRule {
        metric: row.metric.clone(),
        rule: row.rule.clone(),
        value: row.value,
        holds: row.holds,
    };
    report.gate.iter().map(rule).collect()
}

fn step(records: &Records, report: &RunReport, row: &StepRow, now: f64) -> Step {
    let seconds = match row.state {
        StepState::Running => now - row.started,
        _ => row.seconds,
    };
    let span = |name: &str, state, started, seconds: f64| Span {
        name: name.to_owned(),
        state,
        started,
        seconds: seconds.max(0.0),
    };
    let branches = report
        .trained
        .iter()
        .filter(|_| row.name == "Train")
        .map(|(name, branch)| {
            let state = match (branch.ended, branch.failed, branch.hit) {
                (_, true, _) => SpanState::Failed,
                (None, ..) => SpanState::Running,
                (Some(_), _, true) => SpanState::Hit,
                (Some(_), ..) => SpanState::Done,
            };
            let end = branch.ended.unwrap_or(match report.status {
                Status::Running => now,
                _ => report.started + report.seconds,
            });
            span(name, state, branch.started, end - branch.started)
        });
    Step {
        span: span(&row.name, state(row.state), row.started, seconds),
        says: row.says.clone(),
        why: row.cache.as_ref().map(|cache| cache.why.clone()),
        branches: branches.collect(),
        jobs: row.facts.iter().map(|facts| job(records, facts)).collect(),
    }
}

fn state(state: StepState) -> SpanState {
    match state {
        StepState::Waiting | StepState::Running => SpanState::Running,
        StepState::Done => SpanState::Done,
        StepState::Hit => SpanState::Hit,
        StepState::Failed => SpanState::Failed,
    }
}

fn job(records: &Records, facts: &JobFacts) -> Job {
    Job {
        name: facts.job.clone(),
        run: facts.run.clone(),
        instance_type: facts.instance_type.clone(),
        cpus: facts.cpus,
        seconds: facts.seconds,
        cpu_seconds: facts.cpu_seconds,
        peak_bytes: facts.peak_bytes,
        read_bytes: facts.read_bytes,
        written_bytes: facts.written_bytes,
        shared: facts.shared,
        energy: facts.energy,
        charge: facts.charge.clone(),
        samples: samples(records, facts),
    }
}

/// The samples that the plane kept of a job; evenly thinned where they are many.
fn samples(records: &Records, facts: &JobFacts) -> Vec<Sample> {
    use plane::services::{cloudwatch, sagemaker};
    let namespace = match facts.kind.as_str() {
        sagemaker::PROCESSING_JOB => "/aws/sagemaker/ProcessingJobs",
        sagemaker::TRAINING_JOB => "/aws/sagemaker/TrainingJobs",
        _ => "/aws/sagemaker/TransformJobs",
    };
    let host = BTreeMap::from([("Host".to_owned(), format!("{}/algo-1", facts.job))]);
    let read = |name: &str| {
        let found = records.read(|snapshot| cloudwatch::points(snapshot, namespace, name, &host));
        found.unwrap_or_default()
    };
    let (cpu, memory) = (read("CPUUtilization"), read("MemoryUtilization"));
    let every = cpu.len().div_ceil(SAMPLES).max(1);
    let pairs = cpu
        .into_iter()
        .zip(memory)
        .filter(|(cpu, memory)| cpu.0 == memory.0);
    pairs
        .map(|((at, cpu), (_, memory))| Sample {
            at: (at - facts.started) as f64 / 1000.0,
            cpus: cpu / 100.0,
            memory_bytes: (memory / 100.0 * facts.memory as f64).round(),
        })
        .step_by(every)
        .collect()
}
