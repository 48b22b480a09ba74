//! LoadTest: requests on schedule, whatever the answers do (open loop).
//!
//! Latency counts from the scheduled moment. How late the generator itself was stands beside it, so that a busy
//! machine is not mistaken for a slow endpoint.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use steps::{Document, LatencyBucket, LoadReport, LoadTestSpec, Manifest};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Tree;
use crate::client::{Aws, ClientError, Endpoint};
use crate::image::Failed;

/// Rows that are sent in turn.
const ROWS_LIMIT: usize = 1_000;

/// Images that are sent in turn.
const IMAGES_LIMIT: usize = 200;

/// One request's outcome.
struct Outcome {
    lag: Duration,
    latency: Duration,
    error: Option<String>,
}

pub(super) fn run(tree: &Tree) -> Result<(), Failed> {
    let spec: LoadTestSpec = tree.spec()?;
    let output = tree.output()?;
    let bodies = bodies(&tree.input("data"))?;
    let aws = Aws::new(Endpoint::of_job()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::because("cannot start", &error))?;
    let report = runtime.block_on(load(&aws, &spec, &bodies));
    let text = report.to_text();
    let mut manifest = Manifest::default();
    manifest.add(LoadReport::FILE, text.as_bytes());
    fs::write(output.join(LoadReport::FILE), text)
        .and_then(|()| fs::write(output.join(Manifest::FILE), manifest.to_text()))
        .map_err(|error| Failed::because("the report cannot be written", &error))
}

/// What is sent.
struct Bodies {
    content_type: &'static str,
    accept: &'static str,
    /// Base64, as requests have them.
    each: Vec<String>,
}

/// A request for each of the first test rows, test images, or hours of a test part with those before them.
fn bodies(data: &Path) -> Result<Bodies, Failed> {
    let images = learn::images::samples(data, IMAGES_LIMIT)
        .map_err(|error| Failed::coded(error.code(), &error))?;
    let hours = learn::series::samples(data, ROWS_LIMIT)
        .map_err(|error| Failed::coded(error.code(), &error))?;
    if let Some(hours) = hours {
        return Ok(Bodies {
            content_type: "text/csv",
            accept: "text/csv",
            each: hours.iter().map(|body| STANDARD.encode(body)).collect(),
        });
    }
    Ok(match images {
        Some(images) => Bodies {
            content_type: "image/png",
            accept: "application/json",
            each: images.iter().map(|file| STANDARD.encode(file)).collect(),
        },
        None => Bodies {
            content_type: "text/csv",
            accept: "text/csv",
            each: rows(&data.join("test.csv"))?,
        },
    })
}

/// Bodies of one row each: the test rows without their last column, the target.
fn rows(path: &Path) -> Result<Vec<String>, Failed> {
    let fail =
        |error: csv::Error| Failed::because(&format!("cannot read `{}`", path.display()), &error);
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let mut bodies = Vec::new();
    for record in reader.records().take(ROWS_LIMIT) {
        let record = record.map_err(fail)?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(record.iter().take(record.len().saturating_sub(1)))
            .map_err(fail)?;
        let body = writer
            .into_inner()
            .map_err(|error| fail(error.into_error().into()))?;
        bodies.push(STANDARD.encode(body));
    }
    if bodies.is_empty() {
        Err(Failed("error: there are no rows to send".to_owned()))
    } else {
        Ok(bodies)
    }
}

async fn load(aws: &Aws, spec: &LoadTestSpec, bodies: &Bodies) -> LoadReport {
    let types = [bodies.content_type, bodies.accept];
    let scheduled = (spec.rate_per_second * spec.seconds).round().max(1.0) as u64;
    let places = Arc::new(Semaphore::new(spec.in_flight_limit as usize));
    let start = Instant::now();
    let mut moments = schedule(start, spec.rate_per_second, scheduled);
    let mut tasks = tokio::task::JoinSet::new();
    let mut outcomes = Vec::new();
    while let Some((number, due)) = moments.recv().await {
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            let late = due.elapsed();
            let error = Some("too many in flight".to_owned());
            outcomes.push(Outcome {
                lag: late,
                latency: late,
                error,
            });
            continue;
        };
        let (aws, endpoint) = (aws.clone(), spec.endpoint.clone());
        let body = bodies.each[(number % bodies.each.len() as u64) as usize].clone();
        tasks.spawn(async move {
            let lag = due.elapsed();
            let error = invoke(&aws, &endpoint, (types, body)).await.err();
            drop(place);
            Outcome {
                lag,
                latency: due.elapsed(),
                error,
            }
        });
        while let Some(done) = tasks.try_join_next() {
            outcomes.extend(done);
        }
    }
    while let Some(done) = tasks.join_next().await {
        outcomes.extend(done);
    }
    report(scheduled, start.elapsed(), &outcomes)
}

/// The moments at which requests are due, each told when it has come. A thread of its own keeps them, since the timers
/// of the runtime are no finer than a millisecond, which is longer than many an answer takes.
fn schedule(start: Instant, rate: f64, scheduled: u64) -> UnboundedReceiver<(u64, Instant)> {
    let (tell, moments) = unbounded_channel();
    std::thread::spawn(move || {
        for number in 0..scheduled {
            let due = start + Duration::from_secs_f64(number as f64 / rate);
            #[expect(
                clippy::disallowed_methods,
                reason = "the clock of the load, in a thread that does nothing else"
            )]
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if tell.send((number, due)).is_err() {
                return;
            }
        }
    });
    moments
}

async fn invoke(
    aws: &Aws,
    endpoint: &str,
    ([content_type, accept], body): ([&str; 2], String),
) -> Result<(), String> {
    let request = json!({"EndpointName": endpoint, "ContentType": content_type, "Accept": accept, "Body": body});
    aws.call("sagemaker-runtime", "InvokeEndpoint", request)
        .await
        .map(drop)
        .map_err(|error| match error {
            ClientError::Refused { status, code, .. } => format!("{status} {code}"),
            ClientError::Unreachable { .. } => "no answer".to_owned(),
            ClientError::Unreadable { .. } => "unreadable answer".to_owned(),
        })
}

fn report(scheduled: u64, took: Duration, outcomes: &[Outcome]) -> LoadReport {
    let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    let mut latencies: Vec<u64> = outcomes
        .iter()
        .filter(|o| o.error.is_none())
        .map(|o| micros(o.latency))
        .collect();
    let mut lags: Vec<u64> = outcomes.iter().map(|outcome| micros(outcome.lag)).collect();
    latencies.sort_unstable();
    lags.sort_unstable();
    let mut errors: BTreeMap<String, u64> = BTreeMap::new();
    for error in outcomes.iter().filter_map(|outcome| outcome.error.clone()) {
        *errors.entry(error).or_default() += 1;
    }
    let wanted = [
        ("p50", 0.5),
        ("p90", 0.9),
        ("p99", 0.99),
        ("p999", 0.999),
        ("max", 1.0),
    ];
    let answered = latencies.len() as u64;
    LoadReport {
        scheduled,
        answered,
        errors,
        seconds: took.as_secs_f64(),
        per_second: answered as f64 / took.as_secs_f64().max(f64::MIN_POSITIVE),
        latency_us: wanted
            .map(|(name, share)| (name.to_owned(), percentile(&latencies, share)))
            .into(),
        lag_p99_us: percentile(&lags, 0.99),
        histogram: histogram(&latencies),
    }
}

/// Buckets whose bounds grow by an eighth of a doubling, so that all latencies have the same relative width.
fn histogram(sorted: &[u64]) -> Vec<LatencyBucket> {
    const PER_DOUBLING: f64 = 8.0;
    let bound = |place: i32| (f64::from(place) / PER_DOUBLING).exp2().ceil() as u64;
    let mut buckets: Vec<LatencyBucket> = Vec::new();
    for &latency in sorted {
        if let Some(last) = buckets.last_mut()
            && latency < last.below_us
        {
            last.count += 1;
            continue;
        }
        let mut place = ((latency.max(1) as f64).log2() * PER_DOUBLING).floor() as i32;
        while bound(place + 1) <= latency {
            place += 1;
        }
        buckets.push(LatencyBucket {
            from_us: bound(place).min(latency),
            below_us: bound(place + 1),
            count: 1,
        });
    }
    buckets
}

/// The smallest value that at least this share does not exceed (nearest rank); 0 of nothing.
fn percentile(sorted: &[u64], share: f64) -> u64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let hundred: Vec<u64> = (1..=100).collect();
        let found = [0.5, 0.99, 0.999, 1.0].map(|share| percentile(&hundred, share));
        assert_eq!(found, [50, 99, 100, 100]);
        assert_eq!((percentile(&[7], 0.5), percentile(&[], 0.5)), (7, 0));
    }

    #[test]
    fn buckets_hold_every_latency_once_and_do_not_overlap() {
        let latencies = [0, 1, 3, 3, 7, 250, 251, 300, 301, 40_000];
        let buckets = histogram(&latencies);
        let total: u64 = buckets.iter().map(|bucket| bucket.count).sum();
        assert_eq!(total, 10);
        assert!(
            buckets
                .windows(2)
                .all(|pair| pair[0].below_us <= pair[1].from_us),
            "{buckets:?}"
        );
        for latency in latencies {
            let holds = |b: &&LatencyBucket| (b.from_us..b.below_us).contains(&latency);
            assert_eq!(
                buckets.iter().filter(holds).count(),
                1,
                "{latency} {buckets:?}"
            );
        }
        assert_eq!(histogram(&[]), []);
    }

    #[test]
    fn errors_are_counted_apart_from_latencies() {
        let outcome = |ms: u64, error: Option<&str>| Outcome {
            lag: Duration::from_millis(1),
            latency: Duration::from_millis(ms),
            error: error.map(str::to_owned),
        };
        let outcomes = [
            outcome(2, None),
            outcome(4, None),
            outcome(90, Some("500 ModelError")),
        ];
        let report = report(3, Duration::from_secs(1), &outcomes);
        assert_eq!((report.answered, report.latency_us["max"]), (2, 4_000));
        assert_eq!(
            report.errors,
            BTreeMap::from([("500 ModelError".to_owned(), 1)])
        );
        assert!((report.per_second - 2.0).abs() < 1e-9);
    }

    #[test]
    fn bodies_are_rows_without_the_target() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.csv");
        fs::write(&path, "a,b,y\n1,,0\n2,x,1\n").unwrap();
        let bodies: Vec<_> = rows(&path)
            .unwrap()
            .iter()
            .map(|body| STANDARD.decode(body).unwrap())
            .collect();
        assert_eq!(bodies, [b"1,\n".to_vec(), b"2,x\n".to_vec()]);
        fs::write(&path, "a,y\n").unwrap();
        assert!(rows(&path).is_err());
    }
}
