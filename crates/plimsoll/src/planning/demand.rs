//! What a workload asks of its infrastructure, out of its newest run and its file.

use std::collections::BTreeMap;

use plan::Role;
use plan::demand::{Demand, Serving, Stage, Storage, Work};
use plane::services::sagemaker::{TRAINING_JOB, TRANSFORM_JOB};
use steps::LoadReport;
use units::{Bytes, Rate, Span};
use workload::{Retrain, Traffic, Workload};

use crate::run::{JobFacts, RunReport, keys};

/// Steps that measure and are no part of the work.
const MEASURES: [&str; 1] = ["LoadTest"];
/// Bytes of the frame around a row: headers of the request and the answer.
const FRAME: u64 = 500;
/// Period by which a steady rate is counted.
const HOUR: Span = Span::from_nanos(3_600 * 1_000_000_000);
/// Digits of a key in the name of its job.
const DIGITS: usize = 8;

/// What is known of a workload, and what had to be assumed.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) demand: Demand,
    pub(crate) notes: Vec<String>,
}

/// What a run asked for. `sources` are the bytes and the number of the source objects, `trace` the requests of a traffic file.
pub(crate) fn demand(
    workload: &Workload,
    report: &RunReport,
    sources: (u64, u64),
    trace: Option<Vec<u64>>,
) -> Known {
    let mut notes = Vec::new();
    let names = candidates(report);
    let stages: Vec<Stage> = report
        .steps
        .iter()
        .filter(|step| !MEASURES.contains(&step.name.as_str()) && !step.facts.is_empty())
        .map(|step| Stage {
            name: step.name.clone(),
            role: role(&step.facts[0]),
            jobs: step
                .facts
                .iter()
                .map(|facts| work(&step.name, facts, &names))
                .collect(),
        })
        .collect();
    if report
        .steps
        .iter()
        .flat_map(|step| &step.facts)
        .any(|facts| facts.shared)
    {
        notes.push(
            "other jobs ran beside some that were measured: CPU seconds count, not wall seconds"
                .to_owned(),
        );
    }
    let storage = storage(&stages, sources);
    let payload = payload(report, sources.0);
    let peak = peak_of(&stages, "Test");
    let serving = report
        .load
        .as_ref()
        .filter(|load| !load.histogram.is_empty())
        .and_then(|load| serving(load, workload, trace, (payload, peak), &mut notes));
    if workload.deploy.is_some() && serving.is_none() {
        notes.push("no load test was measured: the endpoint is left out; give one at `deploy.endpoint.load_test`".to_owned());
    }
    Known {
        demand: Demand {
            workload: workload.name.as_str().to_owned(),
            stages,
            serving,
            storage,
            runs_a_year: runs_a_year(workload.retrain, &mut notes),
        },
        notes,
    }
}

/// Names of candidates by the beginning of the key of their training, which is in the name of their job.
fn candidates(report: &RunReport) -> BTreeMap<String, String> {
    let of_train = keys(&report.input).into_iter().filter_map(|(step, key)| {
        let name = step.strip_prefix("Train.")?;
        Some((key.get(..DIGITS)?.to_owned(), name.to_owned()))
    });
    of_train.collect()
}

fn role(facts: &JobFacts) -> Role {
    match facts.kind.as_str() {
        TRAINING_JOB => Role::Train,
        TRANSFORM_JOB => Role::Batch,
        _ => Role::Prepare,
    }
}

fn work(step: &str, facts: &JobFacts, names: &BTreeMap<String, String>) -> Work {
    let key = facts.job.split('-').find_map(|part| names.get(part));
    let seconds = |seconds: f64| Span::from_nanos((seconds.max(0.0) * 1e9) as u64);
    Work {
        name: key.cloned().unwrap_or_else(|| step.to_owned()),
        cpu: seconds(facts.cpu_seconds),
        wall: seconds(facts.seconds),
        cpus: u32::try_from(facts.cpus).unwrap_or(u32::MAX).max(1),
        peak: Bytes::new(facts.peak_bytes),
        read: Bytes::new(facts.read_bytes),
        written: Bytes::new(facts.written_bytes),
        // Families of this program train and serve on CPUs; a script brings its own framework, whose speed is not known here.
        accelerated: false,
    }
}

fn peak_of(stages: &[Stage], name: &str) -> Bytes {
    let jobs = stages.iter().filter(|stage| stage.name == name);
    let peaks = jobs.flat_map(|stage| stage.jobs.iter().map(|job| job.peak));
    peaks.max().unwrap_or_default()
}

/// Each job reads a handful of objects and writes one for each of its outputs; what is kept are the written bytes of a run.
fn storage(stages: &[Stage], (bytes, objects): (u64, u64)) -> Storage {
    let jobs: u64 = stages.iter().map(|stage| stage.jobs.len() as u64).sum();
    let written = stages.iter().flat_map(|stage| &stage.jobs);
    let written: u64 = written.map(|job| job.written.get()).sum();
    Storage {
        data: Bytes::new(bytes),
        artifacts: Bytes::new(written),
        objects: objects + jobs * OBJECTS_A_JOB,
        puts_a_run: jobs * OBJECTS_A_JOB,
        gets_a_run: objects + jobs * OBJECTS_A_JOB,
        logs: Bytes::new(jobs * LOG_A_JOB),
    }
}

/// Objects that a job writes and reads beside the source: its parts or model, its specification, its answer and its key.
const OBJECTS_A_JOB: u64 = 5;
/// Bytes of the log of a job of ours.
const LOG_A_JOB: u64 = 4_096;

fn payload(report: &RunReport, bytes: u64) -> Bytes {
    let rows = report.prepare.as_ref().map_or(0, |prepare| prepare.read);
    Bytes::new(bytes.checked_div(rows).unwrap_or(0) + FRAME)
}

fn serving(
    load: &LoadReport,
    workload: &Workload,
    trace: Option<Vec<u64>>,
    (payload, peak): (Bytes, Bytes),
    notes: &mut Vec<String>,
) -> Option<Serving> {
    let mut service: Vec<(Span, u64)> = load
        .histogram
        .iter()
        .map(|bucket| {
            let middle = u64::midpoint(bucket.from_us, bucket.below_us);
            (Span::from_nanos(middle.max(1) * 1_000), bucket.count)
        })
        .collect();
    if load.lag_p99_us > LATE {
        service = clipped(&service);
        notes.push(format!(
            "the load test was late by {:.0} ms (p99), so this machine was busy: answers of more than {CLIP} times the median count as that",
            load.lag_p99_us as f64 / 1e3
        ));
    }
    let (requests, period) = match (&workload.traffic, trace) {
        (Some(Traffic::Trace(told)), Some(trace)) => (trace, told.every),
        (Some(Traffic::Steady(rate)), _) => steady(*rate),
        _ => {
            let tested = workload
                .deploy
                .as_ref()?
                .endpoint
                .as_ref()?
                .load_test
                .as_ref()?;
            notes.push(format!(
                "no `traffic` is given: the rate of the load test, {}, is taken",
                tested.rate
            ));
            steady(tested.rate)
        }
    };
    Some(Serving {
        service,
        peak,
        payload,
        requests,
        period,
        accelerated: false,
    })
}

/// The generator lags this much on a machine that is not busy at all, microseconds.
const LATE: u64 = 5_000;

/// On a busy machine an answer of more than so many medians waited for the machine, not for the model.
const CLIP: u64 = 3;

/// Times of which the longest are cut, each distinct time once.
fn clipped(service: &[(Span, u64)]) -> Vec<(Span, u64)> {
    let all: u64 = service.iter().map(|(_, count)| count).sum();
    let mut below = 0;
    let median = service.iter().find(|(_, count)| {
        below += count;
        below * 2 >= all
    });
    let most = median.map_or(0, |(time, _)| time.nanos().saturating_mul(CLIP));
    let mut kept: Vec<(Span, u64)> = Vec::new();
    for (time, count) in service {
        let time = Span::from_nanos(time.nanos().min(most));
        match kept.last_mut() {
            Some((last, seen)) if *last == time => *seen += count,
            _ => kept.push((time, *count)),
        }
    }
    kept
}

fn steady(rate: Rate) -> (Vec<u64>, Span) {
    (vec![rate.whole_events_in(HOUR)], HOUR)
}

fn runs_a_year(retrain: Option<Retrain>, notes: &mut Vec<String>) -> u32 {
    match retrain {
        Some(Retrain::Hourly) => 8_760,
        Some(Retrain::Daily) => 365,
        Some(Retrain::Weekly) => 52,
        Some(Retrain::Monthly) => 12,
        None => {
            notes.push(
                "no `retrain` is given: the pipeline is taken to run once a month".to_owned(),
            );
            12
        }
    }
}

#[cfg(test)]
mod tests;
