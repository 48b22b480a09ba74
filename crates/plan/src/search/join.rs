//! Jobs and endpoint joined, and the best of them judged in full.

use catalog::Cloud;
use units::Money;
use workload::{Goals, Minimize, Objective, StorageClass};

use super::Scope;
use super::jobs::{JobsOption, jobs};
use super::serving::{ServingOption, serving};
use crate::cost::transfer;
use crate::demand::Demand;
use crate::design::{Design, Replicas};
use crate::goal::{Kept, kept};
use crate::outcome::{Outcome, Unknown, World, judge};
use crate::{cloud_of, cost::pays_tiering};

/// Joined designs that are judged in full.
const JUDGED: usize = 8;
/// How often a type may stand among them.
const ALIKE: usize = 3;
/// Least chance of each goal.
pub const CONFIDENCE: f64 = 0.9;

/// A design with all its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// The design and its figures.
    pub outcome: Outcome<'a>,
    /// How likely it keeps each goal.
    pub goals: Vec<Kept>,
    /// What is minimized: dollars, seconds, grams, or the weighted sum of their ratios to the baseline.
    pub objective: f64,
}

impl Candidate<'_> {
    /// Whether it keeps each goal with the confidence that is asked for.
    pub fn keeps(&self, confidence: f64) -> bool {
        self.goals.iter().all(|kept| kept.chance >= confidence)
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'a> {
    /// Designs that keep the goals, best first.
    pub kept: Vec<Candidate<'a>>,
    /// The nearest that do not, nearest first.
    pub missed: Vec<Candidate<'a>>,
    /// Pairs of jobs and an endpoint out of both fronts.
    pub joined: usize,
}

/// What is minimized, and what the baseline has of it.
#[derive(Debug, Clone, Copy)]
pub struct Aim<'b, 'a> {
    /// What is minimized.
    pub minimize: Minimize,
    /// By which weighted figures are divided.
    pub baseline: &'b Outcome<'a>,
}

/// Searches a scope for the best designs.
pub fn search<'a>(
    world: World<'a>,
    demand: &Demand,
    goals: Option<&Goals>,
    (scope, aim): (&Scope, Aim<'_, '_>),
) -> Result<Found<'a>, Unknown> {
    let jobs = jobs(world, demand, scope)?;
    let endpoints = serving(world, demand, goals, scope)?;
    let mut joined = join(demand, &jobs, &endpoints)?;
    if demand.serving.is_some() && endpoints.is_empty() {
        joined.clear();
    }
    rank(&mut joined, goals, aim.minimize);
    let count = joined.len();
    let mut all = Vec::new();
    for pair in different(joined) {
        let design = pair.design(demand);
        let outcome = judge(
            world,
            demand,
            &design,
            goals.and_then(|goals| goals.latency.p99),
        )?;
        all.push(Candidate {
            goals: goals.map(|goals| kept(goals, &outcome)).unwrap_or_default(),
            objective: aim.of(&outcome),
            outcome,
        });
    }
    let (mut kept, mut missed): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.keeps(CONFIDENCE));
    kept.sort_by(|a, b| a.objective.total_cmp(&b.objective));
    missed.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    Ok(Found {
        kept,
        missed,
        joined: count,
    })
}

/// The best, of which no type stands for jobs or for endpoints more often than it may: the next one in another region says little.
fn different(joined: Vec<Pair<'_>>) -> Vec<Pair<'_>> {
    let mut taken: Vec<Pair<'_>> = Vec::new();
    for pair in joined {
        let serve = |pair: &Pair<'_>| pair.serving.map(|serving| serving.place.machine.clone());
        let alike = |one: &&Pair<'_>| one.jobs.place.machine == pair.jobs.place.machine;
        let jobs = taken.iter().filter(alike).count();
        let served = taken
            .iter()
            .filter(|one| serve(one) == serve(&pair))
            .count();
        let both = taken
            .iter()
            .filter(alike)
            .any(|one| serve(one) == serve(&pair));
        let is_new = !both && jobs < ALIKE && (pair.serving.is_none() || served < ALIKE);
        if is_new {
            taken.push(pair);
        }
        if taken.len() == JUDGED {
            break;
        }
    }
    taken
}

/// The least chance of a goal.
fn worst(candidate: &Candidate<'_>) -> f64 {
    let chances = candidate.goals.iter().map(|kept| kept.chance);
    chances.fold(1.0, f64::min)
}

/// Jobs and an endpoint that go together.
struct Pair<'o> {
    jobs: &'o JobsOption,
    serving: Option<&'o ServingOption>,
    /// Of a month, at the 90 % end.
    cost: Money,
    /// To a trained model, seconds at the 90 % end.
    time: f64,
}

impl Pair<'_> {
    fn design(&self, demand: &Demand) -> Design {
        let region = &self.jobs.region;
        let kept = &demand.storage;
        let bytes = kept.data.get() + kept.artifacts.get();
        let mean = units::Bytes::new(bytes / kept.objects.max(1));
        let tiering = cloud_of(self.jobs.place.host) == Cloud::Aws
            && pays_tiering(mean, 500, region) == Some(true);
        Design {
            name: "planned".to_owned(),
            region: region.clone(),
            serve_region: self
                .serving
                .map_or_else(|| region.clone(), |s| s.region.clone()),
            prepare: self.jobs.place.clone(),
            train: self.jobs.place.clone(),
            serve: self
                .serving
                .map(|serving| Replicas::fixed(serving.place.clone()))
                .into_iter()
                .collect(),
            store: if tiering {
                StorageClass::IntelligentTiering
            } else {
                StorageClass::Standard
            },
            notes: Vec::new(),
        }
    }
}

fn join<'o>(
    demand: &Demand,
    jobs: &'o [JobsOption],
    endpoints: &'o [ServingOption],
) -> Result<Vec<Pair<'o>>, Unknown> {
    let artifacts =
        u128::from(demand.storage.artifacts.get()) * u128::from(demand.runs_a_year) / 12;
    let mut all = Vec::new();
    for job in jobs {
        let time = job.time.high.as_seconds();
        if endpoints.is_empty() {
            all.push(Pair {
                jobs: job,
                serving: None,
                cost: job.cost.high,
                time,
            });
        }
        for endpoint in endpoints {
            let from = (cloud_of(job.place.host), job.region.as_str());
            let to = (cloud_of(endpoint.place.host), endpoint.region.as_str());
            let moved = transfer(artifacts, from, to)?;
            let moved = moved.map_or(Money::ZERO, |line| line.amount.high);
            all.push(Pair {
                jobs: job,
                serving: Some(endpoint),
                cost: Money::sum([job.cost.high, endpoint.cost, moved])?,
                time,
            });
        }
    }
    Ok(all)
}

/// Best first: those that keep deadline and budget before those that do not, then by what is minimized.
fn rank(all: &mut [Pair<'_>], goals: Option<&Goals>, minimize: Minimize) {
    let deadline = goals
        .and_then(|goals| goals.train_within)
        .map(units::Span::as_seconds);
    let budget = goals
        .and_then(|goals| goals.budget)
        .map(units::MonthlyMoney::a_month);
    let over = |pair: &Pair<'_>| {
        let late = deadline.map_or(0.0, |limit| (pair.time / limit - 1.0).max(0.0));
        let dear = budget.map_or(0.0, |limit| {
            (pair.cost.nanos() as f64 / limit.nanos().max(1) as f64 - 1.0).max(0.0)
        });
        late + dear
    };
    let figure = |pair: &Pair<'_>| match minimize {
        Minimize::One(Objective::Time) => (pair.time, pair.cost.nanos() as f64),
        _ => (pair.cost.nanos() as f64, pair.time),
    };
    all.sort_by(|a, b| {
        let (first, second) = (figure(a), figure(b));
        over(a)
            .total_cmp(&over(b))
            .then(first.0.total_cmp(&second.0))
            .then(first.1.total_cmp(&second.1))
            .then_with(|| a.jobs.place.cmp(&b.jobs.place))
            .then_with(|| a.jobs.region.cmp(&b.jobs.region))
    });
}

impl Aim<'_, '_> {
    /// What is minimized of a design.
    pub fn of(&self, outcome: &Outcome<'_>) -> f64 {
        let figures = |outcome: &Outcome<'_>| {
            (
                outcome.cost.range.mid.nanos() as f64 / 1e9,
                outcome.run.time.range.mid.as_seconds(),
                f64::midpoint(outcome.carbon.low, outcome.carbon.high),
            )
        };
        let (cost, time, carbon) = figures(outcome);
        match self.minimize {
            Minimize::One(Objective::Cost) => cost,
            Minimize::One(Objective::Time) => time,
            Minimize::One(Objective::Carbon) => carbon,
            Minimize::Weighted(weights) => {
                let base = figures(self.baseline);
                weights.cost * cost / base.0
                    + weights.time * time / base.1
                    + weights.carbon * carbon / base.2
            }
        }
    }
}
