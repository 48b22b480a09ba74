//! What a plan must keep and what it minimizes.

use units::{MonthlyMoney, Share, Span};

use super::words;
use crate::check::{Item, Section, Spanned};

words! {
    /// A single thing to minimize.
    pub enum Objective {
        /// Money.
        Cost = "cost",
        /// Time.
        Time = "time",
        /// Greenhouse gas.
        Carbon = "carbon",
    }
}

/// Weights of a mixed objective; none negative, one at least positive.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Weights {
    /// Of money.
    pub cost: f64,
    /// Of time.
    pub time: f64,
    /// Of greenhouse gas.
    pub carbon: f64,
}

/// What a plan minimizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Minimize {
    /// One thing.
    One(Objective),
    /// A weighted sum of their ratios to the baseline.
    Weighted(Weights),
}

/// Percentiles of the latency that an endpoint must keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LatencyGoals {
    /// Median.
    pub p50: Option<Span>,
    /// 90th percentile.
    pub p90: Option<Span>,
    /// 99th percentile.
    pub p99: Option<Span>,
}

/// Goals of a workload. They take effect in a plan, not in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Goals {
    /// Longest training.
    pub train_within: Option<Span>,
    /// Slowest answers.
    pub latency: LatencyGoals,
    /// Least availability.
    pub availability: Option<Share>,
    /// Most money.
    pub budget: Option<MonthlyMoney>,
    /// What is minimized.
    pub minimize: Minimize,
}

/// Nothing must be kept; money is minimized.
impl Default for Goals {
    fn default() -> Self {
        Self {
            train_within: None,
            latency: LatencyGoals::default(),
            availability: None,
            budget: None,
            minimize: Minimize::One(Objective::Cost),
        }
    }
}

impl Goals {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let latency = section.section("latency");
        let percentile = |name| latency.and_then(|latency| latency.parsed(name));
        Some(Self {
            train_within: section.parsed("train_within"),
            latency: LatencyGoals {
                p50: percentile("p50"),
                p90: percentile("p90"),
                p99: percentile("p99"),
            },
            availability: section.parsed("availability"),
            budget: section.parsed("budget"),
            minimize: Minimize::read(section.get("minimize")?)?,
        })
    }
}

impl Minimize {
    fn read(value: &Spanned) -> Option<Self> {
        let Item::Section(mixed) = &value.item else {
            return value.parsed().map(Self::One);
        };
        let weights = mixed.section("weights")?;
        Some(Self::Weighted(Weights {
            cost: weights.number("cost")?,
            time: weights.number("time")?,
            carbon: weights.number("carbon")?,
        }))
    }
}
