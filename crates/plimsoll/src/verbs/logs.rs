//! `logs`: what jobs printed.

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use super::status::find_run;
use crate::failure::Failure;
use crate::run::gather;
use crate::state::{Records, State};

/// Log groups of jobs and replicas.
const GROUPS: [&str; 3] = [
    "/aws/sagemaker/ProcessingJobs",
    "/aws/sagemaker/TrainingJobs",
    "/aws/sagemaker/TransformJobs",
];

/// Print what a job, or all jobs of a run, wrote
#[derive(Debug, Args)]
pub(crate) struct Logs {
    /// Name of a job or of a run; the newest run unless given
    name: Option<String>,
}

impl Logs {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        if let Some(name) = &self.name {
            let lines = of_job(&records, name);
            if !lines.is_empty() {
                print(context, name, &lines);
                return Ok(());
            }
        }
        let run = find_run(&records, self.name.as_deref())?;
        let report = gather(&records, &run.execution)?;
        for facts in report.steps.iter().flat_map(|step| &step.facts) {
            print(context, &facts.job, &of_job(&records, &facts.job));
        }
        Ok(())
    }
}

fn print(context: &Context, job: &str, lines: &[(f64, String)]) {
    for (at, line) in lines {
        if context.printer.is_json() {
            context
                .printer
                .event(&json!({"job": job, "at": at, "line": line}));
        } else {
            context.printer.data(&format!("{job}  {line}"));
        }
    }
}

/// Moment and text of each line of a job, oldest first.
pub(crate) fn of_job(records: &Records, job: &str) -> Vec<(f64, String)> {
    let mut lines = Vec::new();
    for group in GROUPS {
        let request = json!({"logGroupName": group, "logStreamNamePrefix": format!("{job}/")});
        let Ok(streams) = records.call("logs", "DescribeLogStreams", &request) else {
            continue;
        };
        for stream in streams["logStreams"].as_array().into_iter().flatten() {
            read_stream(records, group, &stream["logStreamName"], &mut lines);
        }
    }
    lines
}

fn read_stream(records: &Records, group: &str, stream: &Value, lines: &mut Vec<(f64, String)>) {
    let mut token = Value::Null;
    loop {
        let mut request =
            json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true});
        if token.is_string() {
            request["nextToken"] = token.clone();
        }
        let Ok(answer) = records.call("logs", "GetLogEvents", &request) else {
            return;
        };
        let events = answer["events"].as_array().cloned().unwrap_or_default();
        if events.is_empty() {
            return;
        }
        lines.extend(events.iter().map(|event| {
            let text = event["message"].as_str().unwrap_or_default().to_owned();
            (
                event["timestamp"].as_f64().unwrap_or_default() / 1000.0,
                text,
            )
        }));
        token = answer["nextForwardToken"].clone();
    }
}

/// The last lines of a job's log, indented.
pub(crate) fn last_lines(records: &Records, job: &str, count: usize) -> String {
    let lines = of_job(records, job);
    let start = lines.len().saturating_sub(count);
    lines[start..]
        .iter()
        .map(|(_, line)| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
