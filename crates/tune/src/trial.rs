//! What a search has seen: its own trials, and those of the searches that it starts from.

use serde::{Deserialize, Serialize};

use crate::space::Point;

/// Which values of the objective are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// Small ones.
    Minimize,
    /// Great ones.
    Maximize,
}

impl Goal {
    /// The value as a loss: smaller is better.
    pub(crate) fn loss(self, objective: f64) -> f64 {
        match self {
            Self::Minimize => objective,
            Self::Maximize => -objective,
        }
    }

    /// Whether one value is better than another.
    pub fn is_better(self, one: f64, other: f64) -> bool {
        self.loss(one) < self.loss(other)
    }
}

/// What came of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It waits or runs.
    Pending,
    /// It ended without an objective.
    Failed,
    /// Its objective, a finite number.
    Scored(f64),
}

/// A trial of this search. Trials are numbered from 0 in the order in which they were proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// What was proposed.
    pub point: Point,
    /// What came of it.
    pub outcome: Outcome,
}

/// What an earlier search is worth to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// Same data and algorithm: its objectives count as this search's own.
    Identical,
    /// Other data or another algorithm: only the order of its objectives counts, and ever less as own trials come.
    Transfer,
}

/// An earlier search, as far as its points lie in this one's space.
#[derive(Debug, Clone, PartialEq)]
pub struct Parent {
    /// How it is related.
    pub kinship: Kinship,
    /// Its scored trials.
    pub trials: Vec<(Point, f64)>,
}
