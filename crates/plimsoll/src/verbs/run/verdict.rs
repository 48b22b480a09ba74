//! What the end of a run means for the exit code.

use crate::failure::{Failure, Kind};
use crate::run::{FailedJob, RunReport, Status, failed_job};
use crate::state::Records;

/// The failure that the ends of several runs mean together; each has been told already.
pub(super) fn of_all(failures: &[(String, Kind)], runs: usize) -> Result<(), Failure> {
    let Some((_, kind)) = failures.first() else {
        return Ok(());
    };
    let names: Vec<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
    let message = format!(
        "{} of {runs} workloads did not succeed: {}",
        names.len(),
        names.join(", ")
    );
    Err(Failure::new(*kind, message))
}

/// The failure that the end of a run means, if it does.
pub(super) fn of(report: &RunReport, records: &Records) -> Result<(), Failure> {
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
    let log = crate::verbs::logs::last_lines(records, &job, 10);
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
