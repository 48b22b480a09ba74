//! `run`: the whole pipeline of a workload, or of every workload of a folder, one after the other.

mod verdict;

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Context, block_on};
use crate::failure::{Failure, Kind};
use crate::in_use::InUse;
use crate::owner::{Host, HostOptions};
use crate::printer::Printer;
use crate::project::{Project, ScriptRunner};
use crate::python::PythonFlag;
use crate::run::{Beginning, RunReport, StepRow, begin, document, documents, follow, gather};
use crate::signals::Signals;
use crate::state::State;
use crate::view::{Live, overview, summary};

/// Pause between two looks whether another's plane is still up.
const GLANCE: Duration = Duration::from_millis(200);

/// Run the whole pipeline of a workload, or of each in a folder; continues where an earlier run stopped
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Folder with `workload.yaml`, the file itself, or a folder of such folders
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
        let mut projects = Project::load_all(&self.workload, context.printer)?;
        let state = State::find(&context.common)?;
        let options = HostOptions {
            python: self.python.checked()?,
            ..HostOptions::default()
        };
        for project in &mut projects {
            project.runner = ScriptRunner::Python(options.python.clone());
        }
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
                outcome = self.all(&host, &projects, (&state, &begun), context) => outcome,
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

    /// Runs one after the other. One that fails does not keep the others from running.
    async fn all(
        &self,
        host: &Host,
        projects: &[Project],
        place: (&State, &Cell<bool>),
        context: &Context,
    ) -> Result<(), Failure> {
        let printer = context.printer;
        if let [project] = projects {
            let (report, verdict) = self.one(host, project, place, context).await?;
            if printer.is_json() {
                printer.document(&document(&report));
            }
            return verdict;
        }
        let (mut reports, mut failures) = (Vec::new(), Vec::new());
        for project in projects {
            let (report, verdict) = self.one(host, project, place, context).await?;
            if let Err(failure) = verdict {
                Printer::failure(&failure);
                failures.push((report.workload.clone(), failure.kind));
            }
            printer.say("");
            reports.push(report);
        }
        if printer.is_json() {
            printer.document(&documents(&reports));
        } else {
            printer.data(&overview(&reports));
        }
        verdict::of_all(&failures, reports.len())
    }

    /// Runs one workload to its end; answers what is known of it, and the failure that it means.
    async fn one(
        &self,
        host: &Host,
        project: &Project,
        (state, begun): (&State, &Cell<bool>),
        context: &Context,
    ) -> Result<(RunReport, Result<(), Failure>), Failure> {
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
        if !printer.is_json() {
            printer.say("");
            printer.data(&summary(&report));
        }
        let verdict = verdict::of(&report, &records);
        Ok((report, verdict))
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
