//! Goals, and how likely a design keeps each.

use serde::{Deserialize, Serialize};
use workload::Goals;

use crate::outcome::Outcome;
use crate::{Range, chance_below};

/// A goal of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// `train_within`.
    TrainWithin,
    /// `latency.p50`.
    LatencyP50,
    /// `latency.p90`.
    LatencyP90,
    /// `latency.p99`.
    LatencyP99,
    /// `availability`.
    Availability,
    /// `budget`.
    Budget,
}

impl Goal {
    /// Its key in the file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TrainWithin => "train_within",
            Self::LatencyP50 => "latency.p50",
            Self::LatencyP90 => "latency.p90",
            Self::LatencyP99 => "latency.p99",
            Self::Availability => "availability",
            Self::Budget => "budget",
        }
    }
}

/// A goal with its limit and the chance that a design keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The goal.
    pub goal: Goal,
    /// Its limit: seconds, a share, or dollars a month.
    pub limit: f64,
    /// The figure of the design, in the same unit.
    pub figure: Range<f64>,
    /// The chance that it is kept, 0 to 1.
    pub chance: f64,
}

/// How likely a design keeps each goal. A goal of an endpoint counts where there is one.
pub fn kept(goals: &Goals, outcome: &Outcome<'_>) -> Vec<Kept> {
    let mut all = Vec::new();
    let mut below = |goal, limit: Option<f64>, figure: Option<Range<f64>>| {
        if let (Some(limit), Some(figure)) = (limit, figure) {
            all.push(Kept {
                goal,
                limit,
                figure,
                chance: chance_below(figure, limit),
            });
        }
    };
    let seconds = |span: Option<units::Span>| span.map(units::Span::as_seconds);
    let endpoint = outcome.endpoint.as_ref();
    below(
        Goal::TrainWithin,
        seconds(goals.train_within),
        Some(outcome.run.time.range.seconds()),
    );
    let latencies = [
        (
            Goal::LatencyP50,
            goals.latency.p50,
            endpoint.map(|e| e.p50.range),
        ),
        (
            Goal::LatencyP90,
            goals.latency.p90,
            endpoint.map(|e| e.p90.range),
        ),
        (
            Goal::LatencyP99,
            goals.latency.p99,
            endpoint.map(|e| e.p99.range),
        ),
    ];
    for (goal, limit, figure) in latencies {
        below(goal, seconds(limit), figure);
    }
    let budget = goals
        .budget
        .map(|budget| budget.a_month().nanos() as f64 / 1e9);
    below(Goal::Budget, budget, Some(outcome.cost.range.dollars()));
    if let (Some(limit), Some(endpoint)) = (goals.availability, endpoint) {
        let limit = limit.as_fraction();
        all.push(Kept {
            goal: Goal::Availability,
            limit,
            figure: Range::exact(endpoint.availability),
            chance: if endpoint.availability >= limit {
                1.0
            } else {
                0.0
            },
        });
    }
    all.sort_by_key(|kept| kept.goal);
    all
}
