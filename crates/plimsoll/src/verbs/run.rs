//! `run`: the whole pipeline.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Context, block_on};
use crate::failure::{Failure, Kind};
use crate::in_use::InUse;
use crate::owner::{Host, HostOptions};
use crate::project::{Project, ScriptRunner};
use crate::python::PythonFlag;
use crate::run::{
    Beginning, FailedJob, RunReport, Status, StepRow, begin, document, failed_job, follow, gather,
};
use crate::signals::Signals;
use crate::state::{Records, State};
use crate::view::{Live, summary};

/// Pause between two looks whether another's plane is still up.
const GLANCE: Duration = Duration::from_millis(200);

/// Run the whole pipeline of a workload; continues where an earlier run stopped
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Folder with `workload.yaml`, or the file itself
    #[arg(default_value = ".")]
    workload: PathBuf,
    /// Do every step again, whatever earlier runs have finished
    #[arg(long)]
    fresh: bool,
    /// Keep the plane and the endpoint up until Ctrl-C
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    python: PythonFlag,
}

impl Run {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut project = Project::load(&self.workload, context.printer)?;
        let state = State::find(&context.common)?;
        let options = HostOptions {
            python: self.python.checked()?,
            ..HostOptions::default()
        };
        project.runner = ScriptRunner::Python(options.python.clone());
        block_on(async {
            let mut signals = Signals::listen()?;
            let begun = Cell::new(false);
            let host = tokio::select! {
                host = Host::own_or_join(&state, &options) => host?,
                () = signals.next() => return Err(interrupted(None, false)),
            };
            if options.python.is_some() && !host.is_own() {
                return Err(not_its_python(&host));
            }
            let outcome = tokio::select! {
                outcome = self.on(&host, &project, (&state, &begun), context) => outcome,
                () = signals.next() => Err(interrupted(Some(&host), begun.get())),
            };
            if self.keep && outcome.is_ok() && host.is_own() {
                context.printer.say(&format!(
                    "\n  the plane stays up at {}; Ctrl-C ends it",
                    host.aws.url()
                ));
                signals.next().await;
            }
            if !signals.unless_again(host.close()).await {
                context.printer.say("ended at once");
            }
            outcome
        })
    }

    async fn on(
        &self,
        host: &Host,
        project: &Project,
        (state, begun): (&State, &Cell<bool>),
        context: &Context,
    ) -> Result<(), Failure> {
        let printer = context.printer;
        let beginning = Beginning {
            state,
            fresh: self.fresh,
            printer,
        };
        let _in_use = InUse::by_a_run(state).await?;
        let prepared = begin(&host.aws, project, &beginning).await?;
        begun.set(true);
        let name = project.workload.name.as_str();
        printer.say(&format!(
            "{name}  run {}  state {}  plane {}\n",
            prepared.run,
            state.shown(),
            host.aws.url()
        ));
        if prepared.resumed {
            printer.say("  continuing the run that was interrupted");
        }
        let records = state.open()?;
        let execution = prepared.execution.as_str();
        let mut live = Live::new(printer);
        let followed = follow(&records, execution, |timeline| {
            let mut report: Option<RunReport> = None;
            live.update(timeline, |step| {
                let report = report.get_or_insert_with(|| {
                    gather(&records, execution).unwrap_or_else(|_| RunReport::empty())
                });
                report
                    .steps
                    .iter()
                    .find(|row| row.name == step)
                    .map(StepRow::line)
                    .unwrap_or_default()
            });
        });
        tokio::select! {
            followed = followed => followed?,
            lost = lost(host, state) => return Err(lost),
        }
        live.finish();
        let report = gather(&records, execution)?;
        if printer.is_json() {
            printer.document(&document(&report));
        } else {
            printer.say("");
            printer.data(&summary(&report));
        }
        verdict(&report, &records)
    }
}

/// What an interruption leaves, and how it goes on.
fn interrupted(host: Option<&Host>, begun: bool) -> Failure {
    let goes_on = match host {
        Some(host) if begun && host.is_own() => {
            "jobs are being stopped; the same command continues the run"
        }
        Some(_) if begun => "the run goes on on the plane that is up; the same command follows it",
        _ => "the run had not begun; the same command begins it, or continues an earlier one",
    };
    Failure::shown(Kind::Interrupted, format!("interrupted: {goes_on}"))
}

/// A plane that is up keeps the interpreter that it was started with.
fn not_its_python(host: &Host) -> Failure {
    let message = format!(
        "`--python` has no effect: the plane at {} is up, with the Python that it was started with",
        host.aws.url()
    );
    Failure::input(message).hint("end it with `plimsoll down`, or leave the flag out")
}

/// Waits until another's plane has ended under the run; an own one ends with it.
async fn lost(host: &Host, state: &State) -> Failure {
    if host.is_own() {
        std::future::pending::<()>().await;
    }
    while state.owner().is_some() {
        tokio::time::sleep(GLANCE).await;
    }
    let message = format!("the plane at {} ended during the run", host.aws.url());
    Failure::environment(message)
        .code("P0305")
        .hint("the same command continues the run")
}

/// The failure that the end of a run means, if it does.
fn verdict(report: &RunReport, records: &Records) -> Result<(), Failure> {
    match report.status {
        Status::Succeeded => Ok(()),
        Status::GateNotMet => {
            let rules: Vec<String> = report
                .gate
                .iter()
                .filter(|row| !row.holds)
                .map(|row| format!("{} is {:.4}, asked for {}", row.metric, row.value, row.rule))
                .collect();
            let message = format!(
                "the gate is not met: {}; nothing was deployed",
                rules.join("; ")
            );
            Err(Failure::new(Kind::No, message).code("P0402"))
        }
        Status::Running | Status::Stopped => {
            let cause = report.cause.clone().unwrap_or_default();
            Err(Failure::new(
                Kind::No,
                format!("the run {} was stopped: {cause}", report.run),
            )
            .code("P0403"))
        }
        Status::Failed => Err(job_failure(report, records)),
    }
}

/// A failure in the words of the job that caused it, with the last lines of its log.
fn job_failure(report: &RunReport, records: &Records) -> Failure {
    let error = report.error.clone().unwrap_or_default();
    let cause = report.cause.clone().unwrap_or_default();
    let Some(FailedJob { job, reason }) = failed_job(report) else {
        return Failure::new(
            Kind::No,
            format!("the run {} failed: {error}: {cause}", report.run),
        )
        .code("P0401");
    };
    // What a job says of the data is about the user's input.
    let data = reason
        .split_once("error[P02")
        .and_then(|(_, rest)| rest.get(..2));
    let kind = if data.is_some() {
        Kind::Input
    } else {
        Kind::No
    };
    let page = data.map(|digits| format!("`plimsoll explain P02{digits}`"));
    let log = super::logs::last_lines(records, &job, 10);
    let shown = if log.is_empty() {
        String::new()
    } else {
        format!("\n  last lines of its log:\n{log}")
    };
    Failure::new(kind, format!("the job `{job}` failed: {reason}{shown}"))
        .code("P0401")
        .hint(format!("`plimsoll logs {job}` prints the whole log"))
        .hints(page)
}
