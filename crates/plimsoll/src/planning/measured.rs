//! The newest whole run of a workload, as a plan sees it.

use std::fs;
use std::path::Path;

use simulate::{Columns, read_trace};
use workload::{Trace, Traffic};

use super::demand::{Known, demand};
use crate::failure::Failure;
use crate::project::Project;
use crate::run::{RunReport, Status, gather, ingredients};
use crate::state::Records;
use crate::verbs::status::runs;

/// Runs that are looked through for one that came to its end.
const RUNS: u32 = 100;

/// A workload with its measurements.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) known: Known,
    /// Name of the run.
    pub(crate) run: String,
}

/// What the newest run that came to its end has measured.
pub(crate) fn measured(records: &Records, project: &Project) -> Result<Measured, Failure> {
    let name = project.workload.name.as_str();
    let of_workload = runs(records, RUNS)?.into_iter();
    let ended = of_workload.filter(|run| run.workload == name && run.status != "running");
    let mut whole = None;
    for entry in ended {
        let report = gather(records, &entry.execution)?;
        if matches!(report.status, Status::Succeeded | Status::GateNotMet) {
            whole = Some(report);
            break;
        }
    }
    let report = whole.ok_or_else(|| {
        Failure::input(format!(
            "no run of `{name}` has come to its end: nothing is measured"
        ))
        .code("P0761")
        .hint(format!(
            "`plimsoll run {}` measures it",
            project.folder.display()
        ))
    })?;
    let trace = match &project.workload.traffic {
        Some(Traffic::Trace(trace)) => Some(requests(&project.folder, trace)?),
        _ => None,
    };
    let known = demand(&project.workload, &report, sources(records, &report), trace);
    Ok(Measured {
        known,
        run: report.run,
    })
}

/// Speeds of other machines, predicted from what was measured here.
pub(crate) fn speeds(known: &Known) -> Result<plan::Predicted, Failure> {
    plan::Predicted::new(&known.demand, super::local()).map_err(|error| {
        Failure::input(format!(
            "`{}` cannot be predicted: {error}",
            known.demand.workload
        ))
        .code("P0762")
    })
}

/// Bytes and number of the source objects.
fn sources(records: &Records, report: &RunReport) -> (u64, u64) {
    let made = ingredients(records, &report.input);
    let sources = made
        .get("Prepare")
        .map(|made| &made.sources[..])
        .unwrap_or_default();
    (
        sources.iter().map(|source| source.bytes).sum(),
        sources.len() as u64,
    )
}

/// The requests of a trace.
fn requests(folder: &Path, trace: &Trace) -> Result<Vec<u64>, Failure> {
    let path = folder.join(&trace.file);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
    })?;
    let columns = Columns {
        count: Some(trace.column.clone()),
        period: Some(trace.every),
        ..Columns::default()
    };
    let shown = path.display();
    let read = read_trace(&text, &columns)
        .map_err(|error| Failure::input(format!("`{shown}`: {error}")).code(error.code()))?;
    let counts = read.counts().map(<[u64]>::to_vec);
    counts.ok_or_else(|| Failure::input(format!("`{shown}` has no counts")).code("P0501"))
}
