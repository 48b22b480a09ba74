//! `gc`: removes what nothing needs.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use plane::SystemClock;
use plane::collection::{Freed, OfflineError, Policy, offline};
use plane::store::StoreError;
use serde_json::json;
use units::{Bytes, ParseError, Span};

use super::{Context, block_on};
use crate::client::{Aws, ClientError};
use crate::failure::{Failure, Kind, chain};
use crate::in_use::InUse;
use crate::state::{REGION, State};
use crate::view::size;

/// How long to wait for an owner that holds the state but does not listen.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Remove old runs and everything that nothing needs any more
#[derive(Debug, Args)]
pub(crate) struct Gc {
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Keep runs that ended within this time, such as `30 d`; alone, the newest run of each workload stays besides
    #[arg(long, num_args = 1..=2, value_name = "AGE")]
    older_than: Vec<String>,
    /// Keep so many runs of each workload, newest first; 10 of 30 days, unless anything is said
    #[arg(long, value_name = "N")]
    keep_runs: Option<u64>,
    /// Remove further runs, oldest first, until results and data take no more than this, such as `5 GB`
    #[arg(long, num_args = 1..=2, value_name = "SIZE")]
    max_size: Vec<String>,
}

impl Gc {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let policy = self.policy()?;
        let state = State::find(&context.common)?;
        // Says so where there is none.
        drop(state.open()?);
        let Some(_alone) = InUse::by_nobody(&state)? else {
            return Err(under_way("a run is under way"));
        };
        let (freed, url) = block_on(collect(&state, &policy))?;
        if context.printer.is_json() {
            let mut document =
                json!({"schema": "plimsoll.gc/1", "dry_run": policy.dry_run, "plane": url});
            if let (Some(members), serde_json::Value::Object(more)) =
                (document.as_object_mut(), json!(freed))
            {
                members.extend(more);
            }
            context.printer.document(&document);
        } else {
            context.printer.data(&shown(&freed, policy.dry_run));
        }
        Ok(())
    }

    fn policy(&self) -> Result<Policy, Failure> {
        let age: Option<Span> = quantity("--older-than", &self.older_than)?;
        let size: Option<Bytes> = quantity("--max-size", &self.max_size)?;
        Ok(Policy {
            keep_runs: self.keep_runs,
            older_than_ms: age
                .map(|age| i64::try_from(age.nanos() / 1_000_000).unwrap_or(i64::MAX)),
            max_bytes: size.map(Bytes::get),
            dry_run: self.dry_run,
        })
    }
}

/// A quantity of one or two words: `30d`, `30 d`.
fn quantity<T: FromStr<Err = ParseError>>(
    flag: &str,
    words: &[String],
) -> Result<Option<T>, Failure> {
    if words.is_empty() {
        return Ok(None);
    }
    let mut text = words.join(" ");
    // A shell user writes `30d` as well.
    if !text.contains(' ')
        && let Some(place) = text.find(|c: char| c.is_ascii_alphabetic())
    {
        text.insert(place, ' ');
    }
    let parsed = text
        .parse()
        .map_err(|error: ParseError| Failure::input(format!("`{flag}`: {error}")))?;
    Ok(Some(parsed))
}

/// Asks the plane that is up, or does it where none is; with the address of the plane.
async fn collect(state: &State, policy: &Policy) -> Result<(Freed, Option<String>), Failure> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Ok(endpoint) = state.live_endpoint() {
            let aws = Aws::new(endpoint);
            return match aws.collect(policy).await {
                Ok(freed) => Ok((freed, Some(aws.url().to_owned()))),
                Err(ClientError::Refused {
                    status: 409,
                    message,
                    ..
                }) => Err(under_way(&message)),
                Err(error) => Err(Failure::environment(chain(&error)).code("P0305")),
            };
        }
        match alone(state, policy).await {
            Ok(freed) => return Ok((freed, None)),
            // An owner that is starting or ending: it will listen, or be gone.
            Err(OfflineError::Store(StoreError::Held { .. }))
                if tokio::time::Instant::now() < deadline =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            Err(OfflineError::Store(error)) => return Err(state.store_failure(&error)),
            Err(error) => return Err(Failure::environment(chain(&error)).code("P0301")),
        }
    }
}

async fn alone(state: &State, policy: &Policy) -> Result<Freed, OfflineError> {
    let (folder, policy) = (state.folder.clone(), *policy);
    let work = move || offline(&folder, Arc::new(SystemClock::default()), REGION, &policy);
    match tokio::task::spawn_blocking(work).await {
        Ok(freed) => freed,
        Err(error) => Err(OfflineError::Fault(plane::Fault::internal(
            error.to_string(),
        ))),
    }
}

fn under_way(what: &str) -> Failure {
    Failure::new(Kind::Environment, format!("{what}: nothing was removed"))
        .code("P0690")
        .hint("wait for it, or stop it")
}

/// What was freed, for people.
fn shown(freed: &Freed, trial: bool) -> String {
    let disk = freed.content_bytes.saturating_add(freed.database_bytes);
    let mut lines = vec![format!(
        "{} {} on the disk",
        if trial { "would free" } else { "freed" },
        size(disk)
    )];
    let counts = [
        (
            freed.runs,
            "runs",
            format!("{} events of their histories", freed.history_events),
        ),
        (freed.step_entries, "step entries", String::new()),
        (freed.objects, "objects", size(freed.object_bytes)),
        (
            freed.jobs,
            "jobs",
            format!(
                "{} log lines, {} metric points",
                freed.log_events, freed.metric_points
            ),
        ),
        (freed.models, "models", String::new()),
        (
            freed.endpoint_configs,
            "endpoint configurations",
            String::new(),
        ),
        (freed.definitions, "definitions", String::new()),
        (
            freed.usage,
            "usage records",
            "older than 400 days".to_owned(),
        ),
        (
            freed.stack_events,
            "events of stacks",
            "older than 90 days".to_owned(),
        ),
        (freed.uploads, "unfinished uploads", String::new()),
        (freed.contents, "contents", size(freed.content_bytes)),
        (freed.job_folders, "folders of jobs", String::new()),
    ];
    for (count, what, more) in counts {
        if count > 0 {
            lines.push(
                format!("  {count:>6} {what:<24} {more}")
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    lines.push(format!(
        "{} runs stay; what is needed takes {}",
        freed.runs_kept,
        size(freed.bytes_needed)
    ));
    if let Some(over) = freed.bytes_over.filter(|&over| over > 0) {
        lines.push(format!(
            "that is {} above the limit: newest runs, endpoints, models and packages are never removed",
            size(over)
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_taken_as_one_word_or_two() {
        let words = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        for texts in [&["30 d"][..], &["30", "d"], &["30d"]] {
            let span: Option<Span> = quantity("--older-than", &words(texts)).unwrap();
            assert_eq!(span.unwrap().to_string(), "30 d", "{texts:?}");
        }
        let bytes: Option<Bytes> = quantity("--max-size", &words(&["1.5GB"])).unwrap();
        assert_eq!(bytes.unwrap().get(), 1_500_000_000);
        let nothing: Option<Span> = quantity("--older-than", &[]).unwrap();
        assert_eq!(nothing, None);
        let wrong: Result<Option<Span>, Failure> = quantity("--older-than", &words(&["30"]));
        assert!(wrong.unwrap_err().message.starts_with("`--older-than`: "));
    }

    #[test]
    fn only_what_went_is_listed() {
        let freed = Freed {
            runs: 2,
            history_events: 90,
            content_bytes: 2_000,
            contents: 3,
            runs_kept: 1,
            bytes_over: Some(10),
            ..Freed::default()
        };
        let text = shown(&freed, true);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "would free 2.0 kB on the disk");
        assert_eq!(
            lines[1].trim(),
            "2 runs                     90 events of their histories"
        );
        assert_eq!(lines[2].trim(), "3 contents                 2.0 kB");
        assert!(
            lines[4].starts_with("that is 10 B above the limit"),
            "{text}"
        );
        assert_eq!(lines.len(), 5);
    }
}
