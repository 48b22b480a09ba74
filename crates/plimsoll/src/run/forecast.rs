//! What a running workload will have cost, out of its steps and of earlier runs of it.

use ledger::{Forecast, StepFacts, forecast};
use units::{Money, Span};

use super::StepState;
use super::report::{RunReport, StepRow};

/// Earlier runs that a forecast looks at.
pub(crate) const HISTORY: usize = 20;

/// The forecast of a run at a moment (seconds since the epoch); none where its amounts are beyond what can be counted.
pub(crate) fn forecast_of(report: &RunReport, earlier: &[RunReport], now: f64) -> Option<Forecast> {
    let begun: Vec<(&str, ledger::StepState)> = report
        .steps
        .iter()
        .map(|step| (step.name.as_str(), state(step, now)))
        .collect();
    // A run lists what it has begun; what is to come stands in the run before it.
    let before = earlier.last().map_or(&[][..], |run| &run.steps[..]);
    let to_come = before
        .iter()
        .filter(|step| begun.iter().all(|(name, _)| *name != step.name))
        .map(|step| (step.name.as_str(), ledger::StepState::Waiting));
    let own = |name: &str| of(report, name).and_then(price);
    let theirs = |name: &str| earlier.iter().rev().find_map(|run| price(of(run, name)?));
    let steps: Vec<StepFacts> = begun
        .iter()
        .copied()
        .chain(to_come)
        .enumerate()
        .map(|(place, (name, state))| StepFacts {
            name: name.to_owned(),
            state,
            price: own(name).or_else(|| theirs(name)),
            history: earlier.iter().map(|run| took(of(run, name)?)).collect(),
            predicted: None,
            // The machine runs one step after the other.
            after: place.checked_sub(1).into_iter().collect(),
        })
        .collect();
    forecast(&steps).ok()
}

fn of<'r>(run: &'r RunReport, name: &str) -> Option<&'r StepRow> {
    run.steps.iter().find(|step| step.name == name)
}

fn state(step: &StepRow, now: f64) -> ledger::StepState {
    match step.state {
        StepState::Waiting => ledger::StepState::Waiting,
        StepState::Hit => ledger::StepState::Found,
        StepState::Running => ledger::StepState::Running {
            elapsed: span((now - step.started).max(0.0)),
            progress: None,
        },
        StepState::Done | StepState::Failed => ledger::StepState::Done {
            took: span(step.seconds),
            cost: if step.facts.is_empty() {
                Some(Money::ZERO)
            } else {
                let amounts: Option<Vec<Money>> = step
                    .facts
                    .iter()
                    .map(|facts| facts.charge.as_ref().map(|charge| charge.amount))
                    .collect();
                amounts.and_then(|amounts| Money::sum(amounts).ok())
            },
        },
    }
}

/// How long a step took that ran itself.
fn took(step: &StepRow) -> Option<Span> {
    (step.state == StepState::Done).then(|| span(step.seconds))
}

/// The price of an hour of a step: that of all its jobs, which run beside one another. A step without jobs costs nothing.
fn price(step: &StepRow) -> Option<units::HourlyPrice> {
    if step.facts.is_empty() {
        let over = matches!(step.state, StepState::Done | StepState::Hit);
        return over.then(units::HourlyPrice::default);
    }
    let charged: Option<Vec<Money>> = step
        .facts
        .iter()
        .map(|facts| facts.charge.as_ref().map(|charge| charge.amount))
        .collect();
    let amount = Money::sum(charged?).ok()?;
    if step.seconds <= 0.0 {
        return None;
    }
    let an_hour = amount.nanos() as f64 * 3_600.0 / step.seconds;
    Some(units::HourlyPrice::new(Money::from_nanos(an_hour as i64)))
}

fn span(seconds: f64) -> Span {
    Span::from_nanos((seconds * 1e9) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::run::JobFacts;

    fn step(name: &str, state: StepState, seconds: f64) -> StepRow {
        let price = catalog::Component::Training;
        let charge = ledger::charge(price, "ml.m5.large", "us-east-1", 1, span(seconds));
        let facts = JobFacts {
            job: name.to_owned(),
            run: String::new(),
            started: 0,
            cpus: 2,
            memory: 0,
            host: String::new(),
            kind: String::new(),
            instance_type: "ml.m5.large".to_owned(),
            seconds,
            cpu_seconds: seconds,
            peak_bytes: 0,
            read_bytes: 0,
            written_bytes: 0,
            shared: false,
            energy: None,
            charge,
        };
        StepRow {
            name: name.to_owned(),
            state,
            started: 100.0,
            seconds,
            says: String::new(),
            cache: None,
            branches: BTreeMap::new(),
            job: None,
            outputs: BTreeMap::new(),
            facts: if state == StepState::Done {
                vec![facts]
            } else {
                Vec::new()
            },
        }
    }

    fn run(steps: Vec<StepRow>) -> RunReport {
        RunReport {
            steps,
            ..RunReport::empty()
        }
    }

    #[test]
    fn earlier_runs_say_what_the_rest_will_take() {
        let whole = |seconds| {
            run(vec![
                step("Prepare", StepState::Done, 36.0),
                step("Train", StepState::Done, seconds),
            ])
        };
        let earlier = [whole(360.0), whole(380.0), whole(340.0)];
        // Train has not begun, so the run does not list it yet.
        let now = run(vec![step("Prepare", StepState::Done, 36.0)]);
        let found = forecast_of(&now, &earlier, 136.0).unwrap();
        // 0.115 USD an hour: 36 s are spent, some 360 s are to come.
        assert_eq!(found.spent.to_string(), "0.00115 USD");
        let dollars = found.cost.mid.nanos() as f64 / 1e9;
        assert!((dollars - 0.01265).abs() < 0.001, "{dollars}");
        assert!(found.cost.low < found.cost.mid && found.cost.mid < found.cost.high);
        assert_eq!((found.unknown.len(), found.unpriced.len()), (0, 0));
    }

    #[test]
    fn what_no_run_has_done_is_unknown_and_said() {
        let now = run(vec![step("Train", StepState::Running, 0.0)]);
        let found = forecast_of(&now, &[], 110.0).unwrap();
        assert_eq!(found.unpriced, ["Train"]);
    }
}
