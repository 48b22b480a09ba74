//! `status`: what is and what was.

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::failure::Failure;
use crate::state::{Records, State};

/// Show runs, jobs under way and endpoints of the state
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Runs to show, newest first
    #[arg(long, default_value_t = 10)]
    limit: u32,
}

/// A run in the list.
#[derive(Debug, Clone)]
pub(crate) struct RunEntry {
    pub(crate) workload: String,
    pub(crate) run: String,
    pub(crate) execution: String,
    pub(crate) status: String,
    pub(crate) started: f64,
    pub(crate) stopped: Option<f64>,
}

impl Status {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        let runs = runs(&records, self.limit)?;
        let endpoints = list(&records, "sagemaker", "ListEndpoints", "Endpoints")?;
        let jobs = jobs_under_way(&records)?;
        let plane = state.owner().and_then(|owner| owner.url);
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.status/1",
                "state": state.folder.display().to_string(),
                "plane": plane,
                "runs": runs.iter().map(|run| json!({
                    "workload": run.workload, "run": run.run, "execution": run.execution, "status": run.status,
                    "started": run.started, "stopped": run.stopped,
                })).collect::<Vec<_>>(),
                "jobs": jobs,
                "endpoints": endpoints.iter().map(|endpoint| json!({
                    "name": endpoint["EndpointName"], "status": endpoint["EndpointStatus"],
                })).collect::<Vec<_>>(),
            }));
            return Ok(());
        }
        let up = plane.map_or_else(|| "no plane is up".to_owned(), |url| format!("plane {url}"));
        context
            .printer
            .data(&format!("state {}  {up}", state.shown()));
        for run in &runs {
            let seconds = run
                .stopped
                .map(|stopped| format!("{:.1} s", stopped - run.started))
                .unwrap_or_default();
            let line = format!(
                "  {}  {:<24} {:<10} {} {seconds}",
                run.run,
                run.workload,
                run.status,
                moment(run.started)
            );
            context.printer.data(line.trim_end());
        }
        for job in &jobs {
            context.printer.data(&format!("  job {job}"));
        }
        for endpoint in &endpoints {
            let text = |name: &str| endpoint[name].as_str().unwrap_or_default().to_owned();
            context.printer.data(&format!(
                "  endpoint {} {}",
                text("EndpointName"),
                text("EndpointStatus")
            ));
        }
        Ok(())
    }
}

/// The newest runs of all workloads.
pub(crate) fn runs(records: &Records, limit: u32) -> Result<Vec<RunEntry>, Failure> {
    let mut runs = Vec::new();
    for machine in list(records, "states", "ListStateMachines", "stateMachines")? {
        let request = json!({"stateMachineArn": machine["stateMachineArn"], "maxResults": limit});
        let answer = records.ask("states", "ListExecutions", &request)?;
        let name = machine["name"].as_str().unwrap_or_default();
        for execution in answer["executions"].as_array().into_iter().flatten() {
            let text = |member: &str| execution[member].as_str().unwrap_or_default().to_owned();
            runs.push(RunEntry {
                workload: name.strip_prefix("plimsoll-").unwrap_or(name).to_owned(),
                run: text("name"),
                execution: text("executionArn"),
                status: text("status").to_lowercase(),
                started: execution["startDate"].as_f64().unwrap_or_default(),
                stopped: execution["stopDate"].as_f64(),
            });
        }
    }
    runs.sort_by(|left, right| right.started.total_cmp(&left.started));
    runs.truncate(limit as usize);
    Ok(runs)
}

/// The run of a name or of its beginning, or the newest.
pub(crate) fn find_run(records: &Records, name: Option<&str>) -> Result<RunEntry, Failure> {
    crate::run::named(&runs(records, 1000)?, name)
}

fn jobs_under_way(records: &Records) -> Result<Vec<String>, Failure> {
    let kinds = [
        (
            "ListProcessingJobs",
            "ProcessingJobSummaries",
            "ProcessingJobName",
        ),
        (
            "ListTrainingJobs",
            "TrainingJobSummaries",
            "TrainingJobName",
        ),
        (
            "ListTransformJobs",
            "TransformJobSummaries",
            "TransformJobName",
        ),
    ];
    let mut names = Vec::new();
    for (operation, member, name) in kinds {
        let answer = records.ask(
            "sagemaker",
            operation,
            &json!({"StatusEquals": "InProgress"}),
        )?;
        let found = answer[member].as_array().into_iter().flatten();
        names.extend(found.filter_map(|job| job[name].as_str().map(str::to_owned)));
    }
    Ok(names)
}

fn list(
    records: &Records,
    service: &str,
    operation: &str,
    member: &str,
) -> Result<Vec<Value>, Failure> {
    let answer = records.ask(service, operation, &json!({}))?;
    Ok(answer[member].as_array().cloned().unwrap_or_default())
}

/// A moment for people, UTC.
pub(crate) fn moment(epoch_seconds: f64) -> String {
    jiff::Timestamp::from_second(epoch_seconds as i64)
        .map(|moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}
