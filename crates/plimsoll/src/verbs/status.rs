//! `status`: what is and what was.

mod cache;
mod one;
mod tuning;

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::failure::Failure;
use crate::run::{RunReport, StepState, gather};
use crate::state::{Records, State};
use crate::view::table;

/// Show runs, jobs under way and endpoints of the state; one run; or the step cache
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Run to show
    #[arg(conflicts_with = "cache")]
    run: Option<String>,
    /// Runs to show, newest first
    #[arg(long, default_value_t = 10)]
    limit: u32,
    /// Show what of earlier runs is kept, how large it is, and how often it was found
    #[arg(long)]
    cache: bool,
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
        if self.cache {
            return cache::show(context, &state, &records);
        }
        if let Some(run) = &self.run {
            return one::show(context, &records, run);
        }
        let runs = runs(&records, self.limit)?;
        // A run of which the objects are gone is shown as far as it is known.
        let reports: Vec<Option<RunReport>> = runs
            .iter()
            .map(|run| gather(&records, &run.execution).ok())
            .collect();
        let rows: Vec<Row> = runs
            .iter()
            .zip(&reports)
            .map(|(run, report)| Row::of(run, report.as_ref()))
            .collect();
        let endpoints = list(&records, "sagemaker", "ListEndpoints", "Endpoints")?;
        let jobs = jobs_under_way(&records)?;
        let tunings = tuning::under_way(&records)?;
        let plane = state.owner().and_then(|owner| owner.url);
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.status/1",
                "state": state.folder.display().to_string(),
                "plane": plane,
                "runs": rows.iter().map(Row::document).collect::<Vec<_>>(),
                "jobs": jobs,
                "tunings": tunings.iter().map(tuning::Tuning::document).collect::<Vec<_>>(),
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
        if !rows.is_empty() {
            context.printer.data(&shown(&rows));
        }
        for tuning in &tunings {
            context.printer.data(&format!("  {}", tuning.line()));
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

/// A run in the list, with what it came to.
#[derive(Debug)]
struct Row<'a> {
    entry: &'a RunEntry,
    selected: Option<&'a str>,
    metric: Option<&'a str>,
    /// The metric on test rows.
    score: Option<f64>,
    hits: usize,
    /// Steps that are looked for, each candidate one.
    looked_for: usize,
}

impl<'a> Row<'a> {
    fn of(entry: &'a RunEntry, report: Option<&'a RunReport>) -> Self {
        let metric = report.and_then(|report| report.metric.as_deref());
        let evaluation = report.and_then(|report| report.evaluation.as_ref());
        let found = report.map(found).unwrap_or_default();
        Self {
            entry,
            selected: report.and_then(|report| report.selected.as_deref()),
            metric,
            score: metric
                .zip(evaluation)
                .and_then(|(metric, evaluation)| evaluation.scores.get(metric).copied()),
            hits: found.iter().filter(|&&hit| hit).count(),
            looked_for: found.len(),
        }
    }

    fn document(&self) -> Value {
        let entry = self.entry;
        json!({
            "workload": entry.workload, "run": entry.run, "execution": entry.execution, "status": entry.status,
            "started": entry.started, "stopped": entry.stopped,
            "seconds": entry.stopped.map(|stopped| stopped - entry.started),
            "selected": self.selected, "metric": self.metric, "score": self.score,
            "hits": self.hits, "looked_for": self.looked_for,
        })
    }
}

/// Whether each step that was looked for was found; each candidate counts as one.
fn found(report: &RunReport) -> Vec<bool> {
    let mut found = Vec::new();
    for step in &report.steps {
        if matches!(step.name.as_str(), "Gate" | "Register" | "Deploy")
            || matches!(step.state, StepState::Waiting | StepState::Running)
        {
            continue;
        }
        if step.branches.is_empty() {
            found.push(step.state == StepState::Hit);
        } else {
            found.extend(step.branches.values().map(|branch| branch.hit));
        }
    }
    found
}

fn shown(rows: &[Row<'_>]) -> String {
    let header = [
        "  run",
        "workload",
        "started",
        "took",
        "status",
        "selected",
        "test score",
        "hits",
    ];
    let mut table = table(&header);
    for row in rows {
        let entry = row.entry;
        let took = entry
            .stopped
            .map(|stopped| format!("{:.1} s", stopped - entry.started));
        let score = row.metric.zip(row.score);
        table.add_row(vec![
            format!("  {}", entry.run),
            entry.workload.clone(),
            moment(entry.started),
            took.unwrap_or_default(),
            entry.status.clone(),
            row.selected.unwrap_or_default().to_owned(),
            score.map_or_else(String::new, |(metric, score)| {
                format!("{metric} {score:.3}")
            }),
            format!("{} of {}", row.hits, row.looked_for),
        ]);
    }
    let text = table.to_string();
    let lines = text.lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
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
