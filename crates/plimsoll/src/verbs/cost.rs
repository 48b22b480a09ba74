//! `cost`: what was spent, by service, step or workload; what a running workload will have cost; what a month would.

use clap::{Args, ValueEnum};
use ledger::{By, Entry, Forecast, Group, Repeated, group, month};
use serde_json::{Value, json};
use units::{Money, Span};

use super::Context;
use super::status::{RunEntry, find_run, runs};
use crate::clock::wall_ms;
use crate::failure::{Failure, Kind};
use crate::run::{HISTORY, RunReport, Status, forecast_of, gather};
use crate::state::{Records, State};
use crate::view;

/// Show what local seconds would have cost: by service, step or workload, as a forecast, or for a month
///
/// Money here is the measured seconds of this machine at the price of the job's instance type, each at the price of its moment. It is
/// no bill; `plimsoll compare` and `plimsoll plan` predict those.
#[derive(Debug, Args)]
pub(crate) struct Cost {
    /// Name of a run or its beginning, `latest` or `previous`; all runs of the state unless given
    run: Option<String>,
    /// What is summed by
    #[arg(long, value_enum, default_value = "step")]
    by: ByFlag,
    /// Forecast the final cost and the end of a run under way
    #[arg(long, conflicts_with_all = ["month", "by"])]
    forecast: bool,
    /// What a month of such runs would cost
    #[arg(long)]
    month: bool,
    /// How often a workload runs in it
    #[arg(long, value_enum, default_value = "weekly", requires = "month")]
    every: Every,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByFlag {
    Service,
    Step,
    Workload,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Every {
    Hourly,
    Daily,
    Weekly,
    Monthly,
}

impl Every {
    /// A month has 730 hours.
    fn span(self) -> Result<Span, units::Overflow> {
        let hours = match self {
            Self::Hourly => 1,
            Self::Daily => 24,
            Self::Weekly => 7 * 24,
            Self::Monthly => 730,
        };
        Span::from_seconds(hours * 3_600)
    }
}

/// Runs that are summed.
const RUNS: u32 = 1_000;

impl Cost {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let records = State::find(&context.common)?.open()?;
        if self.forecast {
            return forecast_run(context, &records, self.run.as_deref());
        }
        let entries = match &self.run {
            Some(name) => vec![find_run(&records, Some(name))?],
            None => runs(&records, RUNS)?,
        };
        let reports = gathered(&records, &entries)?;
        if self.month {
            return self.show_month(context, &reports);
        }
        let by = match self.by {
            ByFlag::Service => By::Service,
            ByFlag::Step => By::Step,
            ByFlag::Workload => By::Workload,
        };
        let paid: Vec<Entry> = reports.iter().flat_map(paid).collect();
        let groups = group(&paid, by).map_err(|_| beyond())?;
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.cost/1", "runs": reports.len(), "meaning": MEANING,
                "groups": groups.iter().map(group_json).collect::<Vec<_>>(),
            }));
        } else {
            context.printer.data(&view::cost(&groups, reports.len()));
        }
        Ok(())
    }

    fn show_month(&self, context: &Context, reports: &[RunReport]) -> Result<(), Failure> {
        let every = self.every.span().map_err(|_| beyond())?;
        let mut repeated: Vec<Repeated> = Vec::new();
        for report in reports
            .iter()
            .filter(|report| report.status == Status::Succeeded)
        {
            let Some(amount) = total(report) else {
                continue;
            };
            match repeated
                .iter_mut()
                .find(|known| known.name == report.workload)
            {
                Some(known) => known.costs.push(amount),
                None => repeated.push(Repeated {
                    name: report.workload.clone(),
                    costs: vec![amount],
                    every,
                }),
            }
        }
        let found = month(&[], &repeated).map_err(|_| beyond())?;
        if context.printer.is_json() {
            let lines = found.lines.iter().map(|line| {
                json!({"workload": line.name, "low": line.cost.low, "mid": line.cost.mid, "high": line.cost.high})
            });
            context.printer.document(&json!({
                "schema": "plimsoll.cost-month/1", "meaning": MEANING, "lines": lines.collect::<Vec<_>>(),
                "total": {"low": found.total.low, "mid": found.total.mid, "high": found.total.high},
                "unknown": found.unknown,
            }));
        } else {
            context.printer.data(&view::month(&found));
        }
        Ok(())
    }
}

const MEANING: &str = "local seconds at the price of the instance type of each job; no bill";

fn beyond() -> Failure {
    Failure::input("the sum is beyond what money holds")
}

fn gathered(records: &Records, entries: &[RunEntry]) -> Result<Vec<RunReport>, Failure> {
    entries
        .iter()
        .map(|entry| gather(records, &entry.execution))
        .collect()
}

/// What each job of a run that it ran itself was charged.
fn paid(report: &RunReport) -> Vec<Entry> {
    let own = report
        .steps
        .iter()
        .filter(|step| step.state != crate::run::StepState::Hit);
    own.flat_map(|step| {
        step.facts.iter().map(|facts| Entry {
            workload: report.workload.clone(),
            run: report.run.clone(),
            step: step.name.clone(),
            service: service(&facts.kind).to_owned(),
            duration: Span::from_nanos((facts.seconds * 1e9) as u64),
            amount: facts.charge.as_ref().map(|charge| charge.amount),
        })
    })
    .collect()
}

fn service(kind: &str) -> &'static str {
    use plane::services::sagemaker::{PROCESSING_JOB, TRAINING_JOB};
    match kind {
        PROCESSING_JOB => "SageMaker processing",
        TRAINING_JOB => "SageMaker training",
        _ => "SageMaker transform",
    }
}

/// What a run was charged; none where a job has no price.
fn total(report: &RunReport) -> Option<Money> {
    let amounts: Option<Vec<Money>> = paid(report).into_iter().map(|entry| entry.amount).collect();
    amounts.and_then(|amounts| Money::sum(amounts).ok())
}

fn group_json(group: &Group) -> Value {
    json!({
        "key": group.key, "usd": group.amount.nanos() as f64 / 1e9, "seconds": group.duration.as_seconds(),
        "jobs": group.entries, "unpriced_jobs": group.unpriced,
    })
}

fn forecast_run(context: &Context, records: &Records, name: Option<&str>) -> Result<(), Failure> {
    let entry = find_run(records, name)?;
    let report = gather(records, &entry.execution)?;
    let found = forecasted(records, &report)?.ok_or_else(|| {
        Failure::new(
            Kind::No,
            format!("run `{}` is over: there is nothing to forecast", report.run),
        )
        .code("P0769")
        .hint(format!(
            "`plimsoll cost {}` shows what it was charged",
            report.run
        ))
    })?;
    if context.printer.is_json() {
        context
            .printer
            .document(&forecast_json(&report.run, &found));
    } else {
        context.printer.data(&view::forecast(&found));
    }
    Ok(())
}

/// The forecast of a run that is under way; none of one that is over.
pub(crate) fn forecasted(
    records: &Records,
    report: &RunReport,
) -> Result<Option<Forecast>, Failure> {
    if report.status != Status::Running {
        return Ok(None);
    }
    let mut earlier: Vec<RunEntry> = runs(records, RUNS)?;
    earlier.retain(|entry| {
        entry.workload == report.workload && entry.run != report.run && entry.status == "succeeded"
    });
    earlier.truncate(HISTORY);
    // The ledger takes them oldest first.
    earlier.reverse();
    let earlier = gathered(records, &earlier)?;
    Ok(forecast_of(report, &earlier, wall_ms() as f64 / 1e3))
}

/// A forecast as JSON.
pub(crate) fn forecast_json(run: &str, found: &Forecast) -> Value {
    let dollars = |amount: Money| amount.nanos() as f64 / 1e9;
    json!({
        "schema": "plimsoll.forecast/1", "run": run, "level": 0.8, "meaning": MEANING,
        "spent_usd": dollars(found.spent),
        "cost_usd": {"low": dollars(found.cost.low), "mid": dollars(found.cost.mid), "high": dollars(found.cost.high)},
        "left_seconds": {
            "low": found.left.low.as_seconds(), "mid": found.left.mid.as_seconds(), "high": found.left.high.as_seconds(),
        },
        "unpriced": found.unpriced, "unknown": found.unknown,
    })
}
