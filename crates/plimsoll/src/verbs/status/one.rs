//! `status RUN`: one run as it ended, or as far as it is.

use crate::failure::Failure;
use crate::run::{document, gather};
use crate::state::Records;
use crate::verbs::Context;
use crate::verbs::cost::{forecast_json, forecasted};
use crate::verbs::status::{find_run, moment};
use crate::view::{forecast, row, summary};

pub(super) fn show(context: &Context, records: &Records, run: &str) -> Result<(), Failure> {
    let entry = find_run(records, Some(run))?;
    let report = gather(records, &entry.execution)?;
    let printer = context.printer;
    if printer.is_json() {
        let mut shown = document(&report);
        if let Some(found) = forecasted(records, &report)? {
            shown["forecast"] = forecast_json(&report.run, &found);
        }
        printer.document(&shown);
        return Ok(());
    }
    let mut lines = vec![format!(
        "{}  run {}  {}  {}  {:.1} s\n",
        report.workload,
        report.run,
        report.status.name(),
        moment(entry.started),
        report.seconds
    )];
    for step in &report.steps {
        lines.push(row(&step.name, step.state, step.seconds, &step.line()));
    }
    if let (Some(error), Some(cause)) = (&report.error, &report.cause) {
        lines.push(format!("\n  {error}: {cause}"));
    }
    if let Some(found) = forecasted(records, &report)? {
        lines.push(format!("\n{}", forecast(&found)));
    }
    printer.data(&format!("{}\n\n{}", lines.join("\n"), summary(&report)));
    Ok(())
}
