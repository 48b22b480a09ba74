//! Batch transform: a job that is a replica of a model, driven with the records of its input.
//!
//! Answers are written in the order of the records, whatever the number of requests under way. A request that is not
//! answered with success fails the job; nothing of its output enters the object store then.

mod companions;
mod json_path;
mod plan;
mod records;
mod split;

use std::io::{BufReader, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::sync::mpsc;

use super::S3Uri;
use super::client::{Answer, CallError, Client, Post};
use super::launch::chain;
use super::objects::{self, ObjectWriter, Selected, Stored};
use super::world::World;
pub(crate) use companions::{Companion, Companions, Shared, add};
pub(crate) use plan::check_data_processing;
use records::Records;
use split::{Split, split};

/// Time in which the server must be healthy.
const STARTUP: Duration = Duration::from_mins(4);
/// Time of one request where the job does not say: AWS's.
const INVOCATION: Duration = Duration::from_mins(10);
/// Bytes of one answer.
const ANSWER: usize = 100 << 20;
const MEGABYTE: usize = 1 << 20;

/// What a transform job is to do once its server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Its containers in the order in which a request passes through them: the name of each, and where it listens.
    pub(crate) servers: Vec<(String, u16)>,
    /// Which parts of records and answers are sent and written; `None` for all.
    pub(crate) records: Option<Records>,
    /// What to predict from.
    pub(crate) input: S3Uri,
    /// Where answers go.
    pub(crate) output: S3Uri,
    /// `Content-Type` of requests.
    pub(crate) content_type: Option<String>,
    /// `Accept` of requests.
    pub(crate) accept: Option<String>,
    /// Whether each line is a record; else an object is one.
    pub(crate) by_line: bool,
    /// Whether a request takes as many records as fit.
    pub(crate) multi_record: Option<bool>,
    /// Megabytes of a request; 0 is no limit.
    pub(crate) max_payload_mb: Option<u64>,
    /// Requests under way.
    pub(crate) concurrency: Option<u64>,
    /// Whether each answer ends with a line break.
    pub(crate) assemble_lines: bool,
    /// Time of one request.
    pub(crate) timeout: Option<Duration>,
    /// Further attempts of a request that failed on the server's side.
    pub(crate) retries: u32,
}

/// What the request, the server and the defaults agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parameters {
    split: Split,
    concurrency: usize,
}

/// Sends every record of the input and stores the answers.
pub(crate) async fn drive(world: &Arc<World>, batch: &Batch) -> Result<Vec<Stored>, String> {
    let client = Client::new();
    let deadline = tokio::time::Instant::now() + STARTUP;
    for (name, port) in &batch.servers {
        if tokio::time::timeout_at(deadline, client.until_healthy(*port))
            .await
            .is_err()
        {
            return Err(format!(
                "AlgorithmError: The {name} container did not pass the ping health check"
            ));
        }
    }
    let first = batch.servers.first().map_or(0, |(_, port)| *port);
    let offered = client
        .get(first, "/execution-parameters", Duration::from_secs(2))
        .await;
    let parameters = agree(batch, offered.ok().as_ref());
    let selected = objects::under(&world.deps.readers, &batch.input)
        .map_err(|reason| format!("ClientError: {reason}"))?;
    let mut stored = Vec::with_capacity(selected.len());
    for item in selected {
        stored.push(transform(world, &client, (batch, parameters), item).await?);
    }
    Ok(stored)
}

/// Request before server before defaults.
fn agree(batch: &Batch, offered: Option<&Answer>) -> Parameters {
    let offered: Value = offered
        .filter(|answer| answer.status == 200)
        .and_then(|answer| serde_json::from_slice(&answer.body).ok())
        .unwrap_or_default();
    let number = |member: &str| offered[member].as_u64();
    let megabytes = batch
        .max_payload_mb
        .or(number("MaxPayloadInMB"))
        .unwrap_or(6);
    let concurrency = batch
        .concurrency
        .filter(|&wanted| wanted > 0)
        .or(number("MaxConcurrentTransforms"))
        .unwrap_or(1)
        .clamp(1, 100);
    let multi_record = batch
        .multi_record
        .unwrap_or(offered["BatchStrategy"].as_str() != Some("SINGLE_RECORD"));
    Parameters {
        split: Split {
            by_line: batch.by_line,
            multi_record,
            limit: match usize::try_from(megabytes).unwrap_or(usize::MAX) {
                0 => usize::MAX,
                megabytes => megabytes.saturating_mul(MEGABYTE),
            },
        },
        concurrency: usize::try_from(concurrency).unwrap_or(1),
    }
}

async fn transform(
    world: &Arc<World>,
    client: &Client,
    (batch, parameters): (&Batch, Parameters),
    item: Selected,
) -> Result<Stored, String> {
    let uri = batch.output.join(&format!("{}.out", item.path));
    let mut writer = ObjectWriter::new(&world.deps.blobs).map_err(|error| chain(&error))?;
    let payloads = read(world, item, parameters.split);
    let answers = stream::unfold(payloads, |mut payloads| async {
        payloads.recv().await.map(|payload| (payload, payloads))
    })
    .map(|payload| async { invoke(client, batch, payload?).await })
    .buffered(parameters.concurrency);
    let mut answers = std::pin::pin!(answers);
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        let write = |writer: &mut ObjectWriter, bytes: &[u8]| {
            writer
                .write_all(bytes)
                .map_err(|error| format!("InternalServerError: {error}"))
        };
        write(&mut writer, &answer)?;
        if batch.assemble_lines && !answer.ends_with(b"\n") {
            write(&mut writer, b"\n")?;
        }
    }
    let finish = move || writer.finish(uri, "binary/octet-stream");
    match tokio::task::spawn_blocking(finish).await {
        Ok(stored) => stored.map_err(|error| format!("InternalServerError: {}", chain(&error))),
        Err(_) => Err("InternalServerError: storing an output was interrupted".to_owned()),
    }
}

/// The requests of an object, read ahead by a few.
fn read(world: &Arc<World>, item: Selected, how: Split) -> mpsc::Receiver<Result<Vec<u8>, String>> {
    let (sender, receiver) = mpsc::channel(4);
    let blobs = world.deps.blobs.clone();
    tokio::task::spawn_blocking(move || match blobs.open_blob(&item.object.blob.sha256) {
        Ok(file) => {
            for payload in split(BufReader::new(file), how) {
                let payload =
                    payload.map_err(|error| format!("ClientError: {}: {error}", item.path));
                if sender.blocking_send(payload).is_err() {
                    break;
                }
            }
        }
        // A receiver that is gone needs no reason.
        Err(error) => drop(sender.blocking_send(Err(chain(&error)))),
    });
    receiver
}

/// What is written for a payload: the answer of the last container, filtered and joined.
async fn invoke(client: &Client, batch: &Batch, payload: Vec<u8>) -> Result<Bytes, String> {
    let wrong = |reason: String| format!("ClientError: {reason}");
    let request = match &batch.records {
        Some(records) => records.request(&payload).map_err(wrong)?,
        None => payload.clone(),
    };
    let mut post = Post {
        content_type: batch.content_type.clone(),
        body: Bytes::from(request),
        ..Post::default()
    };
    let last = batch.servers.len().saturating_sub(1);
    for (index, (name, port)) in batch.servers.iter().enumerate() {
        post.accept = batch.accept.clone().filter(|_| index == last);
        let answered = ask(client, batch, *port, &post).await;
        let answer = answered.map_err(|reason| {
            // A model with one container has nothing to tell apart.
            let who = if last > 0 {
                format!("{name}: ")
            } else {
                String::new()
            };
            format!("AlgorithmError: {who}{reason}")
        })?;
        post.content_type = answer.content_type;
        post.body = answer.body;
    }
    match &batch.records {
        Some(records) => records
            .written(&payload, (post.body, post.content_type.as_deref()))
            .map_err(wrong),
        None => Ok(post.body),
    }
}

/// Asks one container, once more where it fails on its own side.
async fn ask(client: &Client, batch: &Batch, port: u16, post: &Post) -> Result<Answer, String> {
    let limit = batch.timeout.unwrap_or(INVOCATION);
    let mut attempt = 0;
    loop {
        let reason = match client.post(port, post.clone(), limit, ANSWER).await {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
            Ok(answer) => {
                let text = String::from_utf8_lossy(&answer.body);
                let said: String = text.trim().chars().take(512).collect();
                let status = answer.status;
                let reason = format!("Bad HTTP status returned from invoke: {status}: {said}");
                if status < 500 {
                    return Err(reason);
                }
                reason
            }
            Err(error @ CallError::TimedOut { .. }) => return Err(error.to_string()),
            Err(error) => error.to_string(),
        };
        if attempt == batch.retries {
            return Err(reason);
        }
        attempt += 1;
        tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let uri = S3Uri::parse("s3://b/k").unwrap();
        Batch {
            servers: vec![("primary".to_owned(), 1)],
            records: None,
            input: uri.clone(),
            output: uri,
            content_type: None,
            accept: None,
            by_line: true,
            multi_record: None,
            max_payload_mb: None,
            concurrency: None,
            assemble_lines: true,
            timeout: None,
            retries: 0,
        }
    }

    #[test]
    fn the_request_wins_over_the_server_and_the_server_over_the_defaults() {
        let offer = |status, body: &'static str| Answer {
            status,
            content_type: None,
            custom_attributes: None,
            body: Bytes::from_static(body.as_bytes()),
        };
        let full =
            r#"{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":2}"#;
        let asked = Batch {
            multi_record: Some(true),
            max_payload_mb: Some(0),
            concurrency: Some(3),
            ..batch()
        };
        for (batch, offered, expected) in [
            (batch(), None, (true, 6 * MEGABYTE, 1)),
            (batch(), Some(offer(200, full)), (false, 2 * MEGABYTE, 8)),
            (batch(), Some(offer(404, full)), (true, 6 * MEGABYTE, 1)),
            (
                batch(),
                Some(offer(200, "no JSON")),
                (true, 6 * MEGABYTE, 1),
            ),
            (asked, Some(offer(200, full)), (true, usize::MAX, 3)),
        ] {
            let found = agree(&batch, offered.as_ref());
            let split = found.split;
            assert_eq!(
                (split.multi_record, split.limit, found.concurrency),
                expected
            );
        }
    }
}
