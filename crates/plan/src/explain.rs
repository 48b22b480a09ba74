//! Why a plan is what it is: what binds it, what a little more would buy, and why the next ones are not it.

use serde::{Deserialize, Serialize};
use units::{Money, MonthlyMoney, Share, Span};
use workload::Goals;

use crate::Goal;
use crate::demand::Demand;
use crate::outcome::{Unknown, World};
use crate::search::{Aim, CONFIDENCE, Candidate, Found, Scope, search};

/// Others that are explained.
const OTHERS: usize = 5;
/// What counts as a change of what is minimized.
const CHANGE: f64 = 1e-9;

/// Why a plan is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The next ones, best first, each with why it is not the plan.
    pub others: Vec<Other>,
    /// What each goal costs, and what a little more of it would buy.
    pub goals: Vec<Worth>,
}

/// A design that is not the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// Where its jobs run.
    pub jobs: String,
    /// Where its endpoint runs.
    pub serve: Option<String>,
    /// What is minimized, of it.
    pub objective: f64,
    /// Why it is not the plan.
    pub why: String,
}

/// What a goal costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// The goal.
    pub goal: Goal,
    /// Whether the plan would be better without it.
    pub binds: bool,
    /// What is minimized, without it; none where nothing is found.
    pub without: Option<f64>,
    /// The step by which it is loosened.
    pub step: String,
    /// What is minimized, with it loosened by the step.
    pub loosened: Option<f64>,
}

/// Explains what a search found. Each goal asks for two more searches.
pub fn explain<'a>(
    world: World<'a>,
    demand: &Demand,
    goals: Option<&Goals>,
    (scope, aim): (&Scope, Aim<'_, '_>),
    found: &Found<'a>,
) -> Result<Why, Unknown> {
    let best = found.kept.first().map(|winner| winner.objective);
    let ask = |goals: &Goals| -> Result<Option<f64>, Unknown> {
        let found = search(world, demand, Some(goals), (scope, aim))?;
        Ok(found.kept.first().map(|winner| winner.objective))
    };
    let mut worths = Vec::new();
    for goal in goals.map(given).unwrap_or_default() {
        let Some(goals) = goals else { continue };
        let without = ask(&removed(goals, goal))?;
        let (looser, step) = loosened(goals, goal);
        worths.push(Worth {
            goal,
            binds: is_better(without, best),
            without,
            step,
            loosened: ask(&looser)?,
        });
    }
    let kept = found.kept.iter().skip(1);
    let others = kept.chain(&found.missed).take(OTHERS);
    Ok(Why {
        others: others.map(|other| why_not(other, best)).collect(),
        goals: worths,
    })
}

fn is_better(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one < other - CHANGE,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn why_not(other: &Candidate<'_>, best: Option<f64>) -> Other {
    let design = &other.outcome.design;
    let broken: Vec<String> = other
        .goals
        .iter()
        .filter(|kept| kept.chance < CONFIDENCE)
        .map(|kept| {
            format!(
                "keeps `{}` with a chance of {:.0} % alone",
                kept.goal.key(),
                kept.chance * 100.0
            )
        })
        .collect();
    let why = match (broken.is_empty(), best) {
        (false, _) => broken.join(", "),
        (true, Some(best)) if best > 0.0 => {
            format!(
                "{:.1} % more of what is minimized",
                (other.objective / best - 1.0) * 100.0
            )
        }
        _ => "more of what is minimized".to_owned(),
    };
    Other {
        jobs: format!("{} in {}", design.train, design.region),
        serve: design
            .serve
            .first()
            .map(|group| format!("{} in {}", group.place, design.serve_region)),
        objective: other.objective,
        why,
    }
}

/// Goals that the file gives.
fn given(goals: &Goals) -> Vec<Goal> {
    let all = [
        (Goal::TrainWithin, goals.train_within.is_some()),
        (Goal::LatencyP50, goals.latency.p50.is_some()),
        (Goal::LatencyP90, goals.latency.p90.is_some()),
        (Goal::LatencyP99, goals.latency.p99.is_some()),
        (Goal::Availability, goals.availability.is_some()),
        (Goal::Budget, goals.budget.is_some()),
    ];
    let given = all.into_iter().filter(|(_, given)| *given);
    given.map(|(goal, _)| goal).collect()
}

fn removed(goals: &Goals, goal: Goal) -> Goals {
    let mut changed = goals.clone();
    match goal {
        Goal::TrainWithin => changed.train_within = None,
        Goal::LatencyP50 => changed.latency.p50 = None,
        Goal::LatencyP90 => changed.latency.p90 = None,
        Goal::LatencyP99 => changed.latency.p99 = None,
        Goal::Availability => changed.availability = None,
        Goal::Budget => changed.budget = None,
    }
    changed
}

/// A goal loosened by a step that people think in: a minute, a millisecond, a tenth of what may fail, a dollar a month.
fn loosened(goals: &Goals, goal: Goal) -> (Goals, String) {
    let mut changed = goals.clone();
    let more = |span: &mut Option<Span>, nanos: u64| {
        if let Some(span) = span {
            *span = Span::from_nanos(span.nanos().saturating_add(nanos));
        }
    };
    let millisecond = 1_000_000;
    let step = match goal {
        Goal::TrainWithin => {
            more(&mut changed.train_within, 60 * 1_000 * millisecond);
            "a minute"
        }
        Goal::LatencyP50 => {
            more(&mut changed.latency.p50, millisecond);
            "a millisecond"
        }
        Goal::LatencyP90 => {
            more(&mut changed.latency.p90, millisecond);
            "a millisecond"
        }
        Goal::LatencyP99 => {
            more(&mut changed.latency.p99, millisecond);
            "a millisecond"
        }
        Goal::Availability => {
            let ppm = changed.availability.map_or(0, Share::ppm);
            changed.availability = Share::from_ppm(ppm.saturating_sub(1_000));
            "0.1 % of the time"
        }
        Goal::Budget => {
            let dollar = Money::from_cents(100);
            let more = changed
                .budget
                .and_then(|budget| budget.a_month().checked_add(dollar).ok());
            changed.budget = more.map(MonthlyMoney::new);
            "a dollar a month"
        }
    };
    (changed, step.to_owned())
}
